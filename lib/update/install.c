/* SPDX-License-Identifier: MIT */
#include "private.h"

static signet_status set_slot(signet_update *update,
                              signet_image_state slot_state)
{
    signet_update_state next = update->state;

    if (next.slot_state[update->target] == slot_state) {
        return SIGNET_OK;
    }
    next.slot_state[update->target] = slot_state;
    next.tries = 0;
    return signet_update_set_state(update, &next);
}

signet_status signet_update_abandon(signet_update *update,
                                    signet_status refusal)
{
    signet_status status = set_slot(update, SIGNET_IMAGE_NONE);

    update->phase = SIGNET_UPDATE_REFUSED;
    update->refusal = refusal;
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_items_delete(update->config->items,
                               SIGNET_UPDATE_ITEM_CHECKPOINT);
}

signet_status signet_update_install(signet_update *update)
{
    const signet_manifest *manifest = &update->manifest;
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = signet_update_slot_digest(
        update->config->slots[update->target], manifest->size, digest);

    if (status != SIGNET_OK) {
        return status;
    }
    if (!signet_equal_secret(digest, manifest->digest.ptr, sizeof digest)) {
        (void)signet_update_abandon(update, SIGNET_ERR_IMAGE_DIGEST);
        return SIGNET_ERR_IMAGE_DIGEST;
    }
    status = set_slot(update, SIGNET_IMAGE_PENDING);
    if (status != SIGNET_OK) {
        return status;
    }
    update->phase = SIGNET_UPDATE_READY;
    /* Installed: a checkpoint that stays behind is dropped at the next
     * start. */
    (void)signet_items_delete(update->config->items,
                              SIGNET_UPDATE_ITEM_CHECKPOINT);
    return SIGNET_OK;
}
