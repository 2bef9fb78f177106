/* SPDX-License-Identifier: MIT */
/* Private to lib/identity. */
#ifndef SIGNET_IDENTITY_DIGEST_H
#define SIGNET_IDENTITY_DIGEST_H

#include "signet/port/crypto.h"

/** SHA-256 over the concatenation of count parts. */
signet_status signet_identity_digest(const signet_bytes *parts, size_t count,
                                     uint8_t digest[32]);

#endif
