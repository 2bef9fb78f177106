/* SPDX-License-Identifier: MIT */
/* Extensions, one form at a time (RFC 5280 s4.2). */
#include "cmocka_all.h"

#include <string.h>

#include "guard.h"
#include "hex.h"
#include "x509_read.h"

/* Read the entries of an extension list; false when they are refused. */
static bool read_list(const char *hex, signet_x509 *out)
{
    uint8_t bytes[256];
    size_t len = hex_decode(hex, bytes, sizeof(bytes));
    uint8_t *list = guard_copy(bytes, len);
    struct signet_der_reader r;
    bool good = false;

    *out = (signet_x509){.path_len = -1};
    signet_der_reader_init(&r, signet_view(list, len));
    signet_x509_read_extensions(&r, out);
    good = !r.bad && r.ptr == r.end;
    guard_free(list, len);
    return good;
}

#define KEY_USAGE_SIGN "300e0603551d0f0101ff040403020780"

static void known_ones_are_read(void **state)
{
    signet_x509 read;
    (void)state;

    assert_true(read_list(KEY_USAGE_SIGN, &read));
    assert_int_equal(read.key_usage, SIGNET_KEY_USAGE_SIGN);
    assert_true(read_list("30120603551d130101ff040830060101ff020100", &read));
    assert_true(read.ca);
    assert_int_equal(read.path_len, 0);
    /* an empty BasicConstraints, as OpenSSL writes it for leaves */
    assert_true(read_list("30090603551d1304023000", &read));
    assert_false(read.ca);
    /* decipherOnly has a second byte */
    assert_true(read_list("300f0603551d0f0101ff04050303078080", &read));
    assert_int_equal(read.key_usage, SIGNET_KEY_USAGE_SIGN);
}

static void unknown_ones_are_stepped_over_unless_critical(void **state)
{
    signet_x509 read;
    (void)state;

    assert_true(read_list("3009060355046304020500" KEY_USAGE_SIGN, &read));
    assert_int_equal(read.key_usage, SIGNET_KEY_USAGE_SIGN);
    /* several unknown ones are no duplicates of one another */
    assert_true(read_list("3009060355046304020500"
                          "3009060355046404020500",
                          &read));
    assert_false(read_list("300c06035504630101ff04020500", &read));
    /* of 2.5.29 as well */
    assert_false(read_list("300c0603551d360101ff04020500", &read));
}

static void one_that_stands_twice_is_refused(void **state)
{
    signet_x509 read;
    (void)state;

    assert_false(read_list(KEY_USAGE_SIGN KEY_USAGE_SIGN, &read));
    assert_false(
        read_list("30090603551d130402300030090603551d1304023000", &read));
}

static void malformed_ones_are_refused(void **state)
{
    static const char *const bad[] = {
        "-",                                          /* none at all */
        "300e0603551d0f010100040403020780",           /* critical FALSE */
        "300e0603551d0f010101040403020780",           /* TRUE as 01 */
        "300e0603551d0f0101ff040403020680",           /* unused bits: 6 */
        "300e0603551d0f0101ff040403020880",           /* unused bits: 8 */
        "300e0603551d0f0101ff040403020781",           /* a 1 in unused bits */
        "300d0603551d0f0101ff0403030100",             /* no bits */
        "300f0603551d0f0101ff04050302078000",         /* bytes after */
        "300c0603551d1304053003010100",               /* cA FALSE */
        "300f0603551d130101ff04053003020100",         /* pathLen, not cA */
        "30130603551d130101ff040930070101ff02020080", /* pathLen 128 */
        "30090603551d2504023000",                     /* no purpose */
        "30090603551d1104023000",                     /* no name */
        "300b0603551d25040430020500",                 /* purpose: NULL */
        "30050603551d11",                             /* cut short */
    };
    signet_x509 read;
    (void)state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (read_list(bad[i], &read)) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
}

static void purposes_are_told_apart(void **state)
{
    signet_x509 read;
    (void)state;

    assert_true(read_list("30130603551d25040c300a06082b06010505070302", &read));
    assert_int_equal(read.extended_usage, SIGNET_EKU_CLIENT);
    assert_true(read_list("30130603551d25040c300a06082b06010505070301", &read));
    assert_int_equal(read.extended_usage, SIGNET_EKU_SERVER);
    /* codeSigning, and anyExtendedKeyUsage, are neither nor absent */
    assert_true(read_list("30130603551d25040c300a06082b06010505070303", &read));
    assert_int_equal(read.extended_usage, SIGNET_EKU_OTHER);
    assert_true(read_list("300f0603551d25040830060604551d2500", &read));
    assert_int_equal(read.extended_usage, SIGNET_EKU_OTHER);
}

static void only_a_lone_dns_name_counts(void **state)
{
    signet_x509 read;
    (void)state;

    assert_true(read_list("300d0603551d110406300482026162", &read));
    assert_int_equal(read.alt_dns.len, 2);
    assert_true(read_list("30110603551d11040a30088202616282026364", &read));
    assert_int_equal(read.alt_dns.len, 0);
    assert_true(read_list("300f0603551d110408300687047f000001", &read));
    assert_int_equal(read.alt_dns.len, 0);
}

/* permitted CN=ab; then the forms that are not understood. */
static void only_one_form_of_name_constraint_is_taken(void **state)
{
    static const char *const bad[] = {
        /* excluded */
        "30200603551d1e0101ff04163014a1123010a40e300c310a30080603550403"
        "0c0161",
        /* O=a */
        "30200603551d1e0101ff04163014a0123010a40e300c310a3008060355040a"
        "0c0161",
        /* the empty name */
        "30140603551d1e0101ff040a3008a0063004a4023000",
        /* a dNSName */
        "30130603551d1e0101ff04093007a0053003820161",
    };
    signet_x509 read;
    (void)state;

    assert_true(read_list("30200603551d1e0101ff04163014a0123010a40e300c310a3008"
                          "06035504030c0161",
                          &read));
    assert_int_equal(read.permitted_cn.len, 1);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (read_list(bad[i], &read)) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_ones_are_read),
        cmocka_unit_test(unknown_ones_are_stepped_over_unless_critical),
        cmocka_unit_test(one_that_stands_twice_is_refused),
        cmocka_unit_test(malformed_ones_are_refused),
        cmocka_unit_test(purposes_are_told_apart),
        cmocka_unit_test(only_a_lone_dns_name_counts),
        cmocka_unit_test(only_one_form_of_name_constraint_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
