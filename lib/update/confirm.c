/* SPDX-License-Identifier: MIT */
#include "private.h"

signet_status signet_update_confirm(signet_update *update)
{
    signet_items *items = update->config->items;
    uint32_t slot = update->running->slot;
    signet_update_state state;
    signet_status status = signet_update_state_load(items, &state);

    if (status != SIGNET_OK) {
        return status;
    }
    if (state.slot_state[slot] == SIGNET_IMAGE_CONFIRMED) {
        return SIGNET_OK;
    }
    if (state.slot_state[slot] != SIGNET_IMAGE_TRIAL) {
        return SIGNET_ERR_STATE;
    }
    state.slot_state[slot] = SIGNET_IMAGE_CONFIRMED;
    state.active = (uint8_t)slot;
    state.tries = 0;
    return signet_update_state_save(items, &state);
}
