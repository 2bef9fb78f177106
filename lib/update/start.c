/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

/* A checkpoint belongs to the stored manifest, or to nothing any more. */
static bool fits(const signet_update *update,
                 const signet_checkpoint *checkpoint)
{
    const signet_manifest *manifest = &update->manifest;
    const signet_flash *slot = update->config->slots[update->target];

    return memcmp(checkpoint->manifest_digest, manifest->manifest_digest,
                  sizeof manifest->manifest_digest) == 0 &&
           checkpoint->offset < manifest->size &&
           checkpoint->offset % manifest->chunk_size == 0 &&
           checkpoint->offset % slot->erase_size == 0;
}

/* Take up an interrupted download. Whatever does not fit together was torn or
 * belongs to a finished one: it is dropped, the device goes on idle. */
static signet_status resume(signet_update *update)
{
    const signet_update_config *config = update->config;
    signet_checkpoint checkpoint;
    signet_status status = signet_checkpoint_load(config->items, &checkpoint);

    if (status == SIGNET_ERR_NOT_FOUND) {
        return SIGNET_OK;
    }
    if (status == SIGNET_OK && checkpoint.slot == update->target) {
        status =
            signet_update_load_manifest(config, update->memory, update->target,
                                        &update->trust, &update->manifest);
    }
    if (signet_update_is_fault(status)) {
        return status;
    }
    if (status == SIGNET_OK && checkpoint.slot == update->target) {
        status =
            signet_update_suitable(config, &update->manifest, update->target);
    }
    if (status == SIGNET_OK && checkpoint.slot == update->target &&
        fits(update, &checkpoint)) {
        signet_update_receive_from(update, &checkpoint);
        return SIGNET_OK;
    }
    update->refusal = status;
    return signet_items_delete(config->items, SIGNET_UPDATE_ITEM_CHECKPOINT);
}

static signet_status take_up(signet_update *update)
{
    const signet_update_config *config = update->config;
    signet_status status =
        signet_update_state_load(config->items, &update->state);

    if (status != SIGNET_OK) {
        return status;
    }
    switch (update->state.slot_state[update->target]) {
    case SIGNET_IMAGE_NONE:
        return resume(update);
    case SIGNET_IMAGE_PENDING:
        status =
            signet_update_load_manifest(config, update->memory, update->target,
                                        &update->trust, &update->manifest);
        if (status == SIGNET_OK) {
            update->offset = update->manifest.size;
            update->phase = SIGNET_UPDATE_READY;
        }
        /* A manifest that no longer holds is the bootloader's to refuse. */
        return signet_update_is_fault(status) ? status : SIGNET_OK;
    default:
        return signet_items_delete(config->items,
                                   SIGNET_UPDATE_ITEM_CHECKPOINT);
    }
}

signet_status signet_update_start(signet_update *update,
                                  const signet_update_config *config,
                                  signet_update_memory *memory,
                                  const signet_handoff *running)
{
    signet_status status = SIGNET_OK;

    memset(update, 0, sizeof *update);
    update->config = config;
    update->memory = memory;
    update->running = running;
    if (running->slot >= SIGNET_SLOT_COUNT || !signet_update_usable(config)) {
        return SIGNET_ERR_ARGUMENT;
    }
    update->target = 1u - running->slot;
    status = signet_update_load_trust(config, memory, &update->trust);
    if (status != SIGNET_OK) {
        return status;
    }
    /* A cut between storing a list and raising its counter is made good. */
    status = config->counter.ops->raise(
        config->counter.ctx, SIGNET_COUNTER_TRUST, update->trust.counter);
    if (status != SIGNET_OK) {
        return status;
    }
    return take_up(update);
}
