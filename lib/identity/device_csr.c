/* SPDX-License-Identifier: MIT */
/* Provisioning: the device key's CSR. The key exists for this call only. */
#include "signet/identity.h"

#include <string.h>

#include "device_key.h"

#define NAME_PREFIX "device-"
#define NAME_SIZE (sizeof(NAME_PREFIX) + SIGNET_DEVICE_ID_LEN)

signet_status signet_identity_device_csr(const signet_secret *secret,
                                         const signet_entropy *rng,
                                         uint8_t *out, size_t cap, size_t *len,
                                         uint8_t key[64])
{
    struct signet_device_key device;
    char name[NAME_SIZE] = NAME_PREFIX;
    uint8_t ueid[SIGNET_UEID_SIZE];
    uint8_t bytes[SIGNET_SECRET_SIZE];
    signet_key handle;
    signet_status status = SIGNET_OK;

    *len = 0;
    status = secret->ops->read(secret->ctx, bytes);
    if (status == SIGNET_OK) {
        status = signet_device_key_init(&device, bytes, rng, &handle);
    }
    signet_wipe(bytes, sizeof(bytes));
    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_identity_names(device.public_key,
                                   name + sizeof(NAME_PREFIX) - 1, ueid);
    if (status == SIGNET_OK) {
        status = signet_csr_write(name, &handle, out, cap, len);
    }
    if (status == SIGNET_OK) {
        memcpy(key, device.public_key, 64);
    }
    signet_wipe(&device, sizeof(device));
    return status;
}
