/* SPDX-License-Identifier: MIT */
/* Attacks with manifests and trust lists that are partly, or at another
 * place, genuine. */
#include "update_attack.h"

#include "fields.h"

#include <string.h>

#define SIGNED_BY(...) ((const enum release_key_number[]){__VA_ARGS__, 0})

#define X8 "0102030405060708"

/* attack.next with one field changed, properly signed. */
static signing_buffer with_field(int64_t key, const char *hex)
{
    struct fields fields;
    signing_buffer payload;
    uint8_t bytes[1600];
    size_t len = 0;

    assert_int_equal(signing_manifest_payload(&attack.next.fields, &payload),
                     SIGNET_OK);
    fields_read(&fields, signing_view(&payload));
    signing_buffer_free(&payload);
    fields_set(&fields, key, hex);
    len = fields_write(&fields, bytes, sizeof bytes);
    return release_sign_payload(signet_view(bytes, len),
                                SIGNED_BY(KEY_FIRMWARE));
}

static void offer_field_as(int64_t key, const char *hex, signet_status expected)
{
    signing_buffer manifest = with_field(key, hex);

    attack_offer_as(signing_view(&manifest), expected);
    signing_buffer_free(&manifest);
}

/* CVE-2026-5194: 20 bytes of a digest compare faster than 32. */
static void attack_short_digest(void **state)
{
    (void)state;
    offer_field_as(10, "40", SIGNET_ERR_TYPE);
    offer_field_as(10, "54" X8 X8 "01020304", SIGNET_ERR_TYPE);
    offer_field_as(10, "581F" X8 X8 X8 "01020304050607", SIGNET_ERR_TYPE);
    offer_field_as(12, "40", SIGNET_ERR_TYPE);
    offer_field_as(12, "581F" X8 X8 X8 "01020304050607", SIGNET_ERR_TYPE);
}

/* CVE-2025-53022: each field longer than where it goes. */
static void attack_field_longer_than_its_place(void **state)
{
    (void)state;
    offer_field_as(2, "51" X8 X8 "01", SIGNET_ERR_TYPE);
    offer_field_as(3, "51" X8 X8 "01", SIGNET_ERR_TYPE);
    offer_field_as(6,
                   "7821"
                   "6161616161616161616161616161616161616161616161616"
                   "16161616161616161",
                   SIGNET_ERR_TYPE);
    offer_field_as(10, "5821" X8 X8 X8 X8 "01", SIGNET_ERR_TYPE);
    offer_field_as(12, "5821" X8 X8 X8 X8 "01", SIGNET_ERR_TYPE);
    offer_field_as(14, "85820001820101820201820301820401",
                   SIGNET_ERR_TOO_LARGE);
    offer_field_as(5, "1B0000000100000003", SIGNET_ERR_TYPE);
    offer_field_as(9, "1B0000000100000003", SIGNET_ERR_TYPE);
}

/* CVE-2024-32883: something beside what is signed. d8 62 84 40 a0 ...: the
 * unprotected map of the body, then of the signature, gets an entry. */
static void attack_unsigned_field_injected(void **state)
{
    (void)state;
    const signing_buffer *genuine = &attack.next.manifest;
    uint8_t bytes[SIGNET_MANIFEST_MAX_SIZE];
    size_t maps[2] = {4, genuine->len - 66 - 1};

    for (int i = 0; i < 2; i++) {
        size_t at = maps[i];

        assert_int_equal(genuine->ptr[at], 0xA0);
        memcpy(bytes, genuine->ptr, at);
        memcpy(bytes + at, "\xA1\x18\x20\x01", 4);
        memcpy(bytes + at + 4, genuine->ptr + at + 1, genuine->len - at - 1);
        attack_offer_as(signet_view(bytes, genuine->len + 3),
                        SIGNET_ERR_RESERVED);
    }
}

/* A signature that nobody here can judge rides along. */
static void attack_signature_added(void **state)
{
    (void)state;
    signing_buffer payload;
    signing_buffer manifest;

    assert_int_equal(signing_manifest_payload(&attack.next.fields, &payload),
                     SIGNET_OK);
    manifest = release_sign_payload(signing_view(&payload),
                                    SIGNED_BY(KEY_FIRMWARE, KEY_FOREIGN));
    attack_offer_as(signing_view(&manifest), SIGNET_ERR_KEY_ID);
    signing_buffer_free(&manifest);
    manifest = release_sign_payload(signing_view(&payload),
                                    SIGNED_BY(KEY_FOREIGN, KEY_FIRMWARE));
    attack_offer_as(signing_view(&manifest), SIGNET_ERR_KEY_ID);
    signing_buffer_free(&manifest);
    signing_buffer_free(&payload);
}

