/* SPDX-License-Identifier: MIT */
#include "image.h"

signet_status signet_image_fold(volatile uint32_t *token, uint32_t step,
                                signet_status status)
{
    *token ^= step ^ (uint32_t)status;
    return status;
}

static signet_status check_counter(const signet_update_config *config,
                                   const signet_manifest *manifest)
{
    uint32_t floor = UINT32_MAX;
    signet_status status = config->counter.ops->read(
        config->counter.ctx, SIGNET_COUNTER_SECURITY, &floor);

    if (status != SIGNET_OK) {
        return status;
    }
    return manifest->security_counter < floor ? SIGNET_ERR_DOWNGRADE
                                              : SIGNET_OK;
}

/* A second comparison that shares no instruction with signet_equal_secret. */
static uint32_t difference(const uint8_t *a, const uint8_t *b)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < SIGNET_SHA256_SIZE; i++) {
        bits |= (uint32_t)(a[i] ^ b[i]);
    }
    return bits;
}

static signet_status check_digest(const signet_flash *slot,
                                  const signet_manifest *manifest,
                                  volatile uint32_t *token)
{
    uint8_t digest[SIGNET_SHA256_SIZE] = {0};
    signet_status status =
        signet_update_slot_digest(slot, manifest->size, digest);

    if (status != SIGNET_OK) {
        return status;
    }
    *token ^= difference(digest, manifest->digest.ptr);
    if (!signet_equal_secret(digest, manifest->digest.ptr, sizeof digest)) {
        return SIGNET_ERR_IMAGE_DIGEST;
    }
    return SIGNET_OK;
}

signet_status signet_image_verify(const signet_update_config *config,
                                  const signet_manifest *manifest,
                                  uint32_t slot, volatile uint32_t *token)
{
    signet_status status =
        signet_image_fold(token, SIGNET_STEP_SUITABLE,
                          signet_update_suitable(config, manifest, slot));

    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_image_fold(token, SIGNET_STEP_COUNTER,
                               check_counter(config, manifest));
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_image_fold(
        token, SIGNET_STEP_IMAGE,
        check_digest(config->slots[slot], manifest, token));
}
