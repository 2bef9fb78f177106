/* SPDX-License-Identifier: MIT */
/* Start-up: derived keys, the alias certificate, the latch, what is refused. */
#include "cmocka_all.h"

#include <string.h>

#include "identity_device.h"

static struct kit_key root;
static struct kit_device device;

static int make(void **state)
{
    (void)state;
    kit_device_make(&device);
    kit_device_provision(&device, &root);
    return 0;
}

static int end(void **state)
{
    (void)state;
    kit_device_free(&device);
    return 0;
}

static int make_root(void **state)
{
    (void)state;
    kit_key_make(&root);
    return 0;
}

static signet_x509 alias_certificate(const struct kit_device *of)
{
    signet_x509 read;

    assert_int_equal(signet_x509_read(signet_view(of->identity.alias_cert,
                                                  of->identity.alias_cert_len),
                                      &read),
                     SIGNET_OK);
    return read;
}

static void the_chain_leads_to_the_manufacturer(void **state)
{
    signet_key alias;
    signet_bytes chain[2];
    signet_x509 leaf;
    signet_x509 issuer;
    uint8_t key[64];
    char name[64] = SIGNET_ENROL_PREFIX;
    (void)state;

    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    signet_identity_alias(&device.identity, &alias, chain);
    assert_int_equal(signet_x509_read(chain[0], &leaf), SIGNET_OK);
    assert_int_equal(signet_x509_read(chain[1], &issuer), SIGNET_OK);
    assert_int_equal(signet_x509_verify(&leaf, issuer.key), SIGNET_OK);
    assert_int_equal(signet_x509_verify(&issuer, root.public_key), SIGNET_OK);
    assert_true(signet_equal(leaf.issuer, issuer.subject));
    assert_true(signet_equal(leaf.subject_cn, issuer.permitted_cn));
    strcat(name, device.identity.device_id);
    assert_memory_equal(leaf.subject_cn.ptr, name, leaf.subject_cn.len);
    assert_int_equal(leaf.extended_usage, SIGNET_EKU_CLIENT);
    assert_false(leaf.ca);
    assert_true(leaf.not_after_s == SIGNET_X509_NO_END);
    assert_int_equal(alias.ops->public_key(alias.ctx, alias.slot, key),
                     SIGNET_OK);
    assert_memory_equal(leaf.key, key, 64);
}

static void the_names_are_those_of_the_device_key(void **state)
{
    uint8_t csr[SIGNET_X509_MAX_SIZE];
    uint8_t key[64];
    uint8_t ueid[SIGNET_UEID_SIZE];
    char id[SIGNET_DEVICE_ID_LEN + 1];
    signet_csr read;
    size_t len = 0;
    (void)state;

    assert_int_equal(signet_identity_device_csr(&device.config.secret,
                                                &device.config.rng, csr,
                                                sizeof(csr), &len, key),
                     SIGNET_OK);
    assert_int_equal(signet_csr_read(signet_view(csr, len), &read), SIGNET_OK);
    assert_memory_equal(read.key, key, 64);
    assert_int_equal(signet_identity_names(key, id, ueid), SIGNET_OK);
    assert_int_equal(read.subject_cn.len, 7 + SIGNET_DEVICE_ID_LEN);
    assert_memory_equal(read.subject_cn.ptr, "device-", 7);
    assert_memory_equal(read.subject_cn.ptr + 7, id, SIGNET_DEVICE_ID_LEN);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_string_equal(device.identity.device_id, id);
    assert_memory_equal(device.identity.ueid, ueid, SIGNET_UEID_SIZE);
}