static void attack_development_key(void **state)
{
    (void)state;
    release_sign(&attack.next, KEY_DEVELOPMENT);
    attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_DEVELOPMENT_KEY);
}

static void attack_foreign_key(void **state)
{
    (void)state;
    release_sign(&attack.next, KEY_FOREIGN);
    attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_KEY_ID);
    release_sign(&attack.next, KEY_SERVICE);
    attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_PURPOSE);
    release_sign(&attack.next, KEY_ROOT);
    attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_KEY_ID);
}

/* CVE-2020-10648: the signature of one, the payload of another. */
static void attack_mix_and_match(void **state)
{
    (void)state;
    struct release other;
    signing_buffer mixed;
    size_t len = attack.next.manifest.len;

    release_new(&other, 12, RELEASE_SIZE + 1, RELEASE_CHUNK);
    other.fields.security_counter = 3;
    release_sign(&other, KEY_FIRMWARE);
    assert_int_equal(other.manifest.len, len);
    mixed = attack.next.manifest;
    memcpy(mixed.ptr + len - 64, other.manifest.ptr + len - 64, 64);
    attack_offer_as(signing_view(&mixed), SIGNET_ERR_SIGNATURE);
    release_free(&other);
}

/* A signature made for one kind of object is none for another. */
static void attack_signature_of_another_kind(void **state)
{
    (void)state;
    static const uint8_t service[] = SIGNET_AAD_LOG_ACK;
    struct release_key root;
    struct release_key firmware;
    signing_buffer list;
    signing_buffer payload;
    uint8_t object[1024];
    size_t len = 0;

    release_key_new(&root, KEY_ROOT);
    release_key_new(&firmware, KEY_FIRMWARE);
    list = release_narrow_list(2, KEY_FIRMWARE);
    /* The root signed this payload, but as a service reply. */
    {
        signet_cose_object parsed;

        assert_int_equal(signet_cose_parse(signing_view(&list), &parsed),
                         SIGNET_OK);
        assert_int_equal(
            signet_cose_sign1(&root.key,
                              signet_view(service, sizeof service - 1),
                              parsed.payload, object, sizeof object, &len),
            SIGNET_OK);
    }
    attack_list_as(signet_view(object, len), SIGNET_ERR_SIGNATURE);
    signing_buffer_free(&list);
    /* A COSE_Sign1 by the firmware key is no COSE_Sign. */
    assert_int_equal(signing_manifest_payload(&attack.next.fields, &payload),
                     SIGNET_OK);
    assert_int_equal(
        signet_cose_sign1(&firmware.key,
                          signet_view((const uint8_t *)SIGNET_AAD_MANIFEST,
                                      sizeof SIGNET_AAD_MANIFEST - 1),
                          signing_view(&payload), object, sizeof object, &len),
        SIGNET_OK);
    attack_offer_as(signet_view(object, len), SIGNET_ERR_TYPE);
    signing_buffer_free(&payload);
}

/* wolfBoot 1016c4d5: a version with its top bit set is not negative. */
static void attack_signed_compare(void **state)
{
    (void)state;
    struct device *device = &attack.device;

    device->counters[SIGNET_COUNTER_SECURITY] = 0x80000001u;
    attack.next.fields.security_counter = 0x7FFFFFFFu;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_DOWNGRADE);
    device->counters[SIGNET_COUNTER_SECURITY] = 3;
    device->handoff.sequence = 1ull << 63;
    attack.next.fields.security_counter = 3;
    attack.next.fields.sequence = (1ull << 63) - 1;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_SEQUENCE);
    attack.next.fields.sequence = 1ull << 32; /* 0 in its lower half */
    attack_offer_as(attack_sign_next(), SIGNET_ERR_SEQUENCE);
}

static void attack_downgrade_and_replay(void **state)
{
    (void)state;
    attack.next.fields.security_counter = 2;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_DOWNGRADE);
    attack.next.fields.security_counter = 3;
    attack.next.fields.sequence = 10;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_SEQUENCE);
    attack.next.fields.sequence = 9;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_SEQUENCE);
    attack_offer_as(release_manifest(&attack.running), SIGNET_ERR_SEQUENCE);
}

