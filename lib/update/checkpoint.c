/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

/* The checkpoint item:
 *   0  format version: 1
 *   1  slot that is written
 *   2  reserved: 0 (2 bytes)
 *   4  payload bytes that are written, big-endian (4 bytes)
 *   8  SHA-256 of the manifest
 *  40  SHA-256 of the next block */
#define CHECKPOINT_SIZE 72u
#define CHECKPOINT_VERSION 1u

signet_status signet_checkpoint_load(signet_items *items,
                                     signet_checkpoint *checkpoint)
{
    uint8_t raw[CHECKPOINT_SIZE];
    size_t len = 0;
    signet_status status = signet_items_get(
        items, SIGNET_UPDATE_ITEM_CHECKPOINT, raw, sizeof raw, &len);

    if (status != SIGNET_OK) {
        return status == SIGNET_ERR_TOO_SMALL ? SIGNET_ERR_CORRUPT : status;
    }
    if (len != sizeof raw || raw[1] >= SIGNET_SLOT_COUNT || raw[2] != 0 ||
        raw[3] != 0) {
        return SIGNET_ERR_CORRUPT;
    }
    if (raw[0] != CHECKPOINT_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    checkpoint->slot = raw[1];
    checkpoint->offset = signet_get_be32(raw + 4);
    memcpy(checkpoint->manifest_digest, raw + 8, 32);
    memcpy(checkpoint->next_digest, raw + 40, 32);
    return SIGNET_OK;
}

signet_status signet_checkpoint_save(signet_items *items,
                                     const signet_checkpoint *checkpoint)
{
    uint8_t raw[CHECKPOINT_SIZE] = {CHECKPOINT_VERSION};

    raw[1] = (uint8_t)checkpoint->slot;
    signet_put_be32(raw + 4, checkpoint->offset);
    memcpy(raw + 8, checkpoint->manifest_digest, 32);
    memcpy(raw + 40, checkpoint->next_digest, 32);
    return signet_items_put(items, SIGNET_UPDATE_ITEM_CHECKPOINT,
                            signet_view(raw, sizeof raw));
}
