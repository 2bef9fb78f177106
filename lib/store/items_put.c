/* SPDX-License-Identifier: MIT */
#include "items_format.h"

#include <string.h>

/* What an interrupted write may have touched without a trace is zeroed. */
static signet_status zero_end(signet_items *items)
{
    static const uint8_t zeros[32] = {0};
    uint32_t unit = items_first_unit(items->flash);
    signet_status status = SIGNET_OK;

    if (unit > items_half(items->flash) - items->end) {
        return SIGNET_OK; /* full: the next write compacts */
    }
    status = signet_flash_program(items->flash, items->base + items->end, zeros,
                                  unit);
    items->end += unit;
    return status;
}

/* The first write after a mount, as in log_resume.c. Where units may be
 * programmed once only, one that was touched without a trace refuses, and the
 * write is done by compaction. */
signet_status signet_items_resume(signet_items *items)
{
    signet_status status = SIGNET_OK;

    if (items->resumed) {
        return SIGNET_OK;
    }
    status = signet_items_seal(items);
    if (status == SIGNET_ERR_FLASH_RULE) {
        items->torn = true;
        status = SIGNET_OK;
    }
    if (status == SIGNET_OK && !items->torn && !items->flash->write_once) {
        status = zero_end(items);
    }
    items->resumed = status == SIGNET_OK;
    return status;
}

/* Whether a record of this extent may be written at the end: it must fit, and
 * what follows must be free. Damage can leave an old record behind blank cells;
 * one that became the neighbour of a new record would count as newer. */
static bool has_room(const signet_items *items, uint32_t extent)
{
    uint32_t half = items_half(items->flash);
    struct items_record behind = {.kind = ITEMS_FREE};

    if (items->torn || extent > half - items->end) {
        return false;
    }
    if (items->end + extent == half) {
        return true;
    }
    return signet_items_parse(items, items->end + extent, &behind) ==
               SIGNET_OK &&
           behind.kind == ITEMS_FREE;
}

/* A write that fails is not tried behind: the other half takes it. */
static signet_status replace(signet_items *items, uint16_t id, bool deleted,
                             signet_bytes data)
{
    uint32_t extent = items_extent(items->flash, (uint32_t)data.len);
    signet_status status = signet_items_resume(items);

    if (status == SIGNET_OK && has_room(items, extent)) {
        status = signet_items_write(items, id, deleted, data);
        if (status == SIGNET_OK) {
            return SIGNET_OK;
        }
        items->torn = true;
    }
    return signet_items_compact(items, id, deleted, data);
}

static bool id_allowed(uint16_t id)
{
    return id != ITEMS_ID_FILLER && id != ITEMS_ID_FREE;
}

signet_status signet_items_put(signet_items *items, uint16_t id,
                               signet_bytes value)
{
    if (!id_allowed(id)) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (value.len > SIGNET_ITEM_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    return replace(items, id, false, value);
}

signet_status signet_items_delete(signet_items *items, uint16_t id)
{
    struct items_record record;
    signet_status status = SIGNET_OK;

    if (!id_allowed(id)) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = signet_items_find(items, id, &record);
    if (status == SIGNET_ERR_NOT_FOUND ||
        (status == SIGNET_OK && record.deleted)) {
        return SIGNET_OK;
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return replace(items, id, true, signet_view(NULL, 0));
}
