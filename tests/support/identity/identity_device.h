/* SPDX-License-Identifier: MIT */
/* A device as lib/identity sees one: secret, hand-off, two item stores on
 * flash in RAM whose power can be cut. */
#ifndef SIGNET_TEST_IDENTITY_DEVICE_H
#define SIGNET_TEST_IDENTITY_DEVICE_H

#include "identity_kit.h"
#include "signet/identity.h"

#define KIT_BLOCK 4096u
#define KIT_FLASH_SIZE (4u * KIT_BLOCK)
#define KIT_BUILD_TIME (KIT_NOW - 7u * 86400u)

struct kit_flash {
    uint8_t bytes[KIT_FLASH_SIZE];
    signet_flash flash;
    unsigned writes;    /**< programs and erases so far */
    unsigned cut_after; /**< writes until the power fails; 0: never */
    bool dark;          /**< it failed: everything is ERR_IO */
};

struct kit_device {
    uint8_t secret[SIGNET_SECRET_SIZE];
    bool blank; /**< no secret */
    bool latched;
    unsigned secret_reads;
    struct kit_flash factory_flash;
    struct kit_flash items_flash;
    signet_items factory;
    signet_items items;
    signet_handoff handoff;
    signet_identity_config config;
    signet_identity identity;
};

/** A device with a random secret, empty stores and some hand-off. It must not
 * be moved afterwards. */
void kit_device_make(struct kit_device *device);

/** Endorse its device key as a manufacturer does, by its CSR. */
void kit_device_provision(struct kit_device *device,
                          const struct kit_key *root);

/** Boot: unlatch, power on, mount, start. */
signet_status kit_device_start(struct kit_device *device);

#endif
