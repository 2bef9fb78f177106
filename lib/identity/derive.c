/* SPDX-License-Identifier: MIT */
#include "derive.h"

#include <string.h>

#define LABEL_LEN 18u

/* label || counter: what HKDF is told besides the secret. */
struct info {
    char label[LABEL_LEN];
    uint8_t counter;
};

/* FIPS 186-5 A.2.2, by testing candidates: an output that is no scalar in
 * [1, n - 1] gives way to the next counter. One in 2^32 does. */
static signet_status derive_key(struct info *info, signet_bytes salt,
                                const uint8_t secret[32],
                                uint8_t private_key[32], uint8_t public_key[64])
{
    signet_status status = SIGNET_ERR_KEY;

    while (status == SIGNET_ERR_KEY && info->counter < UINT8_MAX) {
        info->counter++;
        status = signet_hkdf_sha256(
            salt, signet_view(secret, 32),
            signet_view((const uint8_t *)info, sizeof(*info)), private_key, 32);
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
    struct info info = {"signet device key", 0};

    return derive_key(&info, signet_view(NULL, 0), secret, private_key,
                      public_key);
}

signet_status signet_derive_alias(const uint8_t secret[32],
                                  const uint8_t measurement[32],
                                  uint8_t private_key[32],
                                  uint8_t public_key[64])
{
    struct info info = {"signet alias key ", 0};

    return derive_key(&info, signet_view(measurement, 32), secret, private_key,
                      public_key);
}

signet_status signet_derive_wrap(const uint8_t secret[32], uint8_t wrap_key[16])
{
    struct info info = {"signet wrap key  ", 1};

    return signet_hkdf_sha256(signet_view(NULL, 0), signet_view(secret, 32),
                              signet_view((const uint8_t *)&info, sizeof(info)),
                              wrap_key, 16);
}
