/* SPDX-License-Identifier: MIT */
#include "private.h"

static bool slot_usable(const signet_flash *slot)
{
    return slot != NULL && slot->program_size != 0 &&
           slot->program_size <= SIGNET_UPDATE_MAX_UNIT &&
           slot->erase_size != 0 && slot->erase_size % slot->program_size == 0;
}

bool signet_update_usable(const signet_update_config *config)
{
    return config->items != NULL && config->root_key != NULL &&
           config->counter.ops != NULL && slot_usable(config->slots[0]) &&
           slot_usable(config->slots[1]);
}

static signet_status check_slot(const signet_flash *flash,
                                const signet_manifest *manifest)
{
    uint32_t chunk = manifest->chunk_size;
    uint32_t sector = flash->erase_size;

    if (manifest->size > flash->size) {
        return SIGNET_ERR_IMAGE_SIZE;
    }
    /* Chunks fill erase blocks, or erase blocks fill chunks: then every
     * checkpoint lies on both boundaries. */
    if (sector == 0 || flash->program_size == 0 ||
        (chunk % sector != 0 && sector % chunk != 0) ||
        chunk % flash->program_size != 0) {
        return SIGNET_ERR_CHUNK_SIZE;
    }
    return SIGNET_OK;
}

signet_status signet_update_suitable(const signet_update_config *config,
                                     const signet_manifest *manifest,
                                     uint32_t slot)
{
    signet_bytes vendor =
        signet_view(config->vendor_id, sizeof config->vendor_id);
    signet_bytes class_id =
        signet_view(config->class_id, sizeof config->class_id);

    if (!signet_equal(manifest->vendor_id, vendor)) {
        return SIGNET_ERR_VENDOR;
    }
    if (!signet_equal(manifest->class_id, class_id)) {
        return SIGNET_ERR_CLASS;
    }
    if (manifest->component != config->component) {
        return SIGNET_ERR_COMPONENT;
    }
    if (manifest->slot >= 0 && (uint32_t)manifest->slot != slot) {
        return SIGNET_ERR_SLOT;
    }
    return check_slot(config->slots[slot], manifest);
}