/* A counter at its end would install, and then bar everything after it. */
static void attack_counter_exhaustion(void **state)
{
    (void)state;
    signing_buffer list;

    offer_field_as(5, "1AFFFFFFFF", SIGNET_ERR_TYPE);
    offer_field_as(4, "1BFFFFFFFFFFFFFFFF", SIGNET_ERR_TYPE);
    list = release_trust_list(UINT32_MAX);
    attack_list_as(signing_view(&list), SIGNET_ERR_TYPE);
    signing_buffer_free(&list);
    attack.device.counter_status = SIGNET_ERR_COUNTER;
    attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_COUNTER);
}

/* A leaked key, revoked, signs once more; and an old list would bring it
 * back. */
static void attack_revoked_key(void **state)
{
    (void)state;
    signing_buffer old = release_trust_list(2);
    signing_buffer list = release_narrow_list(3, KEY_FIRMWARE);

    assert_int_equal(
        signet_update_trust(&attack.device.update, signing_view(&list)),
        SIGNET_OK);
    release_sign(&attack.next, KEY_SECOND);
    attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_KEY_ID);
    attack_list_as(signing_view(&old), SIGNET_ERR_TRUST_COUNTER);
    /* Written into flash by hand, the counter stands against it. */
    assert_int_equal(signet_items_put(&attack.device.items,
                                      SIGNET_UPDATE_ITEM_TRUST,
                                      signing_view(&old)),
                     SIGNET_OK);
    attack_boot(0);
    attack_count(device_start(&attack.device));
    signing_buffer_free(&old);
    signing_buffer_free(&list);
}

static void attack_expired_manifest(void **state)
{
    (void)state;
    static const signet_time now = {0, 5000};

    attack.next.fields.not_after_s = 4999;
    attack_sign_next();
    attack_count(signet_update_offer(&attack.device.update,
                                     release_manifest(&attack.next), now));
    assert_int_equal(attack.device.update.refusal, SIGNET_ERR_EXPIRED);
}

static void attack_wrong_device(void **state)
{
    (void)state;
    attack.next.fields.vendor_id[7] ^= 1;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_VENDOR);
    attack.next.fields.vendor_id[7] ^= 1;
    attack.next.fields.class_id[7] ^= 1;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_CLASS);
    attack.next.fields.class_id[7] ^= 1;
    attack.next.fields.component = 1;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_COMPONENT);
}

/* Into the running slot. */
static void attack_wrong_slot(void **state)
{
    (void)state;
    attack.next.fields.slot = 0;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_SLOT);
}

static void attack_unknown_algorithm(void **state)
{
    (void)state;
    static const int64_t algorithms[] = {-8, -35, -46, 1, -65535};
    struct release_key key;
    signing_buffer payload;

    release_key_new(&key, KEY_FIRMWARE);
    assert_int_equal(signing_manifest_payload(&attack.next.fields, &payload),
                     SIGNET_OK);
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        uint8_t bytes[64] = {1};
        signing_signature signature = {.algorithm = algorithms[i],
                                       .signature = {bytes, sizeof bytes}};
        signing_buffer manifest;

        assert_int_equal(signet_kid(key.public_key, signature.kid), SIGNET_OK);
        if (signing_manifest_assemble(signing_view(&payload), &signature, 1,
                                      &manifest) == SIGNET_OK) {
            attack_offer_as(signing_view(&manifest), SIGNET_ERR_ALGORITHM);
            signing_buffer_free(&manifest);
        }
    }
    signing_buffer_free(&payload);
}

static void attack_reserved_flags(void **state)
{
    (void)state;
    struct release_key firmware;
    signing_trust_entry entry = {SIGNET_PURPOSE_FIRMWARE,
                                 SIGNET_COSE_ES256,
                                 {firmware.public_key, 64},
                                 0};
    struct release_key root;

    release_key_new(&firmware, KEY_FIRMWARE);
    release_key_new(&root, KEY_ROOT);
    for (unsigned bit = 1; bit < 32; bit++) {
        signing_buffer list;

        entry.flags = 1u << bit;
        assert_int_equal(
            signing_trust_list_write(2, &entry, 1, &root.key, &list),
            SIGNET_OK);
        attack_list_as(signing_view(&list), SIGNET_ERR_RESERVED);
        signing_buffer_free(&list);
    }
    entry.flags = 0;
    for (unsigned bit = 7; bit < 32; bit++) {
        signing_buffer list;

        entry.purposes = SIGNET_PURPOSE_FIRMWARE | 1u << bit;
        assert_int_equal(
            signing_trust_list_write(2, &entry, 1, &root.key, &list),
            SIGNET_OK);
        attack_list_as(signing_view(&list), SIGNET_ERR_RESERVED);
        signing_buffer_free(&list);
    }
}

