/* SPDX-License-Identifier: MIT */
/* Certificates as written and as read, without other implementations. */
#include "cmocka_all.h"

#include <string.h>

#include "guard.h"
#include "identity_kit.h"

#define ID "00112233445566778899aabbccddeeff"

static struct kit_key root;
static struct kit_key leaf;

static int make_keys(void **state)
{
    (void)state;
    kit_key_make(&root);
    kit_key_make(&leaf);
    return 0;
}

static signet_x509_template operational(void)
{
    signet_x509_template t = kit_template(&leaf, &root);

    t.issuer_cn = "Issuer";
    t.subject_cn = ID;
    t.subject_alt_dns = ID;
    t.key_usage = SIGNET_KEY_USAGE_SIGN;
    t.extended_usage = SIGNET_EKU_CLIENT;
    return t;
}

static bool is_text(signet_bytes view, const char *text)
{
    return signet_equal(view, signet_view((const uint8_t *)text, strlen(text)));
}

static void what_was_written_is_read(void **state)
{
    signet_x509_template t = operational();
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509 read;
    size_t len = 0;
    (void)state;

    assert_int_equal(
        signet_x509_write(&t, &root.handle, der, sizeof(der), &len), SIGNET_OK);
    assert_int_equal(signet_x509_read(signet_view(der, len), &read), SIGNET_OK);
    assert_true(is_text(read.subject_cn, ID));
    assert_true(is_text(read.alt_dns, ID));
    assert_memory_equal(read.key, leaf.public_key, 64);
    assert_true(read.not_before_s == t.not_before_s);
    assert_true(read.not_after_s == t.not_after_s);
    assert_false(read.ca);
    assert_int_equal(read.path_len, -1);
    assert_int_equal(read.key_usage, SIGNET_KEY_USAGE_SIGN);
    assert_int_equal(read.extended_usage, SIGNET_EKU_CLIENT);
    assert_int_equal(read.permitted_cn.len, 0);
    assert_int_equal(signet_x509_verify(&read, root.public_key), SIGNET_OK);
    assert_int_equal(signet_x509_verify(&read, leaf.public_key),
                     SIGNET_ERR_SIGNATURE);
}

static void a_device_certificate_is_a_constrained_ca(void **state)
{
    uint8_t root_der[SIGNET_X509_MAX_SIZE];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509 issuer;
    signet_x509 read;
    size_t len = kit_root(&root, "Root", root_der, sizeof(root_der));
    (void)state;

    assert_int_equal(signet_x509_read(signet_view(root_der, len), &issuer),
                     SIGNET_OK);
    len = kit_device_certificate(leaf.public_key, ID, &root, "Root", der,
                                 sizeof(der));
    assert_int_equal(signet_x509_read(signet_view(der, len), &read), SIGNET_OK);
    assert_true(is_text(read.subject_cn, "device-" ID));
    assert_true(is_text(read.permitted_cn, "enrol-" ID));
    assert_true(read.ca);
    assert_int_equal(read.path_len, 0);
    assert_true(read.not_after_s == SIGNET_X509_NO_END);
    assert_true(signet_equal(read.issuer, issuer.subject));
    assert_true(issuer.ca);
    assert_int_equal(issuer.path_len, -1);
    assert_int_equal(issuer.key_usage,
                     SIGNET_KEY_USAGE_CERT_SIGN | SIGNET_KEY_USAGE_CRL_SIGN);
    assert_int_equal(signet_x509_verify(&issuer, issuer.key), SIGNET_OK);
}

static void purposes_and_addresses_are_written(void **state)
{
    signet_x509_template t = operational();
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509 read;
    size_t len = 0;
    (void)state;

    t.extended_usage = SIGNET_EKU_CLIENT | SIGNET_EKU_SERVER;
    t.subject_alt_ip = "192.0.2.255";
    assert_int_equal(
        signet_x509_write(&t, &root.handle, der, sizeof(der), &len), SIGNET_OK);
    assert_int_equal(signet_x509_read(signet_view(der, len), &read), SIGNET_OK);
    assert_int_equal(read.extended_usage,
                     SIGNET_EKU_CLIENT | SIGNET_EKU_SERVER);
    /* not the only name any more */
    assert_int_equal(read.alt_dns.len, 0);
}

static void every_cap_below_the_need_is_too_small(void **state)
{
    signet_x509_template t = operational();
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t need = 0;
    (void)state;

    assert_int_equal(
        signet_x509_write(&t, &root.handle, der, sizeof(der), &need),
        SIGNET_OK);
    /* The signature's length varies by a few bytes. */
    for (size_t cap = 0; cap + 8 < need; cap++) {
        uint8_t *out = guard_new(cap);
        size_t len = 1;

        assert_int_equal(signet_x509_write(&t, &root.handle, out, cap, &len),
                         SIGNET_ERR_TOO_SMALL);
        assert_int_equal(len, 0);
        for (size_t i = 0; i < cap; i++) {
            assert_int_equal(out[i], 0);
        }
        guard_free(out, cap);
    }
}

