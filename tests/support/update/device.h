/* SPDX-License-Identifier: MIT */
/* A whole device for tests of updates: items and two slots on one RAM flash,
 * counters, a bootloader and an application. Everything that survives a reset
 * is in shared memory: a test may fork for each boot. */
#ifndef SIGNET_TEST_DEVICE_H
#define SIGNET_TEST_DEVICE_H

#include "ram_flash.h"
#include "release.h"

struct device_geometry {
    uint32_t erase_size;
    uint32_t program_size;
    bool write_once;
    uint32_t slot_size;
};

extern const struct device_geometry device_small; /* 512, 8, false, 4 KiB */

struct device {
    struct ram_flash ram;
    signet_flash item_region;
    signet_flash slots[SIGNET_SLOT_COUNT];
    uint32_t *counters;           /* by signet_counter_id; shared */
    signet_status counter_status; /* given instead, unless SIGNET_OK */
    struct release_key root;
    signet_items items;
    signet_update_config config;
    /* lost at a reset: */
    signet_update_memory memory;
    signet_boot_decision decision;
    signet_handoff handoff;
    signet_update update;
};

/* Blank: items formatted, slots erased, counters 0. */
void device_new(struct device *device, const struct device_geometry *geometry);
void device_free(struct device *device);

/* Place an image in slot 0 and run the factory with trust list 1. */
signet_status device_factory(struct device *device,
                             const struct release *release);

/* As device_new and device_factory with release 1; must succeed. */
void device_make(struct device *device, const struct device_geometry *geometry,
                 const struct release *first);

/* The first stage: mount, decide, check the verdict as a bootloader does,
 * describe. */
signet_status device_boot(struct device *device);

/* The application comes up. */
signet_status device_start(struct device *device);

/* device_boot and device_start. */
signet_status device_reset(struct device *device);

signet_status device_offer(struct device *device,
                           const struct release *release);

/* Give one block, as asked. */
signet_status device_feed(struct device *device, const struct release *release);

/* Feed until nothing is wanted or one fails. */
signet_status device_download(struct device *device,
                              const struct release *release);

/* Offer and download. */
signet_status device_install(struct device *device,
                             const struct release *release);

/* Whether a slot holds exactly a release's image. */
bool device_slot_holds(const struct device *device, uint32_t slot,
                       const struct release *release);

signet_update_state device_state(const struct device *device);

#endif
