/* SPDX-License-Identifier: MIT */
/* Manifests signed twice, by P-256 and by HSS-LMS: both must hold. */
#include "lms_signer.h"
#include "release.h"

#include "cmocka_all.h"
#include "signet/port/lms.h"

#include <string.h>

static struct lms_signer lms;
static struct release_key firmware;
static struct release release;
static signing_buffer list;
static signet_trust trust;

static const signet_signature_policy hybrid = {
    .min_es256 = 1, .min_lms = 1, .verify_lms = signet_lms_verify};
static const signet_signature_policy lms_alone = {
    .min_lms = 1, .verify_lms = signet_lms_verify};

static int set_up(void **state)
{
    (void)state;
    struct release_key root;

    release_key_new(&root, KEY_ROOT);
    release_key_new(&firmware, KEY_FIRMWARE);
    lms_signer_new(&lms, 1);
    signing_trust_entry entries[] = {
        {SIGNET_PURPOSE_FIRMWARE,
         SIGNET_COSE_ES256,
         {firmware.public_key, 64},
         0},
        {SIGNET_PURPOSE_FIRMWARE,
         SIGNET_COSE_HSS_LMS,
         {lms.public_key, sizeof lms.public_key},
         0},
    };
    assert_int_equal(signing_trust_list_write(1, entries, 2, &root.key, &list),
                     SIGNET_OK);
    assert_int_equal(
        signet_trust_open(signing_view(&list), root.public_key, 0, &trust),
        SIGNET_OK);
    release_new(&release, 3, RELEASE_SIZE, RELEASE_CHUNK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    signing_buffer_free(&list);
    release_free(&release);
    return 0;
}

/* The three steps, as with keys that are elsewhere. */
static signing_buffer sign(signet_bytes payload, bool with_es256, bool with_lms)
{
    static uint8_t es256[64];
    static uint8_t hss[LMS_SIGNATURE_SIZE];
    signing_signature signatures[2];
    size_t count = 0;
    signing_buffer message;
    signing_buffer out;

    if (with_es256) {
        signing_signature *s = &signatures[count++];
        signet_sha256 sha;
        uint8_t digest[32];

        s->algorithm = SIGNET_COSE_ES256;
        s->signature = signet_view(es256, sizeof es256);
        assert_int_equal(signing_kid(s->algorithm,
                                     signet_view(firmware.public_key, 64),
                                     s->kid),
                         SIGNET_OK);
        assert_int_equal(signing_manifest_to_be_signed(payload, s, &message),
                         SIGNET_OK);
        assert_int_equal(signet_sha256_init(&sha), SIGNET_OK);
        assert_int_equal(signet_sha256_update(&sha, message.ptr, message.len),
                         SIGNET_OK);
        assert_int_equal(signet_sha256_final(&sha, digest), SIGNET_OK);
        assert_int_equal(
            firmware.key.ops->sign(firmware.key.ctx, 0, digest, es256),
            SIGNET_OK);
        signing_buffer_free(&message);
    }
    if (with_lms) {
        signing_signature *s = &signatures[count++];

        s->algorithm = SIGNET_COSE_HSS_LMS;
        s->signature = signet_view(hss, sizeof hss);
        assert_int_equal(
            signing_kid(s->algorithm,
                        signet_view(lms.public_key, sizeof lms.public_key),
                        s->kid),
            SIGNET_OK);
        assert_int_equal(signing_manifest_to_be_signed(payload, s, &message),
                         SIGNET_OK);
        lms_signer_sign(&lms, 7, signing_view(&message), hss);
        signing_buffer_free(&message);
    }
    assert_int_equal(
        signing_manifest_assemble(payload, signatures, count, &out), SIGNET_OK);
    return out;
}

static signing_buffer sign_release(bool with_es256, bool with_lms)
{
    signing_buffer payload;
    signing_buffer out;

    assert_int_equal(signing_manifest_payload(&release.fields, &payload),
                     SIGNET_OK);
    out = sign(signing_view(&payload), with_es256, with_lms);
    signing_buffer_free(&payload);
    return out;
}

static void expect(bool with_es256, bool with_lms,
                   const signet_signature_policy *policy,
                   signet_status expected)
{
    signing_buffer manifest = sign_release(with_es256, with_lms);
    signet_manifest m;

    assert_int_equal(
        signet_manifest_open(signing_view(&manifest), &trust, policy, &m),
        expected);
    signing_buffer_free(&manifest);
}

static void both_signatures_hold(void **state)
{
    (void)state;
    expect(true, true, &hybrid, SIGNET_OK);
    expect(true, true, &lms_alone, SIGNET_OK);
    expect(false, true, &lms_alone, SIGNET_OK);
}

static void one_of_two_is_too_few(void **state)
{
    (void)state;
    expect(true, false, &hybrid, SIGNET_ERR_TOO_FEW_SIGNATURES);
    expect(false, true, &hybrid, SIGNET_ERR_TOO_FEW_SIGNATURES);
}

/* A firmware without LMS refuses what it cannot judge. */
static void without_a_verifier_lms_is_refused(void **state)
{
    (void)state;
    static const signet_signature_policy without = {.min_es256 = 1};

    expect(true, true, &without, SIGNET_ERR_ALGORITHM);
}

/* The signer of evidence and hand-off is the first; an HSS key by its own
 * bytes. */
static void an_hss_signer_is_named_by_its_key(void **state)
{
    (void)state;
    signing_buffer manifest = sign_release(false, true);
    uint8_t kid[SIGNET_KID_SIZE];
    signet_manifest m;

    assert_int_equal(
        signet_manifest_open(signing_view(&manifest), &trust, &lms_alone, &m),
        SIGNET_OK);
    assert_int_equal(
        signing_kid(SIGNET_COSE_HSS_LMS,
                    signet_view(lms.public_key, sizeof lms.public_key), kid),
        SIGNET_OK);
    assert_memory_equal(m.signer, kid, sizeof kid);
    signing_buffer_free(&manifest);
}

static void every_changed_byte_is_refused(void **state)
{
    (void)state;
    signing_buffer manifest = sign_release(true, true);
    signet_manifest m;

    for (size_t i = 0; i < manifest.len; i++) {
        manifest.ptr[i] ^= (uint8_t)(1u << i % 8);
        assert_int_not_equal(
            signet_manifest_open(signing_view(&manifest), &trust, &hybrid, &m),
            SIGNET_OK);
        manifest.ptr[i] ^= (uint8_t)(1u << i % 8);
    }
    assert_int_equal(
        signet_manifest_open(signing_view(&manifest), &trust, &hybrid, &m),
        SIGNET_OK);
    signing_buffer_free(&manifest);
}

/* More payload than a manifest with an LMS signature can have. */
static void a_long_message_is_refused_before_it_is_copied(void **state)
{
    (void)state;
    static const uint8_t payload[1200];
    uint8_t bytes[16] = {0};
    signing_signature signature = {.algorithm = SIGNET_COSE_HSS_LMS,
                                   .signature = {bytes, sizeof bytes}};
    signing_buffer manifest;
    signet_manifest m;

    assert_int_equal(
        signing_kid(SIGNET_COSE_HSS_LMS,
                    signet_view(lms.public_key, sizeof lms.public_key),
                    signature.kid),
        SIGNET_OK);
    assert_int_equal(
        signing_manifest_assemble(signet_view(payload, sizeof payload),
                                  &signature, 1, &manifest),
        SIGNET_OK);
    assert_int_equal(
        signet_manifest_open(signing_view(&manifest), &trust, &lms_alone, &m),
        SIGNET_ERR_TOO_LARGE);
    signing_buffer_free(&manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_signatures_hold),
        cmocka_unit_test(one_of_two_is_too_few),
        cmocka_unit_test(without_a_verifier_lms_is_refused),
        cmocka_unit_test(an_hss_signer_is_named_by_its_key),
        cmocka_unit_test(every_changed_byte_is_refused),
        cmocka_unit_test(a_long_message_is_refused_before_it_is_copied),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
