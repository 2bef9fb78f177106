/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "image.h"

/* Verify as the bootloader will, before anything is stored. */
static signet_status verify(const signet_update_config *config,
                            signet_update_memory *memory, size_t trust_len,
                            size_t manifest_len, uint32_t slot,
                            uint32_t *counter)
{
    signet_trust trust;
    signet_manifest manifest;
    volatile uint32_t token = 0;
    uint32_t floor = 0;
    signet_status status = config->counter.ops->read(
        config->counter.ctx, SIGNET_COUNTER_TRUST, &floor);

    if (status == SIGNET_OK) {
        status = signet_trust_open(signet_view(memory->trust, trust_len),
                                   config->root_key, floor, &trust);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    *counter = trust.counter;
    status = signet_manifest_open(signet_view(memory->manifest, manifest_len),
                                  &trust, &config->policy, &manifest);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_image_verify(config, &manifest, slot, &token);
}

/* The state comes last: until it is there the device counts as blank. */
static signet_status store(const signet_update_config *config,
                           signet_bytes trust, signet_bytes manifest,
                           uint32_t slot)
{
    signet_update_state state = {.active = (uint8_t)slot};
    signet_status status =
        signet_items_put(config->items, SIGNET_UPDATE_ITEM_TRUST, trust);

    state.slot_state[slot] = SIGNET_IMAGE_CONFIRMED;
    if (status == SIGNET_OK) {
        status = signet_items_put(
            config->items, (uint16_t)(SIGNET_UPDATE_ITEM_MANIFEST + slot),
            manifest);
    }
    if (status == SIGNET_OK) {
        status =
            signet_items_delete(config->items, SIGNET_UPDATE_ITEM_CHECKPOINT);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_update_state_save(config->items, &state);
}

signet_status signet_update_factory(const signet_update_config *config,
                                    signet_update_memory *memory,
                                    signet_bytes trust, signet_bytes manifest,
                                    uint32_t slot)
{
    uint32_t counter = 0;
    signet_status status = SIGNET_OK;

    if (slot >= SIGNET_SLOT_COUNT || !signet_update_usable(config)) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (trust.len > sizeof memory->trust ||
        manifest.len > sizeof memory->manifest) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (trust.len == 0 || manifest.len == 0) {
        return SIGNET_ERR_TRUNCATED;
    }
    memcpy(memory->trust, trust.ptr, trust.len);
    memcpy(memory->manifest, manifest.ptr, manifest.len);
    trust.ptr = memory->trust;
    manifest.ptr = memory->manifest;
    status = verify(config, memory, trust.len, manifest.len, slot, &counter);
    if (status == SIGNET_OK) {
        status = store(config, trust, manifest, slot);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return config->counter.ops->raise(config->counter.ctx, SIGNET_COUNTER_TRUST,
                                      counter);
}
