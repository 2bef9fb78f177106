/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

static bool in_progress(const signet_update *update)
{
    return update->phase == SIGNET_UPDATE_RECEIVING ||
           update->phase == SIGNET_UPDATE_READY;
}

static signet_status check_counter(const signet_update *update,
                                   const signet_manifest *manifest)
{
    const signet_counter *counter = &update->config->counter;
    uint32_t floor = 0;
    signet_status status =
        counter->ops->read(counter->ctx, SIGNET_COUNTER_SECURITY, &floor);

    if (status != SIGNET_OK) {
        return status;
    }
    /* The running image's counter is raised at its next boot only. */
    if (manifest->security_counter < floor ||
        manifest->security_counter < update->running->security_counter) {
        return SIGNET_ERR_DOWNGRADE;
    }
    return SIGNET_OK;
}

static signet_status check_sequence(const signet_update *update,
                                    const signet_manifest *manifest)
{
    if (manifest->sequence <= update->running->sequence) {
        return SIGNET_ERR_SEQUENCE;
    }
    if (in_progress(update) &&
        manifest->sequence <= update->manifest.sequence) {
        return SIGNET_ERR_SEQUENCE;
    }
    if (manifest->sequence <= update->state.reverted_sequence) {
        return SIGNET_ERR_REVERTED;
    }
    return SIGNET_OK;
}

/* One pass, no search: a component that this device does not have, or an
 * image that asks for itself, is simply not there. */
static signet_status check_dependencies(const signet_update *update,
                                        const signet_manifest *manifest)
{
    for (size_t i = 0; i < manifest->dependency_count; i++) {
        const signet_dependency *need = &manifest->dependencies[i];

        if (need->component != update->config->component ||
            need->min_sequence > update->running->sequence) {
            return SIGNET_ERR_DEPENDENCY;
        }
    }
    return SIGNET_OK;
}

static bool expired(const signet_manifest *manifest, signet_time now)
{
    return manifest->not_after_s != 0 && now.wall_s != 0 &&
           now.wall_s > manifest->not_after_s;
}

/* Is the authenticated manifest one that this device wants now? */
static signet_status check(const signet_update *update,
                           const signet_manifest *manifest, signet_time now)
{
    signet_status status =
        signet_update_suitable(update->config, manifest, update->target);

    if (status == SIGNET_OK) {
        status = check_counter(update, manifest);
    }
    if (status == SIGNET_OK) {
        status = check_sequence(update, manifest);
    }
    if (status == SIGNET_OK) {
        status = check_dependencies(update, manifest);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (expired(manifest, now)) {
        return SIGNET_ERR_EXPIRED;
    }
    /* During a trial the other slot is what a revert falls back to. */
    if (update->state.slot_state[update->running->slot] !=
        SIGNET_IMAGE_CONFIRMED) {
        return SIGNET_ERR_STATE;
    }
    return SIGNET_OK;
}

/* The slot is about to be erased: nobody may count on it from here on. */
static signet_status release_slot(signet_update *update)
{
    signet_update_state next = update->state;

    if (next.slot_state[update->target] == SIGNET_IMAGE_NONE) {
        return SIGNET_OK;
    }
    next.slot_state[update->target] = SIGNET_IMAGE_NONE;
    next.tries = 0;
    next.active = (uint8_t)update->running->slot;
    return signet_update_set_state(update, &next);
}

/* Order matters for a power cut: the slot is released, then its manifest is
 * replaced, then the checkpoint makes the download real. */
static signet_status begin(signet_update *update, size_t len)
{
    signet_items *items = update->config->items;
    signet_checkpoint checkpoint = {.slot = update->target, .offset = 0};
    signet_status status = release_slot(update);

    if (status == SIGNET_OK) {
        status = signet_items_put(
            items, (uint16_t)(SIGNET_UPDATE_ITEM_MANIFEST + update->target),
            signet_view(update->memory->manifest, len));
    }
    if (status != SIGNET_OK) {
        return status;
    }
    memcpy(checkpoint.manifest_digest, update->manifest.manifest_digest, 32);
    memcpy(checkpoint.next_digest, update->manifest.first_chunk.ptr, 32);
    status = signet_checkpoint_save(items, &checkpoint);
    if (status != SIGNET_OK) {
        return status;
    }
    signet_update_receive_from(update, &checkpoint);
    return SIGNET_OK;
}

/* The offered manifest used the memory of the one in progress: read that one
 * back. Its place in the chain is kept. */
static void restore(signet_update *update)
{
    signet_status status = SIGNET_OK;

    if (!in_progress(update)) {
        update->phase = SIGNET_UPDATE_REFUSED;
        return;
    }
    status = signet_update_load_manifest(update->config, update->memory,
                                         update->target, &update->trust,
                                         &update->manifest);
    if (status != SIGNET_OK) {
        update->phase = SIGNET_UPDATE_IDLE;
    }
}

static signet_status judge(signet_update *update, signet_bytes manifest,
                           signet_time now, signet_manifest *fresh)
{
    signet_status status = SIGNET_OK;

    memcpy(update->memory->manifest, manifest.ptr, manifest.len);
    status = signet_manifest_open(
        signet_view(update->memory->manifest, manifest.len), &update->trust,
        &update->config->policy, fresh);
    if (status != SIGNET_OK) {
        return status;
    }
    return check(update, fresh, now);
}

static bool is_same(const signet_update *update, const uint8_t digest[32])
{
    return in_progress(update) &&
           memcmp(digest, update->manifest.manifest_digest, 32) == 0;
}

signet_status signet_update_offer(signet_update *update, signet_bytes manifest,
                                  signet_time now)
{
    signet_manifest fresh;
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = SIGNET_OK;

    if (manifest.len > SIGNET_MANIFEST_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (manifest.len == 0) {
        return SIGNET_ERR_TRUNCATED;
    }
    status = signet_update_digest(manifest, digest);
    if (status != SIGNET_OK || is_same(update, digest)) {
        return status;
    }
    status = judge(update, manifest, now, &fresh);
    if (status != SIGNET_OK) {
        update->refusal = status;
        restore(update);
        return status;
    }
    update->manifest = fresh;
    update->refusal = SIGNET_OK;
    status = begin(update, manifest.len);
    if (status != SIGNET_OK) {
        update->phase = SIGNET_UPDATE_IDLE;
    }
    return status;
}
