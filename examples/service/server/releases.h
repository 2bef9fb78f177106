/* SPDX-License-Identifier: MIT */
/** Updates that are on offer, and trust lists. */
#ifndef RELEASES_H
#define RELEASES_H

#include "registry.h"

/** A release as blocks are read from it. */
typedef struct release {
    int64_t id;
    uint32_t size; /**< payload bytes */
    uint32_t chunk_size;
    char stream[4096]; /**< path */
} release;

/** What a device may be offered; views are allocated. */
typedef struct offer {
    int64_t release;       /**< its id; 0: none */
    int64_t trust_counter; /**< of trust_list; 0: none */
    signet_bytes manifest;
    signet_bytes trust_list;
} offer;

/** The newest release that is newer than what the device runs, and the trust
 * list when its own is older. */
bool releases_offer(db *d, const char *device, const registry_image *image,
                    offer *out);
void offer_free(offer *o);

/** The release of a manifest, when it is for this device. */
bool releases_find(db *d, const char *device, signet_bytes manifest_digest,
                   release *out, bool *found);

/**
 * Read one block: the chunk at a payload offset and the next block's digest.
 *
 * @param[out] out  allocated.
 * Errors: SIGNET_ERR_CHUNK_OFFSET, SIGNET_ERR_CHUNK_LENGTH (of the request),
 * SIGNET_ERR_IO (the stream is gone or shorter than it was).
 */
signet_status releases_block(const release *r, uint32_t offset, uint32_t len,
                             uint8_t **out);

#endif
