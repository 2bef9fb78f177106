/* SPDX-License-Identifier: MIT */
/* What verification, signing and key derivation share on P-256. */
#ifndef SIGNET_WOLFSSL_P256_H
#define SIGNET_WOLFSSL_P256_H

#include <stdbool.h>
#include <stdint.h>

#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/wolfcrypt/sp_int.h>

#define SCALAR_SIZE 32u

/** true when the big-endian scalar is in [1, n-1]; constant time. */
bool signet_wolfssl_is_scalar(const uint8_t scalar[32]);

/** true when a coordinate is in [0, p-1]; constant time. */
bool signet_wolfssl_is_coordinate(const uint8_t coordinate[32]);

/** out = in modulo n, for a digest; not constant time. */
void signet_wolfssl_reduce(const uint8_t in[32], uint8_t out[32]);

/** Load 32 big-endian bytes. @return false when wolfCrypt failed. */
bool signet_wolfssl_load(mp_int *number, const uint8_t in[32]);

#endif
