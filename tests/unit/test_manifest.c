/* SPDX-License-Identifier: MIT */
/* Manifest: what opens, who may sign it, and each refusal by name. */
#include "fields.h"
#include "release.h"

#include "cmocka_all.h"

#include <string.h>

static signing_buffer list;
static signet_trust trust;
static const signet_signature_policy one_key = {.min_es256 = 1};

static int set_up(void **state)
{
    (void)state;
    struct release_key root;

    release_key_new(&root, KEY_ROOT);
    list = release_trust_list(1);
    return signet_trust_open(signing_view(&list), root.public_key, 0, &trust);
}

static int tear_down(void **state)
{
    (void)state;
    signing_buffer_free(&list);
    return 0;
}

static void opens_and_reads_every_field(void **state)
{
    (void)state;
    struct release release;
    signet_manifest m;
    uint8_t signer[32];

    release_new(&release, 9, RELEASE_SIZE, RELEASE_CHUNK);
    release.fields.security_counter = 3;
    release.fields.version = "2.1.0-rc.1";
    release.fields.component = 4;
    release.fields.slot = 1;
    release.fields.not_after_s = 2000000000;
    release.fields.dependency_count = 2;
    release.fields.dependencies[0].component = 4;
    release.fields.dependencies[0].min_sequence = 5;
    release.fields.dependencies[1].component = 6;
    release.fields.dependencies[1].min_sequence = 1ull << 40;
    release_sign(&release, KEY_FIRMWARE);

    assert_int_equal(
        signet_manifest_open(release_manifest(&release), &trust, &one_key, &m),
        SIGNET_OK);
    assert_memory_equal(m.vendor_id.ptr, release_vendor, 16);
    assert_memory_equal(m.class_id.ptr, release_class, 16);
    assert_int_equal(m.sequence, 9);
    assert_int_equal(m.security_counter, 3);
    assert_string_equal(m.version, "2.1.0-rc.1");
    assert_int_equal(m.component, 4);
    assert_int_equal(m.slot, 1);
    assert_int_equal(m.size, RELEASE_SIZE);
    assert_memory_equal(m.digest.ptr, release.fields.digest, 32);
    assert_int_equal(m.chunk_size, RELEASE_CHUNK);
    assert_memory_equal(m.first_chunk.ptr, release.fields.first_block, 32);
    assert_int_equal(m.not_after_s, 2000000000);
    assert_int_equal(m.dependency_count, 2);
    assert_int_equal(m.dependencies[1].component, 6);
    assert_int_equal(m.dependencies[1].min_sequence, 1ull << 40);
    assert_int_equal(signet_spki_digest(trust.entries[0].key.ptr, signer),
                     SIGNET_OK);
    assert_memory_equal(m.signer, signer, 32);
    release_free(&release);
}

static void what_is_absent_has_its_default(void **state)
{
    (void)state;
    struct release release;
    signet_manifest m;

    release_new(&release, 1, 1, 65536);
    release_sign(&release, KEY_SECOND);
    assert_int_equal(
        signet_manifest_open(release_manifest(&release), &trust, &one_key, &m),
        SIGNET_OK);
    assert_int_equal(m.slot, -1);
    assert_int_equal(m.not_after_s, 0);
    assert_int_equal(m.dependency_count, 0);
    release_free(&release);
}

/* ---- signatures ---- */

static signet_status open_signed_by(const enum release_key_number *keys,
                                    const signet_signature_policy *policy)
{
    struct release release;
    signing_buffer payload;
    signing_buffer manifest;
    signet_manifest m;
    signet_status status = SIGNET_OK;

    release_new(&release, 1, RELEASE_SIZE, RELEASE_CHUNK);
    assert_int_equal(signing_manifest_payload(&release.fields, &payload),
                     SIGNET_OK);
    manifest = release_sign_payload(signing_view(&payload), keys);
    status = signet_manifest_open(signing_view(&manifest), &trust, policy, &m);
    assert_int_equal(m.size, status == SIGNET_OK ? RELEASE_SIZE : 0);
    signing_buffer_free(&manifest);
    signing_buffer_free(&payload);
    release_free(&release);
    return status;
}

#define SIGNED_BY(...) ((const enum release_key_number[]){__VA_ARGS__, 0})

static void the_policy_counts_signatures(void **state)
{
    (void)state;
    static const signet_signature_policy two = {.min_es256 = 2};
    static const signet_signature_policy hybrid = {.min_es256 = 1,
                                                   .min_lms = 1};

    assert_int_equal(open_signed_by(SIGNED_BY(KEY_FIRMWARE, KEY_SECOND), &two),
                     SIGNET_OK);
    assert_int_equal(
        open_signed_by(SIGNED_BY(KEY_FIRMWARE, KEY_SECOND), &one_key),
        SIGNET_OK);
    assert_int_equal(open_signed_by(SIGNED_BY(KEY_FIRMWARE), &two),
                     SIGNET_ERR_TOO_FEW_SIGNATURES);
    assert_int_equal(open_signed_by(SIGNED_BY(KEY_FIRMWARE), &hybrid),
                     SIGNET_ERR_TOO_FEW_SIGNATURES);
}