/* One field, two values: which one counts? */
static void attack_duplicate_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < 11; i++) {
        struct fields fields;
        signing_buffer payload;
        signing_buffer manifest;
        uint8_t bytes[1600];
        size_t len = 0;

        assert_int_equal(
            signing_manifest_payload(&attack.next.fields, &payload), SIGNET_OK);
        fields_read(&fields, signing_view(&payload));
        signing_buffer_free(&payload);
        memmove(&fields.list[i + 1], &fields.list[i],
                (fields.count - i) * sizeof fields.list[0]);
        fields.count++;
        len = fields_write(&fields, bytes, sizeof bytes);
        manifest = release_sign_payload(signet_view(bytes, len),
                                        SIGNED_BY(KEY_FIRMWARE));
        attack_offer_as(signing_view(&manifest), SIGNET_ERR_DUPLICATE);
        signing_buffer_free(&manifest);
    }
}

/* It needs itself, or one that needs it: no search, no loop. */
static void attack_dependency_loop(void **state)
{
    (void)state;
    attack.next.fields.dependency_count = 1;
    attack.next.fields.dependencies[0].component = 0;
    attack.next.fields.dependencies[0].min_sequence = 11;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_DEPENDENCY);
    attack.next.fields.dependencies[0].min_sequence = UINT64_MAX;
    attack_offer_as(attack_sign_next(), SIGNET_ERR_DEPENDENCY);
}

/* The order of P-256, big-endian. */
static const uint8_t order[32] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
    0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};

/* r and s of 0, n, n + 1, all ones, alone and together. */
static void attack_signature_out_of_range(void **state)
{
    (void)state;
    uint8_t *r = attack.next.manifest.ptr + attack.next.manifest.len - 64;
    uint8_t genuine[64];
    uint8_t values[4][32] = {{0}};

    memcpy(genuine, r, 64);
    memcpy(values[1], order, 32);
    memcpy(values[2], order, 32);
    values[2][31]++;
    memset(values[3], 0xFF, 32);
    for (int which = 1; which <= 3; which++) {
        for (int i = 0; i < 4; i++) {
            memcpy(r, genuine, 64);
            if ((which & 1) != 0) {
                memcpy(r, values[i], 32);
            }
            if ((which & 2) != 0) {
                memcpy(r + 32, values[i], 32);
            }
            attack_offer_as(release_manifest(&attack.next),
                            SIGNET_ERR_SIGNATURE);
        }
    }
}

/* What failed its trial comes back. */
static void attack_reverted_release(void **state)
{
    (void)state;
    struct device *device = &attack.device;

    assert_int_equal(device_install(device, &attack.next), SIGNET_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(device_reset(device), SIGNET_OK);
    }
    assert_int_equal(device->handoff.sequence, 10);
    attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_REVERTED);
}

int attack_run_manifest(void)
{
#define TEST(f)                                                                \
    cmocka_unit_test_setup_teardown(f, attack_set_up, attack_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(attack_short_digest),
        TEST(attack_field_longer_than_its_place),
        TEST(attack_unsigned_field_injected),
        TEST(attack_signature_added),
        TEST(attack_development_key),
        TEST(attack_foreign_key),
        TEST(attack_mix_and_match),
        TEST(attack_signature_of_another_kind),
        TEST(attack_signed_compare),
        TEST(attack_downgrade_and_replay),
        TEST(attack_counter_exhaustion),
        TEST(attack_revoked_key),
        TEST(attack_expired_manifest),
        TEST(attack_wrong_device),
        TEST(attack_wrong_slot),
        TEST(attack_unknown_algorithm),
        TEST(attack_reserved_flags),
        TEST(attack_duplicate_field),
        TEST(attack_dependency_loop),
        TEST(attack_signature_out_of_range),
        TEST(attack_reverted_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
