/* SPDX-License-Identifier: MIT */
#include "items_format.h"

#include <string.h>

static bool geometry_fits(const signet_flash *flash)
{
    return items_half(flash) > 0 && flash->program_size <= 32 &&
           items_half(flash) >= items_body(flash) + items_extent(flash, 0);
}

/* The end of the active half, and whether a write was torn there: only the
 * last record can be, because nothing is written behind a torn one. */
static signet_status find_end(signet_items *items)
{
    struct items_record record = {.kind = ITEMS_FREE};
    struct items_record last = record;
    uint32_t offset = items_body(items->flash);
    signet_status status = SIGNET_OK;

    while (offset < items_half(items->flash)) {
        status = signet_items_parse(items, offset, &record);
        if (status != SIGNET_OK) {
            return status;
        }
        if (record.kind == ITEMS_FREE || record.kind == ITEMS_JUNK) {
            break;
        }
        last = record;
        offset += record.extent;
    }
    items->end = offset;
    items->torn = record.kind == ITEMS_JUNK;
    if (last.kind == ITEMS_RECORD &&
        signet_items_check(items, &last) != SIGNET_OK) {
        items->torn = true;
    }
    return SIGNET_OK;
}

signet_status signet_items_mount(signet_items *items, const signet_flash *flash)
{
    uint32_t half = items_half(flash);
    uint32_t generation[2] = {0, 0};
    signet_status status[2];

    memset(items, 0, sizeof *items);
    items->flash = flash;
    if (!geometry_fits(flash)) {
        return SIGNET_ERR_ARGUMENT;
    }
    for (uint32_t i = 0; i < 2; i++) {
        status[i] = signet_items_read_header(flash, i * half, &generation[i]);
        if (status[i] == SIGNET_ERR_IO) {
            return status[i];
        }
    }
    if (status[0] != SIGNET_OK && status[1] != SIGNET_OK) {
        return status[0] == status[1] ? status[0] : SIGNET_ERR_CORRUPT;
    }
    items->base = generation[1] > generation[0] ? half : 0;
    items->generation = generation[items->base > 0];
    return find_end(items);
}

signet_status signet_items_format(const signet_flash *flash)
{
    const signet_items items = {.flash = flash, .generation = 1};
    signet_status status = SIGNET_OK;

    if (!geometry_fits(flash)) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = signet_flash_erase(flash, 0, flash->size);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_items_activate(&items);
}
