/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_WOLFSSL_RFC6979_H
#define SIGNET_WOLFSSL_RFC6979_H

#include "signet/port/entropy.h"

/**
 * The nonce of an ECDSA P-256 signature: RFC 6979 s3.2 with SHA-256, and with
 * 32 bytes from rng as additional data k' (s3.6) unless rng is NULL. So it is
 * never repeated even when rng fails silently, and with rng a fault during
 * one of two signatures of the same digest gives nothing away.
 *
 * @param private_key  in [1, n-1].
 * @retval SIGNET_ERR_ENTROPY  rng refused.
 * @retval SIGNET_ERR_CRYPTO   the library failed.
 */
signet_status signet_wolfssl_nonce(const uint8_t private_key[32],
                                   const uint8_t digest[32],
                                   const signet_entropy *rng,
                                   uint8_t nonce[32]);

#endif
