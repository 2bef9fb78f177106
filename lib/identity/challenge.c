/* SPDX-License-Identifier: MIT */
#include "digest.h"
#include "signet/identity.h"

#include <string.h>

signet_status signet_identity_challenge(const uint8_t nonce[32],
                                        signet_bytes csr, const char *device_id,
                                        uint8_t challenge[32])
{
    static const uint8_t tag[] = "signet challenge 1";
    uint8_t csr_digest[32];
    const signet_bytes parts[] = {
        {tag, sizeof(tag) - 1},
        {nonce, 32},
        {csr_digest, sizeof(csr_digest)},
        {(const uint8_t *)device_id, strlen(device_id)},
    };
    signet_status status = signet_identity_digest(&csr, 1, csr_digest);

    if (status != SIGNET_OK) {
        return status;
    }
    return signet_identity_digest(parts, sizeof(parts) / sizeof(parts[0]),
                                  challenge);
}