static void the_alias_certificate_is_made_once_a_measurement(void **state)
{
    uint8_t first[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    signet_x509 before;
    (void)state;

    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    len = device.identity.alias_cert_len;
    memcpy(first, device.identity.alias_cert, len);
    assert_int_equal(signet_x509_read(signet_view(first, len), &before),
                     SIGNET_OK);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_int_equal(device.identity.alias_cert_len, len);
    assert_memory_equal(device.identity.alias_cert, first, len);
    device.handoff.measurement[0] ^= 1;
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_memory_not_equal(alias_certificate(&device).key, before.key, 64);
    device.handoff.measurement[0] ^= 1;
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_memory_equal(alias_certificate(&device).key, before.key, 64);
}

static void a_damaged_alias_certificate_is_made_anew(void **state)
{
    static const uint8_t junk[] = {0x30, 0x03, 1, 2, 3};
    (void)state;

    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_int_equal(signet_items_put(&device.items,
                                      SIGNET_IDENTITY_ITEM_ALIAS_CERT,
                                      signet_view(junk, sizeof(junk))),
                     SIGNET_OK);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    (void)alias_certificate(&device);
}

static void the_secret_is_latched_and_kept_nowhere(void **state)
{
    uint8_t secret[32];
    const uint8_t *bytes = (const uint8_t *)&device.identity;
    (void)state;

    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_true(device.latched);
    assert_int_equal(device.secret_reads, 2); /* provisioning and start */
    assert_int_equal(
        device.config.secret.ops->read(device.config.secret.ctx, secret),
        SIGNET_ERR_KEY);
    for (size_t i = 0; i + 8 <= sizeof(device.identity); i++) {
        assert_memory_not_equal(bytes + i, device.secret, 8);
    }
}

static void assert_wiped(void)
{
    const uint8_t *bytes = (const uint8_t *)&device.identity;

    for (size_t i = 0; i < sizeof(device.identity); i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void a_blank_device_can_still_make_its_csr(void **state)
{
    uint8_t csr[SIGNET_X509_MAX_SIZE];
    uint8_t key[64];
    size_t len = 0;
    (void)state;

    assert_int_equal(
        signet_items_delete(&device.factory, SIGNET_IDENTITY_ITEM_DEVICE_CERT),
        SIGNET_OK);
    assert_int_equal(kit_device_start(&device), SIGNET_ERR_NOT_FOUND);
    assert_wiped();
    assert_false(device.latched);
    assert_int_equal(signet_identity_device_csr(&device.config.secret,
                                                &device.config.rng, csr,
                                                sizeof(csr), &len, key),
                     SIGNET_OK);
    device.blank = true;
    assert_int_equal(kit_device_start(&device), SIGNET_ERR_NOT_FOUND);
    assert_int_equal(signet_identity_device_csr(&device.config.secret,
                                                &device.config.rng, csr,
                                                sizeof(csr), &len, key),
                     SIGNET_ERR_NOT_FOUND);
    assert_int_equal(len, 0);
}

static void put_device_certificate(const uint8_t *der, size_t len)
{
    assert_int_equal(signet_items_put(&device.factory,
                                      SIGNET_IDENTITY_ITEM_DEVICE_CERT,
                                      signet_view(der, len)),
                     SIGNET_OK);
}

static void a_foreign_device_certificate_is_refused(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE + 1] = {0};
    size_t len = kit_device_certificate(
        root.public_key, "00000000000000000000000000000000", &root,
        "Manufacturer", der, sizeof(der));
    (void)state;

    put_device_certificate(der, len);
    assert_int_equal(kit_device_start(&device), SIGNET_ERR_CERT_KEY);
    assert_true(device.latched);
    assert_wiped();
    put_device_certificate(der, len - 1);
    assert_int_equal(kit_device_start(&device), SIGNET_ERR_CERTIFICATE);
    put_device_certificate(der, sizeof(der));
    assert_int_equal(kit_device_start(&device), SIGNET_ERR_CERTIFICATE);
}

static void failing_ports_are_told_and_leave_nothing(void **state)
{
    (void)state;

    device.config.rng = kit_no_entropy();
    assert_int_equal(kit_device_start(&device), SIGNET_ERR_ENTROPY);
    assert_true(device.latched);
    assert_wiped();
    device.config.rng = kit_entropy();
    device.latched = true; /* read refuses */
    assert_int_equal(signet_identity_start(&device.identity, &device.config),
                     SIGNET_ERR_KEY);
    assert_wiped();
    device.latched = false;
    kit_device_break_flash(&device, true);
    assert_int_equal(signet_identity_start(&device.identity, &device.config),
                     SIGNET_ERR_IO);
    assert_wiped();
}

static void a_new_device_has_to_enrol(void **state)
{
    signet_time now = {0, KIT_NOW};
    signet_key key;
    signet_bytes certificate;
    (void)state;

    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_ERR_NOT_FOUND);
    assert_true(signet_identity_renewal_due(&device.identity, now));
}

static void the_floor_starts_at_the_build_and_rises_by_steps(void **state)
{
    uint64_t floor = KIT_BUILD_TIME;
    (void)state;

    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_true(device.identity.time_floor_s == floor);
    assert_int_equal(signet_identity_raise_floor(&device.identity, floor - 1),
                     SIGNET_OK);
    assert_true(device.identity.time_floor_s == floor);
    assert_int_equal(signet_identity_raise_floor(&device.identity, floor + 9),
                     SIGNET_OK);
    assert_true(device.identity.time_floor_s == floor + 9);
    assert_int_equal(signet_identity_raise_floor(&device.identity, UINT64_MAX),
                     SIGNET_OK);
    assert_true(device.identity.time_floor_s ==
                floor + 9 + SIGNET_TIME_FLOOR_STEP_S);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_true(device.identity.time_floor_s ==
                floor + 9 + SIGNET_TIME_FLOOR_STEP_S);
    /* A newer firmware knows better. */
    device.config.build_time_s = KIT_NOW * 2;
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_true(device.identity.time_floor_s == KIT_NOW * 2);
}

static void a_damaged_floor_gives_way_to_the_build(void **state)
{
    static const uint8_t junk[9] = {0};
    static const size_t lengths[] = {0, 3, 9};
    (void)state;

    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        assert_int_equal(signet_items_put(&device.items,
                                          SIGNET_IDENTITY_ITEM_TIME_FLOOR,
                                          signet_view(junk, lengths[i])),
                         SIGNET_OK);
        assert_int_equal(kit_device_start(&device), SIGNET_OK);
        assert_true(device.identity.time_floor_s == KIT_BUILD_TIME);
    }
}

