/* SPDX-License-Identifier: MIT */
#include "digest.h"

signet_status signet_identity_digest(const signet_bytes *parts, size_t count,
                                     uint8_t digest[32])
{
    signet_sha256 hash;
    signet_status status = signet_sha256_init(&hash);

    for (size_t i = 0; i < count && status == SIGNET_OK; i++) {
        status = signet_sha256_update(&hash, parts[i].ptr, parts[i].len);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_sha256_final(&hash, digest);
}
