/* SPDX-License-Identifier: MIT */
#include "cose_structure.h"

/* a2 01 26 04 48 kid: {1: -7, 4: kid} */
#define PROTECTED_SIZE (5u + SIGNET_KID_SIZE)

static signet_status make_header(const signet_key *key,
                                 uint8_t header[PROTECTED_SIZE])
{
    uint8_t public_key[SIGNET_P256_PUBLIC_SIZE];
    uint8_t kid[SIGNET_KID_SIZE];
    signet_cbor_writer w;
    size_t len = 0;
    signet_status status =
        key->ops->public_key(key->ctx, key->slot, public_key);

    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_kid(public_key, kid);
    if (status != SIGNET_OK) {
        return status;
    }
    signet_cbor_writer_init(&w, header, PROTECTED_SIZE);
    signet_cbor_put_map(&w, 2);
    signet_cbor_put_int(&w, COSE_HEADER_ALG);
    signet_cbor_put_int(&w, SIGNET_COSE_ES256);
    signet_cbor_put_int(&w, COSE_HEADER_KID);
    signet_cbor_put_bytes(&w, signet_view(kid, sizeof kid));
    return signet_cbor_writer_finish(&w, &len);
}

static signet_status write_sign1(signet_bytes header, signet_bytes payload,
                                 const uint8_t signature[64], uint8_t *out,
                                 size_t cap, size_t *len)
{
    signet_cbor_writer w;

    signet_cbor_writer_init(&w, out, cap);
    signet_cbor_put_tag(&w, COSE_TAG_SIGN1);
    signet_cbor_put_array(&w, 4);
    signet_cbor_put_bytes(&w, header);
    signet_cbor_put_map(&w, 0);
    signet_cbor_put_bytes(&w, payload);
    signet_cbor_put_bytes(&w,
                          signet_view(signature, SIGNET_P256_SIGNATURE_SIZE));
    return signet_cbor_writer_finish(&w, len);
}

signet_status signet_cose_sign1(const signet_key *key, signet_bytes aad,
                                signet_bytes payload, uint8_t *out, size_t cap,
                                size_t *len)
{
    uint8_t header[PROTECTED_SIZE];
    uint8_t digest[SIGNET_SHA256_SIZE];
    uint8_t signature[SIGNET_P256_SIGNATURE_SIZE];
    struct cose_structure structure;
    signet_status status = make_header(key, header);

    *len = 0;
    if (status != SIGNET_OK) {
        return status;
    }
    structure = signet_cose_structure1(signet_view(header, sizeof header), aad,
                                       payload);
    status = signet_cose_digest(&structure, digest);
    if (status != SIGNET_OK) {
        return status;
    }
    status = key->ops->sign(key->ctx, key->slot, digest, signature);
    if (status != SIGNET_OK) {
        return status;
    }
    return write_sign1(signet_view(header, sizeof header), payload, signature,
                       out, cap, len);
}
