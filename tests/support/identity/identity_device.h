/* SPDX-License-Identifier: MIT */
/* A device as lib/identity sees one: secret, hand-off, two item stores on
 * flash in RAM whose power can be cut. */
#ifndef SIGNET_TEST_IDENTITY_DEVICE_H
#define SIGNET_TEST_IDENTITY_DEVICE_H

#include "identity_kit.h"
#include "ram_flash.h"
#include "signet/identity.h"

#define KIT_BLOCK 4096u
#define KIT_FLASH_SIZE (4u * KIT_BLOCK)
#define KIT_BUILD_TIME (KIT_NOW - 7u * 86400u)

struct kit_device {
    uint8_t secret[SIGNET_SECRET_SIZE];
    bool blank; /**< no secret */
    bool latched;
    unsigned secret_reads;
    struct ram_flash factory_flash;
    struct ram_flash items_flash;
    signet_items factory;
    signet_items items;
    signet_handoff handoff;
    signet_identity_config config;
    signet_identity identity;
};

/** A device with a random secret, empty stores and some hand-off. It must not
 * be moved afterwards. */
void kit_device_make(struct kit_device *device);
void kit_device_free(struct kit_device *device);

/** Endorse its device key as a manufacturer does, by its CSR. */
void kit_device_provision(struct kit_device *device,
                          const struct kit_key *root);

/** Boot: unlatch, mount, start. */
signet_status kit_device_start(struct kit_device *device);

/** Let every access to the items' flash fail with SIGNET_ERR_IO, or not. */
void kit_device_break_flash(struct kit_device *device, bool broken);

#endif
