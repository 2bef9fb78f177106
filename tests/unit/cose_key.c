/* SPDX-License-Identifier: MIT */
#include "cose_key.h"

#include <stdlib.h>

#include "hex.h"

static void scalar(uint8_t out[32])
{
    (void)hex_decode("c9afa9d845ba75166b5c215767b1d693"
                     "4e50c3db36e89b127b8a622b120f6721",
                     out, 32);
}

static signet_status sign(void *ctx, uint32_t slot, const uint8_t digest[32],
                          uint8_t signature[64])
{
    uint8_t private_key[32];

    (void)ctx;
    (void)slot;
    scalar(private_key);
    return signet_p256_sign(private_key, digest, NULL, signature);
}

static signet_status public_part(void *ctx, uint32_t slot, uint8_t key[64])
{
    uint8_t private_key[32];

    (void)ctx;
    (void)slot;
    scalar(private_key);
    return signet_p256_public(private_key, key);
}

signet_key cose_key(uint8_t public_key[64])
{
    static const signet_key_ops ops = {NULL, sign, public_part, NULL};
    const signet_key key = {&ops, NULL, 0};

    if (public_part(NULL, 0, public_key) != SIGNET_OK) {
        abort();
    }
    return key;
}
