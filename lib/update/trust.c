/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

signet_status signet_trust_open(signet_bytes encoded,
                                const uint8_t root_key[64], uint32_t floor,
                                signet_trust *out)
{
    static const uint8_t aad[] = SIGNET_AAD_TRUST_LIST;
    signet_bytes payload;
    signet_status status = SIGNET_OK;

    memset(out, 0, sizeof *out);
    if (encoded.len > SIGNET_TRUST_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    status = signet_cose_open1(encoded, signet_view(aad, sizeof aad - 1),
                               root_key, &payload);
    if (status == SIGNET_OK) {
        status = signet_update_read_trust(payload, out);
    }
    if (status == SIGNET_OK && out->counter < floor) {
        status = SIGNET_ERR_TRUST_COUNTER;
    }
    if (status != SIGNET_OK) {
        memset(out, 0, sizeof *out);
    }
    return status;
}
