/* SPDX-License-Identifier: MIT */
/**
 * Cryptographic primitives: link-time functions that one crypto port provides
 * (ports/wolfssl is the reference, ports/mbedtls the second). What a port
 * lacks fails at link time by name.
 *
 * Contexts are caller-owned, need no destructor and may be copied between
 * init and final. All functions are reentrant. Context: task.
 */
#ifndef SIGNET_PORT_CRYPTO_H
#define SIGNET_PORT_CRYPTO_H

#include "signet/bytes.h"
#include "signet/port/entropy.h"
#include "signet/port/key.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SIGNET_SHA256_SIZE 32u
#define SIGNET_AES128_KEY_SIZE 16u
#define SIGNET_GCM_NONCE_SIZE 12u
#define SIGNET_GCM_TAG_SIZE 16u

/** Storage for a port's hash state; a port asserts that its own fits. */
typedef struct signet_sha256 {
    uint64_t opaque[24];
} signet_sha256;

/**
 * SHA-256 (FIPS 180-4). CRYPTO-1: the CAVP short, long and Monte Carlo
 * vectors hold, for every split of the input into updates.
 *
 * @retval SIGNET_ERR_CRYPTO  the library or hardware failed.
 */
signet_status signet_sha256_init(signet_sha256 *ctx);
signet_status signet_sha256_update(signet_sha256 *ctx, const uint8_t *data,
                                   size_t len);
signet_status signet_sha256_final(signet_sha256 *ctx, uint8_t digest[32]);

/** HMAC-SHA-256 (RFC 2104). CRYPTO-2: RFC 4231 vectors hold. */
signet_status signet_hmac_sha256(signet_bytes key, signet_bytes message,
                                 uint8_t mac[32]);

/**
 * HKDF-SHA-256, extract and expand (RFC 5869). CRYPTO-3: its vectors hold.
 *
 * @param salt     may be empty.
 * @param out_len  1..8160.
 */
signet_status signet_hkdf_sha256(signet_bytes salt, signet_bytes ikm,
                                 signet_bytes info, uint8_t *out,
                                 size_t out_len);

/**
 * AES-128-GCM (NIST SP 800-38D), 12-byte nonce, 16-byte tag.
 * CRYPTO-4: the GCM specification's test cases hold.
 * CRYPTO-5: open gives SIGNET_ERR_SIGNATURE and wipes out when the tag does
 * not fit. out may equal in. The caller never repeats a nonce under a key.
 */
signet_status signet_aes128_gcm_seal(const uint8_t key[16],
                                     const uint8_t nonce[12], signet_bytes aad,
                                     signet_bytes in, uint8_t *out,
                                     uint8_t tag[16]);
signet_status signet_aes128_gcm_open(const uint8_t key[16],
                                     const uint8_t nonce[12], signet_bytes aad,
                                     signet_bytes in, const uint8_t tag[16],
                                     uint8_t *out);

/**
 * ECDSA P-256 verification over a digest of exactly 32 bytes (FIPS 186-5).
 *
 * CRYPTO-6: r and s outside [1, n-1], a point that is not on the curve and
 * the point at infinity are refused.
 *
 * @retval SIGNET_OK             the signature is valid.
 * @retval SIGNET_ERR_SIGNATURE  it is not, or the key is no valid point.
 * @retval SIGNET_ERR_CRYPTO     the library or hardware failed.
 */
signet_status signet_p256_verify(const uint8_t key[64],
                                 const uint8_t digest[32],
                                 const uint8_t signature[64]);

/**
 * ECDSA P-256 signing with a private key in RAM: for software key providers
 * only; everything else signs through signet_key.
 *
 * CRYPTO-7: two signatures of one digest verify; without rng the nonce is that
 * of RFC 6979 and its vectors hold.
 *
 * @param rng  NULL: the nonce is deterministic (RFC 6979), for a first stage
 *             without a random source. Otherwise 32 bytes from it go into the
 *             nonce, so that a fault during a repeated signature gives nothing
 *             away.
 * @retval SIGNET_ERR_KEY      the scalar is not in [1, n-1].
 * @retval SIGNET_ERR_ENTROPY  rng refused.
 */
signet_status signet_p256_sign(const uint8_t private_key[32],
                               const uint8_t digest[32],
                               const signet_entropy *rng,
                               uint8_t signature[64]);

/**
 * The public key of a private scalar. CRYPTO-8: the scalar 1 gives the base
 * point; 0 and values not below the group order give SIGNET_ERR_KEY.
 */
signet_status signet_p256_public(const uint8_t private_key[32],
                                 uint8_t key[64]);

#ifdef __cplusplus
}
#endif
#endif
