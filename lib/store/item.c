/* SPDX-License-Identifier: MIT */
#include "item_format.h"

/* ---- mount ---- */

static signet_status read_header(const signet_flash *flash, uint32_t base,
                                 uint32_t *generation)
{
    uint8_t header[ITEM_HEADER_SIZE];
    signet_status status =
        signet_flash_read(flash, base, header, sizeof header);

    *generation = 0;
    if (status != SIGNET_OK) {
        return status;
    }
    if (signet_get_be32(header) != 0x53474931u ||
        signet_crc32(0, header, 8) != signet_get_be32(header + 8)) {
        return SIGNET_ERR_CORRUPT;
    }
    *generation = signet_get_be32(header + 4);
    return SIGNET_OK;
}

/* The half with the newest valid header. Generations are compared as serial
 * numbers, so that they may wrap. */
static signet_status choose_half(signet_items *items, const signet_flash *flash)
{
    uint32_t half = signet_item_half(flash);
    uint32_t first = 0;
    uint32_t second = 0;
    signet_status in_first = read_header(flash, 0, &first);
    signet_status in_second = read_header(flash, half, &second);

    if (in_first != SIGNET_OK && in_second != SIGNET_OK) {
        return in_first == SIGNET_ERR_IO ? in_first : SIGNET_ERR_CORRUPT;
    }
    if (in_first == SIGNET_OK &&
        (in_second != SIGNET_OK || (int32_t)(first - second) > 0)) {
        items->base = 0;
        items->generation = first;
    } else {
        items->base = half;
        items->generation = second;
    }
    return SIGNET_OK;
}

static bool is_blank(const signet_flash *flash)
{
    return signet_item_is_erased(flash, 0, ITEM_HEADER_SIZE) == SIGNET_OK &&
           signet_item_is_erased(flash, signet_item_half(flash),
                                 ITEM_HEADER_SIZE) == SIGNET_OK;
}

/* A record that was torn ends the half: the next put compacts, because
 * nothing can be appended behind it. */
static signet_status find_end(signet_items *items)
{
    struct item_record record;
    uint32_t end = items->base + signet_item_half(items->flash);
    signet_status status = SIGNET_OK;

    signet_item_rewind(items->flash, items->base, &record);
    do {
        items->end = record.next - items->base;
        status = signet_item_step(items->flash, end, &record);
    } while (status == SIGNET_OK);
    if (status == SIGNET_ERR_CORRUPT) {
        items->end = signet_item_half(items->flash);
        return SIGNET_OK;
    }
    return status == SIGNET_ERR_NOT_FOUND ? SIGNET_OK : status;
}

signet_status signet_items_mount(signet_items *items, const signet_flash *flash)
{
    signet_status status = SIGNET_OK;

    items->flash = flash;
    items->end = 0;
    if (signet_item_half(flash) == 0u) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = choose_half(items, flash);
    if (status == SIGNET_ERR_CORRUPT && is_blank(flash)) {
        return SIGNET_ERR_NOT_FOUND;
    }
    return status == SIGNET_OK ? find_end(items) : status;
}

/* The older half goes first: a cut in between must not bring it back. */
signet_status signet_items_format(const signet_flash *flash)
{
    signet_items items = {.flash = flash};
    uint32_t half = signet_item_half(flash);
    uint32_t newest = 0;
    signet_status status = SIGNET_OK;

    if (half == 0u) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (choose_half(&items, flash) == SIGNET_OK) {
        newest = items.base;
    }
    status = signet_flash_erase(flash, half - newest, half);
    if (status == SIGNET_OK) {
        status = signet_flash_erase(flash, newest, half);
    }
    return status == SIGNET_OK ? signet_item_activate(flash, 0, 1) : status;
}

/* ---- access ---- */

signet_status signet_items_get(const signet_items *items, uint16_t id,
                               uint8_t *out, size_t cap, size_t *len)
{
    struct item_record record;
    signet_status status = signet_item_find(items, id, &record);

    *len = 0;
    if (status != SIGNET_OK) {
        return status;
    }
    *len = record.len;
    if (record.len > cap) {
        return SIGNET_ERR_TOO_SMALL;
    }
    return signet_flash_read(items->flash, record.offset + ITEM_HEAD_SIZE, out,
                             record.len);
}

/* Append in the active half when its rest is long enough and truly erased. */
static bool append_in_place(signet_items *items, uint16_t id, uint16_t len,
                            const uint8_t *data)
{
    uint32_t room = signet_item_room(items->flash, len);
    uint32_t at = items->base + items->end;

    if (room > signet_item_half(items->flash) - items->end ||
        signet_item_is_erased(items->flash, at, room) != SIGNET_OK) {
        return false;
    }
    if (signet_item_program(items->flash, at, id, len, data) != SIGNET_OK) {
        /* What was half written must not be followed. */
        items->end = signet_item_half(items->flash);
        return false;
    }
    items->end += room;
    return true;
}

signet_status signet_items_put(signet_items *items, uint16_t id,
                               signet_bytes value)
{
    if (id == 0u || id == 0xFFFFu) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (value.len > SIGNET_ITEM_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (append_in_place(items, id, (uint16_t)value.len, value.ptr)) {
        return SIGNET_OK;
    }
    return signet_item_compact(items, id, &value);
}

signet_status signet_items_delete(signet_items *items, uint16_t id)
{
    struct item_record record;
    signet_status status = signet_item_find(items, id, &record);

    if (status == SIGNET_ERR_NOT_FOUND) {
        return SIGNET_OK;
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (append_in_place(items, id, ITEM_DELETED, NULL)) {
        return SIGNET_OK;
    }
    return signet_item_compact(items, id, NULL);
}
