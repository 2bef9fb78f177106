/* SPDX-License-Identifier: MIT */
#include "private.h"

signet_status signet_update_load_trust(const signet_update_config *config,
                                       signet_update_memory *memory,
                                       signet_trust *trust)
{
    const signet_counter *counter = &config->counter;
    uint32_t floor = 0;
    size_t len = 0;
    signet_status status =
        counter->ops->read(counter->ctx, SIGNET_COUNTER_TRUST, &floor);

    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_items_get(config->items, SIGNET_UPDATE_ITEM_TRUST,
                              memory->trust, sizeof memory->trust, &len);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_trust_open(signet_view(memory->trust, len), config->root_key,
                             floor, trust);
}

signet_status signet_update_load_manifest(const signet_update_config *config,
                                          signet_update_memory *memory,
                                          uint32_t slot,
                                          const signet_trust *trust,
                                          signet_manifest *manifest)
{
    size_t len = 0;
    signet_status status = signet_items_get(
        config->items, (uint16_t)(SIGNET_UPDATE_ITEM_MANIFEST + slot),
        memory->manifest, sizeof memory->manifest, &len);

    if (status != SIGNET_OK) {
        return status;
    }
    return signet_manifest_open(signet_view(memory->manifest, len), trust,
                                &config->policy, manifest);
}
