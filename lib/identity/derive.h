/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: what is derived from the device secret. Each with
 * an info string of its own (RFC 5869 s3.2), so that none tells of another. */
#ifndef SIGNET_IDENTITY_DERIVE_H
#define SIGNET_IDENTITY_DERIVE_H

#include "signet/port/crypto.h"

/** The device key: from the secret alone, stable. */
signet_status signet_derive_device(const uint8_t secret[32],
                                   uint8_t private_key[32],
                                   uint8_t public_key[64]);

/** The alias key: from the secret and the running image's measurement. */
signet_status signet_derive_alias(const uint8_t secret[32],
                                  const uint8_t measurement[32],
                                  uint8_t private_key[32],
                                  uint8_t public_key[64]);

/** The key that seals operational keys in the item store. */
signet_status signet_derive_wrap(const uint8_t secret[32],
                                 uint8_t wrap_key[16]);

#endif
