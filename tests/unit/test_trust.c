/* SPDX-License-Identifier: MIT */
/* Trust list: what opens, what is found in it, and each refusal by name. */
#include "hex.h"
#include "release.h"

#include "cmocka_all.h"

#include <string.h>

#define OTHER_ROOT KEY_FOREIGN

static struct release_key root;

static int set_up(void **state)
{
    (void)state;
    release_key_new(&root, KEY_ROOT);
    return 0;
}

static signet_status open_list(const signing_buffer *list, uint32_t floor,
                               signet_trust *trust)
{
    return signet_trust_open(signing_view(list), root.public_key, floor, trust);
}

static void opens_and_reads_every_entry(void **state)
{
    (void)state;
    signing_buffer list = release_trust_list(7);
    signet_trust trust;

    assert_int_equal(open_list(&list, 7, &trust), SIGNET_OK);
    assert_int_equal(trust.counter, 7);
    assert_int_equal(trust.count, 5);
    assert_int_equal(trust.entries[0].purposes, SIGNET_PURPOSE_FIRMWARE);
    assert_int_equal(trust.entries[0].key.len, 64);
    assert_int_equal(trust.entries[2].flags, SIGNET_TRUST_DEVELOPMENT);
    assert_int_equal(trust.entries[4].key.len, 5);
    signing_buffer_free(&list);
}

static void finds_by_purpose_and_index(void **state)
{
    (void)state;
    signing_buffer list = release_trust_list(1);
    signet_trust trust;

    assert_int_equal(open_list(&list, 0, &trust), SIGNET_OK);
    assert_ptr_equal(signet_trust_find(&trust, SIGNET_PURPOSE_FIRMWARE, 1),
                     &trust.entries[1]);
    assert_ptr_equal(signet_trust_find(&trust, SIGNET_PURPOSE_TIME, 0),
                     &trust.entries[3]);
    assert_ptr_equal(signet_trust_find(&trust, SIGNET_PURPOSE_BROKER_CA, 0),
                     &trust.entries[4]);
    assert_null(signet_trust_find(&trust, SIGNET_PURPOSE_FIRMWARE, 3));
    assert_null(signet_trust_find(&trust, SIGNET_PURPOSE_UNLOCK, 0));
    signing_buffer_free(&list);
}

static void finds_a_key_only_for_its_purpose(void **state)
{
    (void)state;
    signing_buffer list = release_trust_list(1);
    signet_trust trust;
    signet_bytes kid;

    assert_int_equal(open_list(&list, 0, &trust), SIGNET_OK);
    kid = signet_view(trust.entries[3].kid, SIGNET_KID_SIZE);
    assert_ptr_equal(signet_trust_key(&trust, SIGNET_PURPOSE_SERVICE, kid),
                     &trust.entries[3]);
    assert_null(signet_trust_key(&trust, SIGNET_PURPOSE_FIRMWARE, kid));
    kid.len--;
    assert_null(signet_trust_key(&trust, SIGNET_PURPOSE_SERVICE, kid));
    signing_buffer_free(&list);
}

/* Certificates have no kid: eight zeros name none of them. */
static void a_certificate_is_no_key(void **state)
{
    (void)state;
    static const uint8_t zeros[SIGNET_KID_SIZE];
    signing_buffer list = release_trust_list(1);
    signet_trust trust;

    assert_int_equal(open_list(&list, 0, &trust), SIGNET_OK);
    assert_null(signet_trust_key(&trust, SIGNET_PURPOSE_BROKER_CA,
                                 signet_view(zeros, sizeof zeros)));
    signing_buffer_free(&list);
}

static void an_older_list_is_refused_and_wiped(void **state)
{
    (void)state;
    signing_buffer list = release_trust_list(6);
    signet_trust trust;

    assert_int_equal(open_list(&list, 7, &trust), SIGNET_ERR_TRUST_COUNTER);
    assert_int_equal(trust.count, 0);
    assert_int_equal(trust.entries[0].purposes, 0);
    signing_buffer_free(&list);
}

