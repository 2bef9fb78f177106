/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

/* Longest Sig_structure under an HSS-LMS signature: the shortest of these
 * (H5, W8) leaves a manifest's payload less than 800 bytes. */
#define LMS_MESSAGE_MAX 896u

static const uint8_t aad_bytes[] = SIGNET_AAD_MANIFEST;

static signet_bytes manifest_aad(void)
{
    return signet_view(aad_bytes, sizeof aad_bytes - 1);
}

/* Another purpose's key and an unknown one are told apart: the first is a
 * signer's mistake, the second mostly a trust list that is too old. */
static signet_status find_signer(const signet_trust *trust, signet_bytes kid,
                                 const signet_trust_entry **signer)
{
    *signer = signet_trust_key(trust, SIGNET_PURPOSE_FIRMWARE, kid);
    if (*signer != NULL) {
        return SIGNET_OK;
    }
    for (size_t i = 0; i < trust->count; i++) {
        if (signet_equal(kid,
                         signet_view(trust->entries[i].kid, SIGNET_KID_SIZE))) {
            return SIGNET_ERR_PURPOSE;
        }
    }
    return SIGNET_ERR_KEY_ID;
}

static signet_status verify_lms(const signet_cose_object *object, size_t index,
                                signet_bytes key,
                                const signet_signature_policy *policy)
{
    uint8_t message[LMS_MESSAGE_MAX];
    size_t len = 0;
    signet_status status = SIGNET_OK;

    if (policy->verify_lms == NULL) {
        return SIGNET_ERR_ALGORITHM;
    }
    status = signet_cose_to_be_signed(object, index, manifest_aad(), message,
                                      sizeof message, &len);
    if (status != SIGNET_OK) {
        return status == SIGNET_ERR_TOO_SMALL ? SIGNET_ERR_TOO_LARGE : status;
    }
    return policy->verify_lms(key, signet_view(message, len),
                              object->signatures[index].signature);
}

static signet_status verify_one(const signet_cose_object *object, size_t index,
                                const signet_trust *trust,
                                const signet_signature_policy *policy,
                                const signet_trust_entry **signer)
{
    const signet_cose_signature *signature = &object->signatures[index];
    signet_status status = find_signer(trust, signature->kid, signer);

    if (status != SIGNET_OK) {
        return status;
    }
    /* The list, not the manifest, says what kind of key it is. */
    if (signature->algorithm != (*signer)->algorithm) {
        return SIGNET_ERR_ALGORITHM;
    }
    if (((*signer)->flags & SIGNET_TRUST_DEVELOPMENT) != 0 &&
        !policy->accept_development) {
        return SIGNET_ERR_DEVELOPMENT_KEY;
    }
    if (signature->algorithm == SIGNET_COSE_HSS_LMS) {
        return verify_lms(object, index, (*signer)->key, policy);
    }
    return signet_cose_verify(object, index, manifest_aad(),
                              (*signer)->key.ptr);
}

static bool used_before(const signet_cose_object *object, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (signet_equal(object->signatures[i].kid,
                         object->signatures[index].kid)) {
            return true;
        }
    }
    return false;
}

/* The hand-off and evidence name a signer by SHA-256 of its key. */
static signet_status name_signer(const signet_trust_entry *entry,
                                 uint8_t signer[32])
{
    if (entry->algorithm == SIGNET_COSE_ES256) {
        return signet_spki_digest(entry->key.ptr, signer);
    }
    return signet_update_digest(entry->key, signer);
}

static signet_status verify_all(const signet_cose_object *object,
                                const signet_trust *trust,
                                const signet_signature_policy *policy,
                                uint8_t signer[32])
{
    unsigned es256 = 0;
    unsigned lms = 0;

    for (size_t i = 0; i < object->count; i++) {
        const signet_trust_entry *entry = NULL;
        signet_status status = SIGNET_OK;

        if (used_before(object, i)) {
            return SIGNET_ERR_DUPLICATE;
        }
        status = verify_one(object, i, trust, policy, &entry);
        if (status == SIGNET_OK && i == 0) {
            status = name_signer(entry, signer);
        }
        if (status != SIGNET_OK) {
            return status;
        }
        es256 += entry->algorithm == SIGNET_COSE_ES256 ? 1 : 0;
        lms += entry->algorithm == SIGNET_COSE_HSS_LMS ? 1 : 0;
    }
    if (es256 < policy->min_es256 || lms < policy->min_lms) {
        return SIGNET_ERR_TOO_FEW_SIGNATURES;
    }
    return SIGNET_OK;
}

signet_status signet_update_authenticate(signet_bytes encoded,
                                         const signet_trust *trust,
                                         const signet_signature_policy *policy,
                                         signet_bytes *payload,
                                         uint8_t signer[32])
{
    signet_cose_object object;
    signet_status status = SIGNET_OK;

    *payload = signet_view(NULL, 0);
    /* A policy that was left at zero must not mean "unsigned is fine". */
    if (policy->min_es256 == 0 && policy->min_lms == 0) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (encoded.len > SIGNET_MANIFEST_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    status = signet_cose_parse(encoded, &object);
    if (status != SIGNET_OK) {
        return status;
    }
    if (!object.multiple) {
        return SIGNET_ERR_TYPE;
    }
    status = verify_all(&object, trust, policy, signer);
    if (status == SIGNET_OK) {
        *payload = object.payload;
    }
    return status;
}
