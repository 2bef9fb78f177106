/* SPDX-License-Identifier: MIT */
#include "cose_structure.h"

signet_status signet_cose_verify(const signet_cose_object *object, size_t index,
                                 signet_bytes aad, const uint8_t key[64])
{
    const signet_cose_signature *signature = NULL;
    struct cose_structure structure;
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = SIGNET_OK;

    if (index >= object->count) {
        return SIGNET_ERR_ARGUMENT;
    }
    signature = &object->signatures[index];
    if (signature->algorithm != SIGNET_COSE_ES256) {
        return SIGNET_ERR_ALGORITHM;
    }
    if (signature->signature.len != SIGNET_P256_SIGNATURE_SIZE) {
        return SIGNET_ERR_SIGNATURE;
    }
    structure = signet_cose_structure(object, index, aad);
    status = signet_cose_digest(&structure, digest);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_p256_verify(key, digest, signature->signature.ptr);
}

static signet_status check_kid(signet_bytes kid, const uint8_t key[64])
{
    uint8_t expected[SIGNET_KID_SIZE];
    signet_status status = signet_kid(key, expected);

    if (status != SIGNET_OK) {
        return status;
    }
    if (!signet_equal(kid, signet_view(expected, sizeof expected))) {
        return SIGNET_ERR_KEY_ID;
    }
    return SIGNET_OK;
}

signet_status signet_cose_open1(signet_bytes input, signet_bytes aad,
                                const uint8_t key[64], signet_bytes *payload)
{
    signet_cose_object object;
    signet_status status = signet_cose_parse(input, &object);

    *payload = signet_view(NULL, 0);
    if (status != SIGNET_OK) {
        return status;
    }
    if (object.multiple) {
        return SIGNET_ERR_TYPE;
    }
    status = check_kid(object.signatures[0].kid, key);
    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_cose_verify(&object, 0, aad, key);
    if (status == SIGNET_OK) {
        *payload = object.payload;
    }
    return status;
}