static signet_status write_status(const signet_x509_template *t)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 1;
    signet_status status =
        signet_x509_write(t, &root.handle, der, sizeof(der), &len);

    assert_true((status == SIGNET_OK) == (len > 0));
    return status;
}

static void arguments_are_checked(void **state)
{
    static const char long_name[] = "0123456789012345678901234567890123456789"
                                    "0123456789012345678901234";
    static const char *const bad_ips[] = {
        "",        "1.2.3",    "1.2.3.4.",   "1.2.3.256", "1.2..4",
        "a.b.c.d", "1.2.3.4 ", "1234.2.3.4", "1.2.3.4.5"};
    signet_x509_template t = operational();
    (void)state;

    assert_int_equal(strlen(long_name), 65);
    t.subject_cn = long_name;
    assert_int_equal(write_status(&t), SIGNET_ERR_ARGUMENT);
    t.subject_cn = long_name + 1;
    assert_int_equal(write_status(&t), SIGNET_OK);
    t.subject_cn = "";
    assert_int_equal(write_status(&t), SIGNET_ERR_ARGUMENT);
    t = operational();
    t.not_before_s = t.not_after_s + 1;
    assert_int_equal(write_status(&t), SIGNET_ERR_ARGUMENT);
    t = operational();
    t.not_after_s = SIGNET_X509_NO_END + 1;
    assert_int_equal(write_status(&t), SIGNET_ERR_ARGUMENT);
    t = operational();
    t.issuer_key = NULL;
    assert_int_equal(write_status(&t), SIGNET_ERR_ARGUMENT);
    t = operational();
    for (size_t i = 0; i < sizeof(bad_ips) / sizeof(bad_ips[0]); i++) {
        t.subject_alt_ip = bad_ips[i];
        assert_int_equal(write_status(&t), SIGNET_ERR_ARGUMENT);
    }
}

static void a_failing_key_is_told(void **state)
{
    signet_x509_template t = operational();
    (void)state;

    root.fail = SIGNET_ERR_IO;
    assert_int_equal(write_status(&t), SIGNET_ERR_IO);
    root.fail = SIGNET_OK;
}

/* Read from memory that ends where the input ends. */
static signet_status read_guarded(const uint8_t *der, size_t len,
                                  signet_x509 *out)
{
    uint8_t *copy = guard_copy(der, len);
    signet_status status = signet_x509_read(signet_view(copy, len), out);

    guard_free(copy, len);
    return status;
}

static void every_truncation_and_extension_is_refused(void **state)
{
    signet_x509_template t = operational();
    uint8_t der[SIGNET_X509_MAX_SIZE + 1] = {0};
    signet_x509 read;
    size_t len = 0;
    (void)state;

    assert_int_equal(
        signet_x509_write(&t, &root.handle, der, SIGNET_X509_MAX_SIZE, &len),
        SIGNET_OK);
    for (size_t cut = 0; cut < len; cut++) {
        assert_int_equal(read_guarded(der, cut, &read), SIGNET_ERR_CERTIFICATE);
        assert_null(read.subject.ptr);
    }
    assert_int_equal(read_guarded(der, len + 1, &read), SIGNET_ERR_CERTIFICATE);
    assert_int_equal(read_guarded(der, SIGNET_X509_MAX_SIZE + 1, &read),
                     SIGNET_ERR_TOO_LARGE);
}

/* A flipped bit is refused by the reader or by the signature. */
static void every_flipped_bit_is_refused(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509 read;
    size_t len = kit_device_certificate(leaf.public_key, ID, &root, "Root", der,
                                        sizeof(der));
    (void)state;

    for (size_t bit = 0; bit < len * 8; bit++) {
        der[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (read_guarded(der, len, &read) == SIGNET_OK) {
            signet_x509_read(signet_view(der, len), &read);
            assert_int_equal(signet_x509_verify(&read, root.public_key),
                             SIGNET_ERR_SIGNATURE);
        }
        der[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_device_certificate_is_a_constrained_ca),
        cmocka_unit_test(purposes_and_addresses_are_written),
        cmocka_unit_test(every_cap_below_the_need_is_too_small),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(a_failing_key_is_told),
        cmocka_unit_test(every_truncation_and_extension_is_refused),
        cmocka_unit_test(every_flipped_bit_is_refused),
    };
    return cmocka_run_group_tests(tests, make_keys, NULL);
}
