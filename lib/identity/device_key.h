/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: the device key while it is in use. It lives on the
 * stack of start-up and is wiped before start-up returns. */
#ifndef SIGNET_IDENTITY_DEVICE_KEY_H
#define SIGNET_IDENTITY_DEVICE_KEY_H

#include "signet/port/crypto.h"

struct signet_device_key {
    uint8_t private_key[32];
    uint8_t public_key[64];
    const signet_entropy *rng;
};

/**
 * Derive the key; handle signs with it.
 *
 * @param device  wiped by the caller after use; wiped here on failure.
 */
signet_status signet_device_key_init(struct signet_device_key *device,
                                     const uint8_t secret[32],
                                     const signet_entropy *rng,
                                     signet_key *handle);

#endif
