/* SPDX-License-Identifier: MIT */
#include "signet/port/crypto.h"

#include <mbedtls/sha256.h>

_Static_assert(sizeof(mbedtls_sha256_context) <= sizeof(signet_sha256),
               "Mbed TLS's hash state must fit signet_sha256");
_Static_assert(_Alignof(mbedtls_sha256_context) <= _Alignof(signet_sha256),
               "and must not need more alignment");

static mbedtls_sha256_context *state(signet_sha256 *ctx)
{
    return (mbedtls_sha256_context *)(void *)ctx->opaque;
}

signet_status signet_sha256_init(signet_sha256 *ctx)
{
    mbedtls_sha256_init(state(ctx));
    int err = mbedtls_sha256_starts_ret(state(ctx), 0);
    return err == 0 ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

signet_status signet_sha256_update(signet_sha256 *ctx, const uint8_t *data,
                                   size_t len)
{
    if (len == 0) {
        return SIGNET_OK;
    }
    int err = mbedtls_sha256_update_ret(state(ctx), data, len);
    return err == 0 ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

signet_status signet_sha256_final(signet_sha256 *ctx, uint8_t digest[32])
{
    int err = mbedtls_sha256_finish_ret(state(ctx), digest);
    mbedtls_sha256_free(state(ctx));
    if (err != 0) {
        signet_wipe(digest, SIGNET_SHA256_SIZE);
        return SIGNET_ERR_CRYPTO;
    }
    return SIGNET_OK;
}