static void a_policy_of_nothing_is_refused(void **state)
{
    (void)state;
    static const signet_signature_policy none;

    assert_int_equal(open_signed_by(SIGNED_BY(KEY_FIRMWARE), &none),
                     SIGNET_ERR_ARGUMENT);
}

static void one_key_does_not_count_twice(void **state)
{
    (void)state;
    static const signet_signature_policy two = {.min_es256 = 2};

    assert_int_equal(
        open_signed_by(SIGNED_BY(KEY_FIRMWARE, KEY_FIRMWARE), &two),
        SIGNET_ERR_DUPLICATE);
}

static void a_key_of_another_purpose_is_refused(void **state)
{
    (void)state;
    assert_int_equal(open_signed_by(SIGNED_BY(KEY_SERVICE), &one_key),
                     SIGNET_ERR_PURPOSE);
    assert_int_equal(open_signed_by(SIGNED_BY(KEY_FOREIGN), &one_key),
                     SIGNET_ERR_KEY_ID);
    /* Every signature counts, so that none can be added by anyone. */
    assert_int_equal(
        open_signed_by(SIGNED_BY(KEY_FIRMWARE, KEY_FOREIGN), &one_key),
        SIGNET_ERR_KEY_ID);
}

static void development_keys_need_a_development_device(void **state)
{
    (void)state;
    static const signet_signature_policy development = {
        .min_es256 = 1, .accept_development = true};

    assert_int_equal(open_signed_by(SIGNED_BY(KEY_DEVELOPMENT), &one_key),
                     SIGNET_ERR_DEVELOPMENT_KEY);
    assert_int_equal(open_signed_by(SIGNED_BY(KEY_DEVELOPMENT), &development),
                     SIGNET_OK);
}

/* Assemble with a chosen algorithm and signature bytes under a known kid. */
static signet_status open_forged(int64_t algorithm, const uint8_t *bytes,
                                 size_t len)
{
    struct release release;
    struct release_key key;
    signing_signature signature = {.algorithm = algorithm};
    signing_buffer payload;
    signing_buffer manifest;
    signet_manifest m;
    signet_status status = SIGNET_OK;

    release_key_new(&key, KEY_FIRMWARE);
    release_new(&release, 1, RELEASE_SIZE, RELEASE_CHUNK);
    assert_int_equal(signing_manifest_payload(&release.fields, &payload),
                     SIGNET_OK);
    assert_int_equal(signing_kid(SIGNET_COSE_ES256,
                                 signet_view(key.public_key, 64),
                                 signature.kid),
                     SIGNET_OK);
    signature.signature = signet_view(bytes, len);
    assert_int_equal(signing_manifest_assemble(signing_view(&payload),
                                               &signature, 1, &manifest),
                     SIGNET_OK);
    status =
        signet_manifest_open(signing_view(&manifest), &trust, &one_key, &m);
    signing_buffer_free(&manifest);
    signing_buffer_free(&payload);
    release_free(&release);
    return status;
}

static void forged_signatures_are_refused(void **state)
{
    (void)state;
    uint8_t bytes[64] = {0};

    assert_int_equal(open_forged(SIGNET_COSE_ES256, bytes, 64),
                     SIGNET_ERR_SIGNATURE);
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(open_forged(SIGNET_COSE_ES256, bytes, 64),
                     SIGNET_ERR_SIGNATURE);
    assert_int_equal(open_forged(SIGNET_COSE_ES256, bytes, 63),
                     SIGNET_ERR_SIGNATURE);
    assert_int_equal(open_forged(SIGNET_COSE_ES256, bytes, 0),
                     SIGNET_ERR_SIGNATURE);
    assert_int_equal(open_forged(SIGNET_COSE_HSS_LMS, bytes, 64),
                     SIGNET_ERR_ALGORITHM);
    assert_int_equal(open_forged(-35, bytes, 64), SIGNET_ERR_ALGORITHM);
}

/* ---- signed, and wrong all the same ---- */

#define X8 "0102030405060708"
#define D31 "581F" X8 X8 X8 "01020304050607"
#define D32 "5820" X8 X8 X8 X8

struct bad_field {
    const char *what;
    int64_t key;
    const char *value; /* encoded, in hex; NULL: drop it */
    signet_status status;
};

