/* SPDX-License-Identifier: MIT */
#include "private.h"

signet_status signet_update_confirm(signet_update *update)
{
    signet_update_state next = update->state;
    uint32_t slot = update->running->slot;

    if (next.slot_state[slot] == SIGNET_IMAGE_CONFIRMED) {
        return SIGNET_OK;
    }
    if (next.slot_state[slot] != SIGNET_IMAGE_TRIAL) {
        return SIGNET_ERR_STATE;
    }
    next.slot_state[slot] = SIGNET_IMAGE_CONFIRMED;
    next.active = (uint8_t)slot;
    next.tries = 0;
    return signet_update_set_state(update, &next);
}
