/* SPDX-License-Identifier: MIT */
#include "signet/cose.h"
#include "signet/identity.h"

#include <string.h>

#define UEID_RANDOM 0x01u /* RFC 9711 s4.2.1: type RAND */

signet_status signet_identity_names(const uint8_t device_key[64],
                                    char id[SIGNET_DEVICE_ID_LEN + 1u],
                                    uint8_t ueid[SIGNET_UEID_SIZE])
{
    signet_status status = signet_spki_digest(device_key, ueid + 1);

    if (status != SIGNET_OK) {
        return status;
    }
    ueid[0] = UEID_RANDOM;
    signet_hex(ueid + 1, SIGNET_DEVICE_ID_LEN / 2, id);
    return SIGNET_OK;
}
