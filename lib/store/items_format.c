/* SPDX-License-Identifier: MIT */
#include "items_format.h"

#include <string.h>

static uint16_t head_check(const uint8_t *head)
{
    return (uint16_t)signet_crc32(ITEMS_FORMAT, head, 4);
}

static void read_head(const signet_items *items, const uint8_t *head,
                      struct items_record *record)
{
    uint16_t length = signet_get_be16(head + 2);

    record->id = signet_get_be16(head);
    record->deleted = length == ITEMS_DELETED;
    record->len = record->deleted ? 0 : length;
    record->crc = signet_get_be32(head + 6);
    record->extent = items_extent(items->flash, record->len);
    if (items_is_blank(head, ITEMS_HEAD_SIZE)) {
        record->kind = ITEMS_FREE;
        record->extent = 0;
    } else if (record->id == ITEMS_ID_FILLER && length == 0) {
        record->kind = ITEMS_FILLER;
        record->extent = items_first_unit(items->flash);
    } else if (signet_get_be16(head + 4) == head_check(head)) {
        record->kind = ITEMS_RECORD;
    }
}

signet_status signet_items_parse(const signet_items *items, uint32_t offset,
                                 struct items_record *record)
{
    uint8_t head[ITEMS_HEAD_SIZE];
    uint32_t left = items_half(items->flash) - offset;
    signet_status status = SIGNET_OK;

    memset(record, 0, sizeof *record);
    record->offset = offset;
    record->kind = ITEMS_FREE;
    if (left < ITEMS_HEAD_SIZE) {
        return SIGNET_OK;
    }
    record->kind = ITEMS_JUNK;
    status = signet_flash_read(items->flash, items->base + offset, head,
                               sizeof head);
    if (status != SIGNET_OK) {
        return status;
    }
    read_head(items, head, record);
    if (record->extent > left) {
        record->kind = ITEMS_JUNK;
        record->extent = left;
    }
    return SIGNET_OK;
}

signet_status signet_items_check(const signet_items *items,
                                 const struct items_record *record)
{
    uint8_t piece[32];
    uint32_t at = items->base + record->offset + ITEMS_HEAD_SIZE;
    uint32_t left = record->len;
    uint32_t crc = ITEMS_FORMAT;

    while (left > 0) {
        uint32_t n = left < sizeof piece ? left : (uint32_t)sizeof piece;
        signet_status status = signet_flash_read(items->flash, at, piece, n);

        if (status != SIGNET_OK) {
            return status;
        }
        crc = signet_crc32(crc, piece, n);
        at += n;
        left -= n;
    }
    return crc == record->crc ? SIGNET_OK : SIGNET_ERR_CORRUPT;
}

/* The head, and as much data as shares its last unit, in one call; then the
 * rest. */
static signet_status write_out(const signet_items *items, uint32_t offset,
                               const uint8_t head[ITEMS_HEAD_SIZE],
                               signet_bytes data)
{
    uint8_t unit[48];
    const signet_flash *flash = items->flash;
    uint32_t at = items->base + offset;
    uint32_t first = items_first_unit(flash);
    uint32_t shared = first - ITEMS_HEAD_SIZE;
    uint32_t left = (uint32_t)data.len;
    uint32_t whole = 0;
    signet_status status = SIGNET_OK;

    shared = left < shared ? left : shared;
    memset(unit, 0xFF, sizeof unit);
    memcpy(unit, head, ITEMS_HEAD_SIZE);
    if (shared > 0) {
        memcpy(unit + ITEMS_HEAD_SIZE, data.ptr, shared);
    }
    status = signet_flash_program(flash, at, unit, first);
    left -= shared;
    if (status != SIGNET_OK || left == 0) {
        return status;
    }
    whole = left & ~(flash->program_size - 1);
    status = signet_flash_program(flash, at + first, data.ptr + shared, whole);
    left -= whole;
    if (status != SIGNET_OK || left == 0) {
        return status;
    }
    memset(unit, 0xFF, sizeof unit);
    memcpy(unit, data.ptr + shared + whole, left);
    return signet_flash_program(flash, at + first + whole, unit,
                                flash->program_size);
}

signet_status signet_items_write(signet_items *items, uint16_t id, bool deleted,
                                 signet_bytes data)
{
    uint8_t head[ITEMS_HEAD_SIZE];
    uint32_t length = deleted ? ITEMS_DELETED : (uint32_t)data.len;
    signet_status status = SIGNET_OK;

    signet_put_be16(head, id);
    signet_put_be16(head + 2, (uint16_t)length);
    signet_put_be16(head + 4, head_check(head));
    signet_put_be32(head + 6, signet_crc32(ITEMS_FORMAT, data.ptr, data.len));
    status = write_out(items, items->end, head, data);
    if (status == SIGNET_OK) {
        items->end += items_extent(items->flash, (uint32_t)data.len);
    }
    return status;
}