static const struct bad_field bad_fields[] = {
    {"unchanged", 1, "01", SIGNET_OK},
    {"format 2", 1, "02", SIGNET_ERR_VERSION},
    {"no format", 1, NULL, SIGNET_ERR_MISSING},
    {"no vendor", 2, NULL, SIGNET_ERR_MISSING},
    {"a short vendor", 2, "4101", SIGNET_ERR_TYPE},
    {"no class", 3, NULL, SIGNET_ERR_MISSING},
    {"an empty class", 3, "40", SIGNET_ERR_TYPE},
    {"no sequence", 4, NULL, SIGNET_ERR_MISSING},
    {"sequence 0", 4, "00", SIGNET_ERR_TYPE},
    {"sequence -1", 4, "20", SIGNET_ERR_TYPE},
    {"the last sequence", 4, "1BFFFFFFFFFFFFFFFF", SIGNET_ERR_TYPE},
    {"the last but one", 4, "1BFFFFFFFFFFFFFFFE", SIGNET_OK},
    {"no security counter", 5, NULL, SIGNET_ERR_MISSING},
    {"the last counter", 5, "1AFFFFFFFF", SIGNET_ERR_TYPE},
    {"counter 2^32", 5, "1B0000000100000000", SIGNET_ERR_TYPE},
    {"no version", 6, NULL, SIGNET_ERR_MISSING},
    {"an empty version", 6, "60", SIGNET_ERR_TYPE},
    {"version of 32", 6,
     "78206161616161616161616161616161616161616161616161616161616161616161",
     SIGNET_OK},
    {"version of 33", 6,
     "7821616161616161616161616161616161616161616161616161616161616161616161",
     SIGNET_ERR_TYPE},
    {"an escape in the version", 6, "621B63", SIGNET_ERR_TYPE},
    {"a NUL in the version", 6, "623100", SIGNET_ERR_TYPE},
    {"version as bytes", 6, "4131", SIGNET_ERR_TYPE},
    {"no component", 7, NULL, SIGNET_ERR_MISSING},
    {"component 2^32", 7, "1B0000000100000000", SIGNET_ERR_TYPE},
    {"slot 1", 8, "01", SIGNET_OK},
    {"slot 2", 8, "02", SIGNET_ERR_TYPE},
    {"slot -1", 8, "20", SIGNET_ERR_TYPE},
    {"no size", 9, NULL, SIGNET_ERR_MISSING},
    {"size 0", 9, "00", SIGNET_ERR_TYPE},
    {"size 2^32", 9, "1B0000000100000000", SIGNET_ERR_TYPE},
    {"no digest", 10, NULL, SIGNET_ERR_MISSING},
    {"a digest of 31", 10, D31, SIGNET_ERR_TYPE},
    {"an empty digest", 10, "40", SIGNET_ERR_TYPE},
    {"no chunk size", 11, NULL, SIGNET_ERR_MISSING},
    {"chunk size 0", 11, "00", SIGNET_ERR_TYPE},
    {"chunk size 128", 11, "1880", SIGNET_ERR_TYPE},
    {"chunk size 257", 11, "190101", SIGNET_ERR_TYPE},
    {"chunk size 768", 11, "190300", SIGNET_ERR_TYPE},
    {"chunk size 65536", 11, "1A00010000", SIGNET_OK},
    {"chunk size 131072", 11, "1A00020000", SIGNET_ERR_TYPE},
    {"no first block", 12, NULL, SIGNET_ERR_MISSING},
    {"a first block of 31", 12, D31, SIGNET_ERR_TYPE},
    {"not-after 0", 13, "00", SIGNET_ERR_TYPE},
    {"no dependencies", 14, "80", SIGNET_ERR_NON_CANONICAL},
    {"one", 14, "81820001", SIGNET_OK},
    {"five", 14,
     "858200018201018202018203018204"
     "01",
     SIGNET_ERR_TOO_LARGE},
    {"of one part", 14, "818100", SIGNET_ERR_TYPE},
    {"of three parts", 14, "8183000102", SIGNET_ERR_TOO_LARGE},
    {"twice the same", 14, "82820001820002", SIGNET_ERR_DUPLICATE},
    {"falling", 14, "82820101820002", SIGNET_ERR_DUPLICATE},
    {"an unknown field", 15, "00", SIGNET_ERR_UNKNOWN_CRITICAL},
    {"field 0 last", 0, "00", SIGNET_ERR_NON_CANONICAL},
    {"a vendor's remark", -1,
     "A1016268"
     "69",
     SIGNET_OK},
    {"a remark of floats", -1, "F93C00", SIGNET_ERR_TYPE},
    {"a remark too deep", -1,
     "81818181818181818181"
     "00",
     SIGNET_ERR_TOO_LARGE},
};

