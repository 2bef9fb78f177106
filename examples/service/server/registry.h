/* SPDX-License-Identifier: MIT */
/** Devices: which there are, and what they said of themselves. */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "db.h"

typedef enum registry_standing {
    REGISTRY_UNKNOWN = 0,
    REGISTRY_ACTIVE,
    REGISTRY_REVOKED
} registry_standing;

bool registry_standing_of(db *d, const char *device, registry_standing *out);

/** Register a device; one that is known stays as it is. */
bool registry_add(db *d, int64_t now_s, const char *device);

/** It was heard of now. */
bool registry_seen(db *d, int64_t now_s, const char *device);

/** What evidence said at an enrolment that succeeded. */
typedef struct registry_boot {
    signet_bytes certificate; /**< device certificate, DER */
    signet_bytes boot_seed;
    int64_t boot_count;
    int64_t assurance;
} registry_boot;

/**
 * Note it.
 *
 * @param[out] clone_sign  the boot count went back, or one boot has two
 *                         seeds: two devices may share a key.
 */
bool registry_note_boot(db *d, const char *device, const registry_boot *boot,
                        bool *clone_sign);

/** What an update query said. */
typedef struct registry_image {
    int64_t component;
    int64_t sequence;
    int64_t security_counter;
    int64_t trust_counter;
    const char *version;
    int64_t state;
} registry_image;

bool registry_note_image(db *d, int64_t now_s, const char *device,
                         const registry_image *image);

#endif
