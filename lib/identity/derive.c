/* SPDX-License-Identifier: MIT */
#include "derive.h"

#include <string.h>

/* A label, its final zero included: all are of one length. */
#define LABEL_SIZE 18u

static signet_status expand(const char label[LABEL_SIZE], uint8_t counter,
                            signet_bytes salt, const uint8_t secret[32],
                            uint8_t *out, size_t len)
{
    uint8_t info[LABEL_SIZE + 1];

    memcpy(info, label, LABEL_SIZE);
    info[LABEL_SIZE] = counter;
    return signet_hkdf_sha256(salt, signet_view(secret, 32),
                              signet_view(info, sizeof(info)), out, len);
}

/* FIPS 186-5 A.2.2, by testing candidates: an output that is no scalar in
 * [1, n - 1] gives way to the next counter. One in 2^32 does. */
static signet_status derive_key(const char label[LABEL_SIZE], signet_bytes salt,
                                const uint8_t secret[32],
                                uint8_t private_key[32], uint8_t public_key[64])
{
    signet_status status = SIGNET_ERR_KEY;
    uint8_t counter = 0;

    while (status == SIGNET_ERR_KEY && counter < UINT8_MAX) {
        counter++;
        status = expand(label, counter, salt, secret, private_key, 32);
        if (status == SIGNET_OK) {
            status = signet_p256_public(private_key, public_key);
        }
    }
    if (status != SIGNET_OK) {
        signet_wipe(private_key, 32);
        signet_wipe(public_key, 64);
    }
    return status;
}

signet_status signet_derive_device(const uint8_t secret[32],
                                   uint8_t private_key[32],
                                   uint8_t public_key[64])
{
    return derive_key("signet device key", signet_view(NULL, 0), secret,
                      private_key, public_key);
}

signet_status signet_derive_alias(const uint8_t secret[32],
                                  const uint8_t measurement[32],
                                  uint8_t private_key[32],
                                  uint8_t public_key[64])
{
    return derive_key("signet alias key ", signet_view(measurement, 32), secret,
                      private_key, public_key);
}

signet_status signet_derive_wrap(const uint8_t secret[32], uint8_t wrap_key[16])
{
    return expand("signet wrap key  ", 1, signet_view(NULL, 0), secret,
                  wrap_key, 16);
}
