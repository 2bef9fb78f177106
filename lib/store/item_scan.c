/* SPDX-License-Identifier: MIT */
#include "item_format.h"

/* Data are checked in pieces of this size, on the stack. */
#define PIECE 64u

uint32_t signet_item_half(const signet_flash *flash)
{
    uint32_t blocks = flash->size / flash->erase_size;

    return blocks / 2u * flash->erase_size;
}

uint32_t signet_item_padded(const signet_flash *flash, uint32_t len)
{
    uint32_t unit = flash->program_size;

    return (len + unit - 1u) / unit * unit;
}

uint32_t signet_item_data_len(uint16_t len)
{
    return len == ITEM_DELETED ? 0u : len;
}

uint32_t signet_item_room(const signet_flash *flash, uint16_t len)
{
    return signet_item_padded(flash,
                              ITEM_HEAD_SIZE + signet_item_data_len(len));
}

static bool is_erased(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0xFFu) {
            return false;
        }
    }
    return true;
}

void signet_item_rewind(const signet_flash *flash, uint32_t base,
                        struct item_record *record)
{
    record->offset = base;
    record->next = base + signet_item_padded(flash, ITEM_HEADER_SIZE);
    record->id = 0;
    record->len = 0;
    record->data_check = 0;
}

static signet_status parse_head(const uint8_t head[ITEM_HEAD_SIZE],
                                struct item_record *record)
{
    if (is_erased(head, ITEM_HEAD_SIZE)) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (signet_crc32(0, head, 8) != signet_get_be32(head + 8)) {
        return SIGNET_ERR_CORRUPT;
    }
    record->id = signet_get_be16(head);
    record->len = signet_get_be16(head + 2);
    record->data_check = signet_get_be32(head + 4);
    return SIGNET_OK;
}

signet_status signet_item_step(const signet_flash *flash, uint32_t end,
                               struct item_record *record)
{
    uint8_t head[ITEM_HEAD_SIZE];
    uint32_t at = record->next;
    signet_status status = SIGNET_OK;

    if (end - at < ITEM_HEAD_SIZE) {
        return SIGNET_ERR_NOT_FOUND;
    }
    status = signet_flash_read(flash, at, head, sizeof head);
    if (status == SIGNET_OK) {
        status = parse_head(head, record);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (signet_item_room(flash, record->len) > end - at) {
        return SIGNET_ERR_CORRUPT;
    }
    record->offset = at;
    record->next = at + signet_item_room(flash, record->len);
    return SIGNET_OK;
}

signet_status signet_item_check(const signet_flash *flash,
                                const struct item_record *record)
{
    uint8_t piece[PIECE];
    uint32_t at = record->offset + ITEM_HEAD_SIZE;
    uint32_t left = signet_item_data_len(record->len);
    uint32_t crc = 0;

    signet_put_be16(piece, record->id);
    signet_put_be16(piece + 2, record->len);
    crc = signet_crc32(0, piece, 4);
    while (left > 0u) {
        uint32_t len = left < PIECE ? left : PIECE;
        signet_status status = signet_flash_read(flash, at, piece, len);

        if (status != SIGNET_OK) {
            return status;
        }
        crc = signet_crc32(crc, piece, len);
        at += len;
        left -= len;
    }
    return crc == record->data_check ? SIGNET_OK : SIGNET_ERR_CORRUPT;
}

signet_status signet_item_find(const signet_items *items, uint16_t id,
                               struct item_record *out)
{
    struct item_record record;
    signet_status status = SIGNET_OK;
    uint32_t end = items->base + items->end;
    bool found = false;

    signet_item_rewind(items->flash, items->base, &record);
    while (record.next < end) {
        status = signet_item_step(items->flash, end, &record);
        if (status != SIGNET_OK) {
            break;
        }
        if (record.id != id) {
            continue;
        }
        status = signet_item_check(items->flash, &record);
        if (status == SIGNET_OK) {
            *out = record;
            found = true;
        } else if (status != SIGNET_ERR_CORRUPT) {
            return status;
        }
    }
    if (status == SIGNET_ERR_IO) {
        return status;
    }
    return found && out->len != ITEM_DELETED ? SIGNET_OK : SIGNET_ERR_NOT_FOUND;
}
