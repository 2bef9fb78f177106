/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "image.h"

/* One decision in the making. */
struct boot {
    const signet_update_config *config;
    signet_update_memory *memory;
    signet_boot_decision *out;
    signet_trust trust;
    signet_update_state state;
    uint32_t token; /* after the trust list was opened */
};

static void reject(signet_boot_decision *out)
{
    memset(out, 0, sizeof *out);
    out->verdict = SIGNET_BOOT_REJECT;
    out->verdict_copy = ~SIGNET_BOOT_REJECT;
}

/* The last step: whoever reads the verdict checks both words again. */
static signet_status accept(struct boot *boot, uint32_t slot,
                            volatile uint32_t *token)
{
    (void)signet_image_fold(token, SIGNET_STEP_ACCOUNT, SIGNET_OK);
    if (*token != SIGNET_BOOT_ACCEPT) {
        return SIGNET_ERR_NO_IMAGE;
    }
    boot->out->slot = slot;
    boot->out->state = boot->state.slot_state[slot];
    boot->out->verdict = *token;
    boot->out->verdict_copy = ~*token;
    return SIGNET_OK;
}

static signet_status verify(struct boot *boot, uint32_t slot,
                            volatile uint32_t *token)
{
    signet_manifest *manifest = &boot->out->manifest;
    signet_status status = SIGNET_ERR_STATE;

    *token = boot->token;
    status = signet_update_load_manifest(boot->config, boot->memory, slot,
                                         &boot->trust, manifest);
    status = signet_image_fold(token, SIGNET_STEP_MANIFEST, status);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_image_verify(boot->config, manifest, slot, token);
}

static signet_status save_state(const struct boot *boot)
{
    return signet_update_state_save(boot->config->items, &boot->state);
}

/* A failed trial: its sequence, if the manifest still tells, is not tried
 * again. When the state cannot be written the next boot decides the same. */
static void give_up(struct boot *boot, uint32_t slot)
{
    const signet_manifest *manifest = &boot->out->manifest;

    if (manifest->sequence > boot->state.reverted_sequence) {
        boot->state.reverted_sequence = manifest->sequence;
    }
    boot->state.slot_state[slot] = SIGNET_IMAGE_REVERTED;
    boot->state.tries = 0;
    (void)save_state(boot);
}

static signet_status count_try(struct boot *boot, uint32_t slot)
{
    if (boot->state.slot_state[slot] == SIGNET_IMAGE_PENDING) {
        boot->state.slot_state[slot] = SIGNET_IMAGE_TRIAL;
        boot->state.tries = 0;
    }
    boot->state.tries++;
    return save_state(boot);
}

/* What does not verify before its first start was damaged in flash: the slot
 * is empty again and the same update may be fetched once more. */
static void drop(struct boot *boot, uint32_t slot)
{
    boot->state.slot_state[slot] = SIGNET_IMAGE_NONE;
    (void)save_state(boot);
}

static bool used_up(const struct boot *boot, uint32_t slot)
{
    return boot->state.slot_state[slot] == SIGNET_IMAGE_TRIAL &&
           boot->state.tries >= boot->config->max_tries;
}

static signet_status start_trial(struct boot *boot, uint32_t slot)
{
    volatile uint32_t token = SIGNET_BOOT_REJECT;
    signet_status status = verify(boot, slot, &token);

    if (signet_update_is_fault(status)) {
        return SIGNET_ERR_NO_IMAGE;
    }
    if (used_up(boot, slot)) {
        give_up(boot, slot);
        return SIGNET_ERR_NO_IMAGE;
    }
    if (status != SIGNET_OK) {
        if (boot->state.slot_state[slot] == SIGNET_IMAGE_TRIAL) {
            give_up(boot, slot);
        } else {
            drop(boot, slot);
        }
        return SIGNET_ERR_NO_IMAGE;
    }
    /* A trial that cannot be counted could be tried for ever. */
    if (count_try(boot, slot) != SIGNET_OK) {
        return SIGNET_ERR_NO_IMAGE;
    }
    return accept(boot, slot, &token);
}

static signet_status start_confirmed(struct boot *boot, uint32_t slot)
{
    const signet_counter *counter = &boot->config->counter;
    volatile uint32_t token = SIGNET_BOOT_REJECT;
    signet_status status = SIGNET_OK;

    if (boot->state.slot_state[slot] != SIGNET_IMAGE_CONFIRMED) {
        return SIGNET_ERR_NO_IMAGE;
    }
    status = verify(boot, slot, &token);
    if (status != SIGNET_OK) {
        return SIGNET_ERR_NO_IMAGE;
    }
    /* An image that boots beats a counter that fails: it is told, not
     * enforced, for the device would be dead. */
    boot->out->counter_status =
        counter->ops->raise(counter->ctx, SIGNET_COUNTER_SECURITY,
                            boot->out->manifest.security_counter);
    return accept(boot, slot, &token);
}

static bool is_new(const struct boot *boot, uint32_t slot)
{
    return boot->state.slot_state[slot] == SIGNET_IMAGE_PENDING ||
           boot->state.slot_state[slot] == SIGNET_IMAGE_TRIAL;
}

static signet_status prepare(struct boot *boot)
{
    volatile uint32_t token = SIGNET_BOOT_REJECT;
    signet_status status = signet_image_fold(
        &token, SIGNET_STEP_TRUST,
        signet_update_load_trust(boot->config, boot->memory, &boot->trust));

    boot->token = token;
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_update_state_load(boot->config->items, &boot->state);
}

/* New before active before the one that was active before. */
static signet_status choose(struct boot *boot)
{
    uint32_t active = boot->state.active;
    uint32_t other = 1u - active;
    signet_status status = SIGNET_ERR_NO_IMAGE;

    if (is_new(boot, other)) {
        status = start_trial(boot, other);
    }
    if (status != SIGNET_OK) {
        status = start_confirmed(boot, active);
    }
    if (status != SIGNET_OK) {
        status = start_confirmed(boot, other);
    }
    return status;
}

signet_status signet_boot_decide(const signet_update_config *config,
                                 signet_update_memory *memory,
                                 signet_boot_decision *out)
{
    struct boot boot = {.config = config, .memory = memory, .out = out};
    signet_status status = SIGNET_OK;

    reject(out);
    if (!signet_update_usable(config)) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = prepare(&boot);
    if (status == SIGNET_OK) {
        status = choose(&boot);
    }
    if (status != SIGNET_OK) {
        reject(out);
    }
    return status;
}

void signet_boot_describe(const signet_boot_decision *decision,
                          const uint8_t root_key[64], signet_handoff *out)
{
    const signet_manifest *manifest = &decision->manifest;

    out->slot = decision->slot;
    out->state = decision->state;
    out->security_counter = manifest->security_counter;
    out->sequence = manifest->sequence;
    memcpy(out->measurement, manifest->digest.ptr, sizeof out->measurement);
    memcpy(out->signer, manifest->signer, sizeof out->signer);
    memcpy(out->root_key, root_key, sizeof out->root_key);
    memcpy(out->version, manifest->version, sizeof out->version);
}
