/* SPDX-License-Identifier: MIT */
/* A newer trust list arrives while the device runs. */
#include "private.h"

#include <string.h>

/* Does what the device would have to boot hold under the new list? */
static signet_status still_boots(const signet_update *update,
                                 const signet_trust *fresh)
{
    const signet_update_config *config = update->config;
    signet_manifest manifest;
    signet_status status = SIGNET_OK;

    for (uint32_t i = 0; i < SIGNET_SLOT_COUNT && status == SIGNET_OK; i++) {
        if (i == update->running->slot || i == update->state.active) {
            status = signet_update_load_manifest(config, update->memory, i,
                                                 fresh, &manifest);
        }
    }
    return status;
}

/* The keys behind a verdict, rather than storage or hardware. */
static bool is_revocation(signet_status status)
{
    return status == SIGNET_ERR_KEY_ID || status == SIGNET_ERR_PURPOSE ||
           status == SIGNET_ERR_ALGORITHM || status == SIGNET_ERR_SIGNATURE ||
           status == SIGNET_ERR_DEVELOPMENT_KEY;
}

static signet_status open_fresh(signet_update *update, signet_bytes encoded,
                                signet_trust *fresh)
{
    signet_status status = SIGNET_OK;

    memcpy(update->memory->trust, encoded.ptr, encoded.len);
    status = signet_trust_open(signet_view(update->memory->trust, encoded.len),
                               update->config->root_key,
                               update->trust.counter + 1, fresh);
    if (status != SIGNET_OK) {
        return status;
    }
    status = still_boots(update, fresh);
    if (is_revocation(status)) {
        return SIGNET_ERR_REVOKED;
    }
    return status;
}

static signet_status store(const signet_update *update, signet_bytes encoded,
                           const signet_trust *fresh)
{
    const signet_counter *counter = &update->config->counter;
    signet_status status =
        signet_items_put(update->config->items, SIGNET_UPDATE_ITEM_TRUST,
                         signet_view(update->memory->trust, encoded.len));

    if (status != SIGNET_OK) {
        return status;
    }
    /* A cut here is made good at the next start. */
    return counter->ops->raise(counter->ctx, SIGNET_COUNTER_TRUST,
                               fresh->counter);
}

/* Judge the download, or the installed image, by the list that now counts. */
static void reopen_manifest(signet_update *update)
{
    signet_status status = SIGNET_OK;

    if (update->phase != SIGNET_UPDATE_RECEIVING &&
        update->phase != SIGNET_UPDATE_READY) {
        return;
    }
    status = signet_update_load_manifest(update->config, update->memory,
                                         update->target, &update->trust,
                                         &update->manifest);
    if (status != SIGNET_OK) {
        (void)signet_update_abandon(update, status);
    }
}

signet_status signet_update_trust(signet_update *update, signet_bytes encoded)
{
    signet_trust fresh;
    signet_status reload = SIGNET_OK;
    signet_status status = SIGNET_OK;

    if (encoded.len > SIGNET_TRUST_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (encoded.len == 0) {
        return SIGNET_ERR_TRUNCATED;
    }
    status = open_fresh(update, encoded, &fresh);
    if (status == SIGNET_OK) {
        status = store(update, encoded, &fresh);
    }
    /* The stored list is the truth, whichever it is by now; the memory held
     * the offered one, and another slot's manifest. */
    reload = signet_update_load_trust(update->config, update->memory,
                                      &update->trust);
    if (reload != SIGNET_OK) {
        update->phase = SIGNET_UPDATE_IDLE;
        return status != SIGNET_OK ? status : reload;
    }
    reopen_manifest(update);
    return status;
}
