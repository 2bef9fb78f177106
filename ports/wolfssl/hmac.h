/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_WOLFSSL_HMAC_H
#define SIGNET_WOLFSSL_HMAC_H

#include "signet/bytes.h"
#include "signet/status.h"

/**
 * HMAC-SHA-256 over the concatenation of count parts. On failure mac is
 * undefined. mac may lie inside key or a part: it is written last.
 */
signet_status signet_wolfssl_hmac(signet_bytes key, const signet_bytes *parts,
                                  size_t count, uint8_t mac[32]);

#endif
