/* SPDX-License-Identifier: MIT */
#include "signet/identity.h"

#include <string.h>

#include "derive.h"
#include "internal.h"

/* The manufacturer's endorsement must be of this very key. */
static signet_status load_device_certificate(signet_identity *identity,
                                             const uint8_t device_key[64])
{
    signet_x509 read;
    signet_status status = signet_items_get(
        identity->config.factory, SIGNET_IDENTITY_ITEM_DEVICE_CERT,
        identity->device_cert, sizeof(identity->device_cert),
        &identity->device_cert_len);

    if (status != SIGNET_OK) {
        return status == SIGNET_ERR_TOO_SMALL ? SIGNET_ERR_CERTIFICATE : status;
    }
    status = signet_x509_read(
        signet_view(identity->device_cert, identity->device_cert_len), &read);
    if (status != SIGNET_OK) {
        return status;
    }
    return memcmp(read.key, device_key, sizeof(read.key)) == 0
               ? SIGNET_OK
               : SIGNET_ERR_CERT_KEY;
}

/* All that needs the secret. */
static signet_status derive(signet_identity *identity,
                            const uint8_t secret[SIGNET_SECRET_SIZE])
{
    signet_soft_keys *keys = &identity->keys;
    struct signet_device_key device;
    signet_key handle;
    uint8_t alias_key[64];
    signet_status status =
        signet_device_key_init(&device, secret, &identity->config.rng, &handle);

    if (status == SIGNET_OK) {
        status = signet_identity_names(device.public_key, identity->device_id,
                                       identity->ueid);
    }
    if (status == SIGNET_OK) {
        status = load_device_certificate(identity, device.public_key);
    }
    if (status == SIGNET_OK) {
        status = signet_derive_wrap(secret, keys->wrap_key);
    }
    if (status == SIGNET_OK) {
        status =
            signet_derive_alias(secret, identity->config.handoff->measurement,
                                keys->alias, alias_key);
    }
    if (status == SIGNET_OK) {
        status = signet_alias_prepare(identity, &handle, device.public_key,
                                      alias_key);
    }
    signet_wipe(&device, sizeof(device));
    return status;
}

/* A blank device still has to make its CSR: only then no latch. */
static signet_status derive_and_latch(signet_identity *identity)
{
    const signet_secret *port = &identity->config.secret;
    uint8_t secret[SIGNET_SECRET_SIZE];
    signet_status status = port->ops->read(port->ctx, secret);

    if (status == SIGNET_OK) {
        status = derive(identity, secret);
    }
    signet_wipe(secret, sizeof(secret));
    if (status != SIGNET_ERR_NOT_FOUND) {
        port->ops->latch(port->ctx);
    }
    return status;
}

signet_status signet_identity_start(signet_identity *identity,
                                    const signet_identity_config *config)
{
    signet_status status = SIGNET_OK;

    memset(identity, 0, sizeof(*identity));
    identity->config = *config;
    identity->keys.items = config->items;
    identity->keys.rng = config->rng;
    status = derive_and_latch(identity);
    if (status == SIGNET_OK) {
        identity->keys.ready = true;
        status = signet_floor_load(identity);
    }
    if (status == SIGNET_OK) {
        status = signet_operational_load(identity);
    }
    if (status != SIGNET_OK) {
        signet_wipe(identity, sizeof(*identity));
    }
    return status;
}

void signet_identity_trust(signet_identity *identity, uint32_t counter)
{
    identity->config.trust_counter = counter;
}
