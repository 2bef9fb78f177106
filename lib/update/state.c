/* SPDX-License-Identifier: MIT */
#include "private.h"

/* The state item:
 *   0  format version: 1
 *   1  state of slot 0
 *   2  state of slot 1
 *   3  tries of the trial
 *   4  active slot
 *   5  reserved: 0 (3 bytes)
 *   8  highest sequence that was given up, big-endian (8 bytes) */
#define STATE_SIZE 16u
#define STATE_VERSION 1u

static bool valid(const uint8_t raw[STATE_SIZE])
{
    return raw[1] <= SIGNET_IMAGE_REVERTED && raw[2] <= SIGNET_IMAGE_REVERTED &&
           raw[4] < SIGNET_SLOT_COUNT && raw[5] == 0 && raw[6] == 0 &&
           raw[7] == 0;
}

signet_status signet_update_state_load(signet_items *items,
                                       signet_update_state *state)
{
    uint8_t raw[STATE_SIZE];
    size_t len = 0;
    signet_status status = signet_items_get(items, SIGNET_UPDATE_ITEM_STATE,
                                            raw, sizeof raw, &len);

    if (status == SIGNET_ERR_TOO_SMALL) {
        return SIGNET_ERR_CORRUPT;
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (len != sizeof raw) {
        return SIGNET_ERR_CORRUPT;
    }
    if (raw[0] != STATE_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    if (!valid(raw)) {
        return SIGNET_ERR_CORRUPT;
    }
    state->slot_state[0] = (signet_image_state)raw[1];
    state->slot_state[1] = (signet_image_state)raw[2];
    state->tries = raw[3];
    state->active = raw[4];
    state->reverted_sequence = signet_get_be64(raw + 8);
    return SIGNET_OK;
}

signet_status signet_update_state_save(signet_items *items,
                                       const signet_update_state *state)
{
    uint8_t raw[STATE_SIZE] = {STATE_VERSION};

    raw[1] = (uint8_t)state->slot_state[0];
    raw[2] = (uint8_t)state->slot_state[1];
    raw[3] = state->tries;
    raw[4] = state->active;
    signet_put_be64(raw + 8, state->reverted_sequence);
    return signet_items_put(items, SIGNET_UPDATE_ITEM_STATE,
                            signet_view(raw, sizeof raw));
}

signet_status signet_update_set_state(signet_update *update,
                                      const signet_update_state *next)
{
    signet_items *items = update->config->items;
    signet_status status = signet_update_state_save(items, next);

    if (status == SIGNET_OK) {
        update->state = *next;
    } else {
        /* A failed write may have reached the flash all the same. */
        (void)signet_update_state_load(items, &update->state);
    }
    return status;
}
