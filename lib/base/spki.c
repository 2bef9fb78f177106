/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "signet/cose.h"

/* SubjectPublicKeyInfo of a P-256 key (RFC 5480 s2), up to the point:
 *   SEQUENCE 89 { SEQUENCE 19 { OID id-ecPublicKey, OID prime256v1 },
 *                 BIT STRING 66 { 0 unused bits, 04 || X || Y } } */
static const uint8_t spki_prefix[27] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48,
    0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
    0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
};

signet_status signet_spki_digest(const uint8_t key[64], uint8_t digest[32])
{
    signet_sha256 sha;
    signet_status status = signet_sha256_init(&sha);

    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_sha256_update(&sha, spki_prefix, sizeof spki_prefix);
    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_sha256_update(&sha, key, SIGNET_P256_PUBLIC_SIZE);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_sha256_final(&sha, digest);
}

signet_status signet_kid(const uint8_t key[64], uint8_t kid[SIGNET_KID_SIZE])
{
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = signet_spki_digest(key, digest);

    if (status == SIGNET_OK) {
        memcpy(kid, digest, SIGNET_KID_SIZE);
    }
    return status;
}
