/* SPDX-License-Identifier: MIT */
/*
 * Primitives, CRYPTO-1..8, by a library or an accelerator. ports/wolfssl and
 * ports/mbedtls can be taken as they are.
 */
#include "signet/port/crypto.h"

/* It takes bodies of #error for initialisers. */
/* clang-format off */

signet_status signet_sha256_init(signet_sha256 *ctx)
{
#error "start a hash; assert that your state fits in ctx->opaque"
}

signet_status signet_sha256_update(signet_sha256 *ctx, const uint8_t *data,
                                   size_t len)
{
#error "hash len bytes more; every split gives the same digest; CRYPTO-1"
}

signet_status signet_sha256_final(signet_sha256 *ctx, uint8_t digest[32])
{
#error "write the digest; CRYPTO-1"
}

signet_status signet_hmac_sha256(signet_bytes key, signet_bytes message,
                                 uint8_t mac[32])
{
#error "RFC 2104; CRYPTO-2"
}

signet_status signet_hkdf_sha256(signet_bytes salt, signet_bytes ikm,
                                 signet_bytes info, uint8_t *out,
                                 size_t out_len)
{
#error "RFC 5869, extract and expand; wipe the PRK; CRYPTO-3"
}

signet_status signet_aes128_gcm_seal(const uint8_t key[16],
                                     const uint8_t nonce[12], signet_bytes aad,
                                     signet_bytes in, uint8_t *out,
                                     uint8_t tag[16])
{
#error "encrypt and authenticate; out may equal in; CRYPTO-4"
}

signet_status signet_aes128_gcm_open(const uint8_t key[16],
                                     const uint8_t nonce[12], signet_bytes aad,
                                     signet_bytes in, const uint8_t tag[16],
                                     uint8_t *out)
{
#error "check the tag; on a mismatch wipe out, ERR_SIGNATURE; CRYPTO-5"
}

signet_status signet_p256_verify(const uint8_t key[64],
                                 const uint8_t digest[32],
                                 const uint8_t signature[64])
{
#error "check the point and the range of r and s, then verify; CRYPTO-6"
}

signet_status signet_p256_sign(const uint8_t private_key[32],
                               const uint8_t digest[32],
                               const signet_entropy *rng,
                               uint8_t signature[64])
{
#error "sign; without rng the nonce is that of RFC 6979; CRYPTO-7"
}

signet_status signet_p256_public(const uint8_t private_key[32], uint8_t key[64])
{
#error "scalar times base point; refuse 0 and n and above; CRYPTO-8"
}