static signet_status open_fields(const struct fields *fields)
{
    uint8_t payload[1600];
    size_t len = fields_write(fields, payload, sizeof payload);
    signing_buffer manifest = release_sign_payload(signet_view(payload, len),
                                                   SIGNED_BY(KEY_FIRMWARE));
    signet_manifest m;
    signet_status status =
        signet_manifest_open(signing_view(&manifest), &trust, &one_key, &m);

    signing_buffer_free(&manifest);
    return status;
}

static void default_fields(struct fields *fields)
{
    struct release release;
    signing_buffer payload;

    release_new(&release, 1, RELEASE_SIZE, RELEASE_CHUNK);
    assert_int_equal(signing_manifest_payload(&release.fields, &payload),
                     SIGNET_OK);
    fields_read(fields, signing_view(&payload));
    signing_buffer_free(&payload);
    release_free(&release);
}

/* Field 8 has its place in the middle. */
static void sort(struct fields *fields)
{
    struct field last = fields->list[fields->count - 1];
    size_t i = fields->count - 1;

    while (last.key == 8 && i > 0 && fields->list[i - 1].key > 8) {
        fields->list[i] = fields->list[i - 1];
        i--;
    }
    fields->list[i] = last;
}

static void each_bad_field_has_its_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_fields / sizeof bad_fields[0]; i++) {
        const struct bad_field *bad = &bad_fields[i];
        struct fields fields;
        signet_status status = SIGNET_OK;

        default_fields(&fields);
        if (bad->value == NULL) {
            fields_drop(&fields, bad->key);
        } else {
            fields_set(&fields, bad->key, bad->value);
            sort(&fields);
        }
        status = open_fields(&fields);
        if (status != bad->status) {
            print_error("%s: %s\n", bad->what, signet_status_name(status));
        }
        assert_int_equal(status, bad->status);
    }
}

static void a_field_twice_is_refused(void **state)
{
    (void)state;
    struct fields fields;

    default_fields(&fields);
    fields.list[fields.count] = fields.list[fields.count - 1];
    fields.count++;
    assert_int_equal(open_fields(&fields), SIGNET_ERR_DUPLICATE);
}

static void fields_out_of_order_are_refused(void **state)
{
    (void)state;
    struct fields fields;
    struct field first;

    default_fields(&fields);
    first = fields.list[3];
    fields.list[3] = fields.list[4];
    fields.list[4] = first;
    assert_int_equal(open_fields(&fields), SIGNET_ERR_NON_CANONICAL);
}

/* A COSE_Sign1 over the same payload, by the same key, is no manifest. */
static void a_sign1_is_no_manifest(void **state)
{
    (void)state;
    static const uint8_t aad[] = SIGNET_AAD_MANIFEST;
    struct release release;
    struct release_key key;
    signing_buffer payload;
    uint8_t object[1024];
    size_t len = 0;
    signet_manifest m;

    release_key_new(&key, KEY_FIRMWARE);
    release_new(&release, 1, RELEASE_SIZE, RELEASE_CHUNK);
    assert_int_equal(signing_manifest_payload(&release.fields, &payload),
                     SIGNET_OK);
    assert_int_equal(
        signet_cose_sign1(&key.key, signet_view(aad, sizeof aad - 1),
                          signing_view(&payload), object, sizeof object, &len),
        SIGNET_OK);
    assert_int_equal(
        signet_manifest_open(signet_view(object, len), &trust, &one_key, &m),
        SIGNET_ERR_TYPE);
    signing_buffer_free(&payload);
    release_free(&release);
}

static void sizes_are_checked_first(void **state)
{
    (void)state;
    static const uint8_t big[SIGNET_MANIFEST_MAX_SIZE + 1];
    signet_manifest m;

    assert_int_equal(signet_manifest_open(signet_view(big, sizeof big), &trust,
                                          &one_key, &m),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(
        signet_manifest_open(signet_view(NULL, 0), &trust, &one_key, &m),
        SIGNET_ERR_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_and_reads_every_field),
        cmocka_unit_test(what_is_absent_has_its_default),
        cmocka_unit_test(the_policy_counts_signatures),
        cmocka_unit_test(a_policy_of_nothing_is_refused),
        cmocka_unit_test(one_key_does_not_count_twice),
        cmocka_unit_test(a_key_of_another_purpose_is_refused),
        cmocka_unit_test(development_keys_need_a_development_device),
        cmocka_unit_test(forged_signatures_are_refused),
        cmocka_unit_test(each_bad_field_has_its_status),
        cmocka_unit_test(a_field_twice_is_refused),
        cmocka_unit_test(fields_out_of_order_are_refused),
        cmocka_unit_test(a_sign1_is_no_manifest),
        cmocka_unit_test(sizes_are_checked_first),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
