/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

signet_status signet_manifest_open(signet_bytes encoded,
                                   const signet_trust *trust,
                                   const signet_signature_policy *policy,
                                   signet_manifest *out)
{
    signet_bytes payload;
    uint8_t signer[SIGNET_SHA256_SIZE];
    signet_status status = SIGNET_OK;

    memset(out, 0, sizeof *out);
    status =
        signet_update_authenticate(encoded, trust, policy, &payload, signer);
    if (status == SIGNET_OK) {
        status = signet_update_read_manifest(payload, out);
    }
    if (status == SIGNET_OK) {
        status = signet_update_digest(encoded, out->manifest_digest);
    }
    if (status != SIGNET_OK) {
        memset(out, 0, sizeof *out);
        return status;
    }
    memcpy(out->signer, signer, sizeof out->signer);
    return SIGNET_OK;
}
