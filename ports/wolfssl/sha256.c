/* SPDX-License-Identifier: MIT */
#include "signet/port/crypto.h"

#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/wolfcrypt/sha256.h>

_Static_assert(sizeof(wc_Sha256) <= sizeof(signet_sha256),
               "wolfCrypt's hash state must fit signet_sha256");
_Static_assert(_Alignof(wc_Sha256) <= _Alignof(signet_sha256),
               "and must not need more alignment");

/* wolfCrypt counts in 32 bits: a longer input goes in pieces, whole blocks. */
#define UPDATE_MAX 0x40000000u

static wc_Sha256 *state(signet_sha256 *ctx)
{
    return (wc_Sha256 *)(void *)ctx->opaque;
}

signet_status signet_sha256_init(signet_sha256 *ctx)
{
    int err = wc_InitSha256_ex(state(ctx), NULL, INVALID_DEVID);
    return err == 0 ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

signet_status signet_sha256_update(signet_sha256 *ctx, const uint8_t *data,
                                   size_t len)
{
    while (len > 0) {
        word32 part = len < UPDATE_MAX ? (word32)len : UPDATE_MAX;
        if (wc_Sha256Update(state(ctx), data, part) != 0) {
            return SIGNET_ERR_CRYPTO;
        }
        data += part;
        len -= part;
    }
    return SIGNET_OK;
}

signet_status signet_sha256_final(signet_sha256 *ctx, uint8_t digest[32])
{
    int err = wc_Sha256Final(state(ctx), digest);
    /* The last block of the message is still in there. */
    signet_wipe(state(ctx), sizeof(wc_Sha256));
    if (err != 0) {
        signet_wipe(digest, SIGNET_SHA256_SIZE);
        return SIGNET_ERR_CRYPTO;
    }
    return SIGNET_OK;
}
