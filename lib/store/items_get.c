/* SPDX-License-Identifier: MIT */
#include "items_format.h"

static signet_status step_one(const signet_items *items,
                              struct items_walk *walk,
                              struct items_record *record)
{
    signet_status status = signet_items_parse(items, walk->offset, record);

    if (status != SIGNET_OK) {
        return status;
    }
    if (record->kind == ITEMS_RECORD && walk->lost) {
        status = signet_items_check(items, record);
        if (status != SIGNET_OK && status != SIGNET_ERR_CORRUPT) {
            return status;
        }
        walk->lost = status != SIGNET_OK;
    }
    walk->lost |= record->kind == ITEMS_JUNK;
    walk->offset += walk->lost ? items->flash->program_size : record->extent;
    return record->kind == ITEMS_RECORD && !walk->lost ? SIGNET_OK
                                                       : SIGNET_PENDING;
}

signet_status signet_items_step(const signet_items *items,
                                struct items_walk *walk,
                                struct items_record *record)
{
    signet_status status = SIGNET_PENDING;

    while (status == SIGNET_PENDING &&
           walk->offset < items_half(items->flash)) {
        status = step_one(items, walk, record);
        if (record->kind == ITEMS_FREE && !walk->lost) {
            break;
        }
    }
    return status == SIGNET_PENDING ? SIGNET_ERR_NOT_FOUND : status;
}

/* The last record of an id before limit, by heads alone. */
static signet_status last_before(const signet_items *items, uint16_t id,
                                 uint32_t limit, struct items_record *found)
{
    struct items_walk walk = {items_body(items->flash), false};
    struct items_record record;
    signet_status status = signet_items_step(items, &walk, &record);

    found->kind = ITEMS_FREE;
    while (status == SIGNET_OK && record.offset < limit) {
        if (record.id == id) {
            *found = record;
        }
        status = signet_items_step(items, &walk, &record);
    }
    if (status != SIGNET_OK && status != SIGNET_ERR_NOT_FOUND) {
        return status;
    }
    return found->kind == ITEMS_RECORD ? SIGNET_OK : SIGNET_ERR_NOT_FOUND;
}

signet_status signet_items_find(const signet_items *items, uint16_t id,
                                struct items_record *record)
{
    uint32_t limit = items_half(items->flash);
    signet_status status = last_before(items, id, limit, record);

    /* Each turn looks at an older record. */
    while (status == SIGNET_OK) {
        status = signet_items_check(items, record);
        if (status != SIGNET_ERR_CORRUPT) {
            return status;
        }
        status = last_before(items, id, record->offset, record);
    }
    return status;
}

/* The bytes that are handed out are the ones that are checked. */
static signet_status read_data(const signet_items *items,
                               const struct items_record *record, uint8_t *out)
{
    signet_status status = signet_flash_read(
        items->flash, items->base + record->offset + ITEMS_HEAD_SIZE, out,
        record->len);

    if (status == SIGNET_OK &&
        signet_crc32(ITEMS_FORMAT, out, record->len) != record->crc) {
        status = SIGNET_ERR_CORRUPT;
    }
    if (status != SIGNET_OK) {
        signet_wipe(out, record->len);
    }
    return status;
}

signet_status signet_items_get(const signet_items *items, uint16_t id,
                               uint8_t *out, size_t cap, size_t *len)
{
    struct items_record record;
    signet_status status = signet_items_find(items, id, &record);

    *len = 0;
    if (status != SIGNET_OK) {
        return status;
    }
    if (record.deleted) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (record.len <= cap) {
        status = read_data(items, &record, out);
    } else {
        status = SIGNET_ERR_TOO_SMALL;
    }
    if (status == SIGNET_OK || status == SIGNET_ERR_TOO_SMALL) {
        *len = record.len;
    }
    return status;
}
