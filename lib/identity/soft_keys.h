/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: keys in software behind the signet_key contract. */
#ifndef SIGNET_IDENTITY_SOFT_KEYS_H
#define SIGNET_IDENTITY_SOFT_KEYS_H

#include "signet/identity.h"

/** A handle to one slot; keys must outlive it and not move. */
signet_key signet_soft_keys_handle(const signet_soft_keys *keys, uint32_t slot);

/** The operational slot's handle; slot is 0 or 1. */
signet_key signet_soft_keys_operational(const signet_soft_keys *keys,
                                        uint8_t slot);

#endif