static void two_devices_live_side_by_side(void **state)
{
    static struct kit_device other;
    uint8_t first[64];
    uint8_t second[64];
    signet_key key;
    signet_bytes chain[2];
    (void)state;

    kit_device_make(&other);
    kit_device_provision(&other, &root);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_int_equal(kit_device_start(&other), SIGNET_OK);
    assert_string_not_equal(device.identity.device_id,
                            other.identity.device_id);
    signet_identity_alias(&device.identity, &key, chain);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, first), SIGNET_OK);
    signet_identity_alias(&other.identity, &key, chain);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, second), SIGNET_OK);
    assert_memory_equal(first, alias_certificate(&device).key, 64);
    assert_memory_equal(second, alias_certificate(&other).key, 64);
    kit_device_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
        TEST(the_chain_leads_to_the_manufacturer),
        TEST(the_names_are_those_of_the_device_key),
        TEST(the_alias_certificate_is_made_once_a_measurement),
        TEST(a_damaged_alias_certificate_is_made_anew),
        TEST(the_secret_is_latched_and_kept_nowhere),
        TEST(a_blank_device_can_still_make_its_csr),
        TEST(a_foreign_device_certificate_is_refused),
        TEST(failing_ports_are_told_and_leave_nothing),
        TEST(a_new_device_has_to_enrol),
        TEST(the_floor_starts_at_the_build_and_rises_by_steps),
        TEST(a_damaged_floor_gives_way_to_the_build),
        TEST(two_devices_live_side_by_side),
#undef TEST
    };
    return cmocka_run_group_tests(tests, make_root, NULL);
}