static void another_root_is_refused(void **state)
{
    (void)state;
    struct release_key other;
    signing_buffer list = release_trust_list(1);
    signet_trust trust;

    release_key_new(&other, OTHER_ROOT);
    assert_int_equal(
        signet_trust_open(signing_view(&list), other.public_key, 0, &trust),
        SIGNET_ERR_KEY_ID);
    signing_buffer_free(&list);
}

static void an_oversized_list_is_refused_unread(void **state)
{
    (void)state;
    static const uint8_t big[SIGNET_TRUST_MAX_SIZE + 1];
    signet_trust trust;

    assert_int_equal(signet_trust_open(signet_view(big, sizeof big),
                                       root.public_key, 0, &trust),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(
        signet_trust_open(signet_view(NULL, 0), root.public_key, 0, &trust),
        SIGNET_ERR_TRUNCATED);
}

/* ---- signed by the root, and wrong all the same ---- */

#define X8 "0102030405060708"
#define KEY64 "5840" X8 X8 X8 X8 X8 X8 X8 X8
#define KEY63 "583F" X8 X8 X8 X8 X8 X8 X8 "01020304050607"
#define KEY60 "583C" X8 X8 X8 X8 X8 X8 X8 "01020304"
#define ES256 "26"
#define LMS "382D"
#define ENTRY(purposes, alg, key) "A301" purposes "02" alg "03" key
#define GOOD ENTRY("01", ES256, KEY64)

struct bad_list {
    const char *what;
    const char *payload;
    signet_status status;
};

static const struct bad_list bad_lists[] = {
    {"the template itself",
     "A301010201"
     "0381" GOOD,
     SIGNET_OK},
    {"an HSS key",
     "A301010201"
     "0381" ENTRY("01", LMS, KEY60),
     SIGNET_OK},
    {"a negative key is stepped over",
     "A40101020103"
     "81" GOOD "20182A",
     SIGNET_OK},
    {"version 2",
     "A301020201"
     "0381" GOOD,
     SIGNET_ERR_VERSION},
    {"no version",
     "A20201"
     "0381" GOOD,
     SIGNET_ERR_MISSING},
    {"no counter",
     "A20101"
     "0381" GOOD,
     SIGNET_ERR_MISSING},
    {"no entries", "A201010201", SIGNET_ERR_MISSING},
    {"an empty list",
     "A301010201"
     "0380",
     SIGNET_ERR_MISSING},
    {"13 entries",
     "A301010201"
     "038D",
     SIGNET_ERR_TOO_LARGE},
    {"counter 0",
     "A301010200"
     "0381" GOOD,
     SIGNET_ERR_MISSING},
    {"counter 2^32-1",
     "A30101021AFFFFFFFF"
     "0381" GOOD,
     SIGNET_ERR_TYPE},
    {"counter 2^32",
     "A30101021B0000000100000000"
     "0381" GOOD,
     SIGNET_ERR_TYPE},
    {"counter as text",
     "A30101026131"
     "0381" GOOD,
     SIGNET_ERR_TYPE},
    {"an unknown field",
     "A401010201"
     "0381" GOOD "0400",
     SIGNET_ERR_UNKNOWN_CRITICAL},
    {"a field twice", "A40101020102020381" GOOD, SIGNET_ERR_DUPLICATE},
    {"fields out of order",
     "A302010101"
     "0381" GOOD,
     SIGNET_ERR_NON_CANONICAL},
    {"a long integer",
     "A30101021801"
     "0381" GOOD,
     SIGNET_ERR_NON_CANONICAL},
    {"an indefinite list",
     "A301010201"
     "039F" GOOD "FF",
     SIGNET_ERR_NON_CANONICAL},
    {"a byte after the end",
     "A301010201"
     "0381" GOOD "00",
     SIGNET_ERR_TRAILING},
    {"cut short",
     "A301010201"
     "0381A3",
     SIGNET_ERR_TRUNCATED},
    {"no map", "80", SIGNET_ERR_TYPE},
    {"no purpose",
     "A301010201"
     "0381A20226"
     "03" KEY64,
     SIGNET_ERR_MISSING},
    {"purpose 0",
     "A301010201"
     "0381" ENTRY("00", ES256, KEY64),
     SIGNET_ERR_MISSING},
    {"a reserved purpose",
     "A301010201"
     "0381" ENTRY("1880", ES256, KEY64),
     SIGNET_ERR_RESERVED},
    {"firmware and CA",
     "A301010201"
     "0381" ENTRY("03", ES256, KEY64),
     SIGNET_ERR_PURPOSE},
    {"both CAs",
     "A301010201"
     "0381" ENTRY("06", ES256, KEY64),
     SIGNET_ERR_PURPOSE},
    {"algorithm -35",
     "A301010201"
     "0381" ENTRY("01", "3822", KEY64),
     SIGNET_ERR_ALGORITHM},
    {"no algorithm",
     "A301010201"
     "0381A20101"
     "03" KEY64,
     SIGNET_ERR_MISSING},
    {"no key",
     "A301010201"
     "0381A201010226",
     SIGNET_ERR_MISSING},
    {"an empty key",
     "A301010201"
     "0381" ENTRY("01", ES256, "40"),
     SIGNET_ERR_MISSING},
    {"a short key",
     "A301010201"
     "0381" ENTRY("01", ES256, KEY63),
     SIGNET_ERR_TYPE},
    {"an HSS key of 64",
     "A301010201"
     "0381" ENTRY("01", LMS, KEY64),
     SIGNET_ERR_TYPE},
    {"an HSS key for replies",
     "A301010201"
     "0381" ENTRY("08", LMS, KEY60),
     SIGNET_ERR_PURPOSE},
    {"an HSS broker CA",
     "A301010201"
     "0381" ENTRY("02", LMS, KEY60),
     SIGNET_ERR_PURPOSE},
    {"flags 0",
     "A301010201"
     "0381A401010226"
     "03" KEY64 "0400",
     SIGNET_ERR_NON_CANONICAL},
    {"a reserved flag",
     "A301010201"
     "0381A401010226"
     "03" KEY64 "0402",
     SIGNET_ERR_RESERVED},
    {"an unknown entry field",
     "A301010201"
     "0381A401010226"
     "03" KEY64 "0500",
     SIGNET_ERR_UNKNOWN_CRITICAL},
    {"a key twice",
     "A301010201"
     "0382" GOOD ENTRY("08", ES256, KEY64),
     SIGNET_ERR_DUPLICATE},
};

static void each_bad_list_has_its_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_lists / sizeof bad_lists[0]; i++) {
        const struct bad_list *bad = &bad_lists[i];
        uint8_t payload[512];
        size_t len = hex_decode(bad->payload, payload, sizeof payload);
        signing_buffer list =
            release_sign_list(signet_view(payload, len), KEY_ROOT);
        signet_trust trust;
        signet_status status = open_list(&list, 0, &trust);

        if (status != bad->status) {
            print_error("%s: %s\n", bad->what, signet_status_name(status));
        }
        assert_int_equal(status, bad->status);
        assert_int_equal(trust.count, status == SIGNET_OK ? 1 : 0);
        signing_buffer_free(&list);
    }
}

/* A firmware key must not sign trust lists, whatever it signs. */
static void a_firmware_key_signs_no_list(void **state)
{
    (void)state;
    uint8_t payload[512];
    size_t len = hex_decode(bad_lists[0].payload, payload, sizeof payload);
    signing_buffer list =
        release_sign_list(signet_view(payload, len), KEY_FIRMWARE);
    signet_trust trust;

    assert_int_equal(open_list(&list, 0, &trust), SIGNET_ERR_KEY_ID);
    signing_buffer_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_and_reads_every_entry),
        cmocka_unit_test(finds_by_purpose_and_index),
        cmocka_unit_test(finds_a_key_only_for_its_purpose),
        cmocka_unit_test(a_certificate_is_no_key),
        cmocka_unit_test(an_older_list_is_refused_and_wiped),
        cmocka_unit_test(another_root_is_refused),
        cmocka_unit_test(an_oversized_list_is_refused_unread),
        cmocka_unit_test(each_bad_list_has_its_status),
        cmocka_unit_test(a_firmware_key_signs_no_list),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
