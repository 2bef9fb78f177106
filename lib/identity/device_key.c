/* SPDX-License-Identifier: MIT */
#include "device_key.h"

#include <string.h>

#include "derive.h"

static signet_status refuse(void *ctx, uint32_t slot)
{
    (void)ctx;
    (void)slot;
    return SIGNET_ERR_KEY; /* KEY-4: derived */
}

static signet_status sign(void *ctx, uint32_t slot, const uint8_t digest[32],
                          uint8_t signature[64])
{
    const struct signet_device_key *device =
        (const struct signet_device_key *)ctx;

    (void)slot;
    return signet_p256_sign(device->private_key, digest, device->rng,
                            signature);
}

static signet_status public_key(void *ctx, uint32_t slot, uint8_t key[64])
{
    const struct signet_device_key *device =
        (const struct signet_device_key *)ctx;

    (void)slot;
    memcpy(key, device->public_key, sizeof(device->public_key));
    return SIGNET_OK;
}

static const signet_key_ops ops = {refuse, sign, public_key, refuse};

signet_status signet_device_key_init(struct signet_device_key *device,
                                     const uint8_t secret[32],
                                     const signet_entropy *rng,
                                     signet_key *handle)
{
    handle->ops = &ops;
    handle->ctx = device;
    handle->slot = 0;
    device->rng = rng;
    return signet_derive_device(secret, device->private_key,
                                device->public_key);
}
