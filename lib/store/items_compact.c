/* SPDX-License-Identifier: MIT */
#include "items_format.h"

#include <string.h>

/* Cells that a power cut left half programmed may make the newest record of an
 * id valid at one look and not at the next. So each id is decided once, where
 * it first occurs, and the copy is checked: when it fails, the next look finds
 * the record before. */
#define LOOKS 8u

/* Whether a record before offset has this id. */
static signet_status occurs_before(const signet_items *items, uint16_t id,
                                   uint32_t offset, bool *occurs)
{
    struct items_walk walk = {items_body(items->flash), false};
    struct items_record record;
    signet_status status = signet_items_step(items, &walk, &record);

    *occurs = false;
    while (status == SIGNET_OK && record.offset < offset && !*occurs) {
        *occurs = record.id == id;
        status = signet_items_step(items, &walk, &record);
    }
    return status == SIGNET_ERR_NOT_FOUND ? SIGNET_OK : status;
}

/* Step to the first record of the next id, but not of the one replaced. */
static signet_status next_id(const signet_items *items, uint16_t replaced,
                             struct items_walk *walk, uint16_t *id)
{
    struct items_record record;
    bool occurs = true;
    signet_status status = signet_items_step(items, walk, &record);

    while (status == SIGNET_OK) {
        if (record.id != replaced) {
            status = occurs_before(items, record.id, record.offset, &occurs);
        }
        if (status != SIGNET_OK || !occurs) {
            *id = record.id;
            return status;
        }
        status = signet_items_step(items, walk, &record);
    }
    return status;
}

/* The newest record of an id when there is one and it is no deletion. */
static signet_status find_live(const signet_items *items, uint16_t id,
                               struct items_record *record, bool *live)
{
    signet_status status = signet_items_find(items, id, record);

    *live = status == SIGNET_OK && !record->deleted;
    return status == SIGNET_ERR_NOT_FOUND ? SIGNET_OK : status;
}

static signet_status live_size(const signet_items *items, uint16_t replaced,
                               uint32_t *size)
{
    struct items_walk walk = {items_body(items->flash), false};
    struct items_record record;
    bool live = false;
    uint16_t id = 0;
    signet_status status = next_id(items, replaced, &walk, &id);

    *size = items_body(items->flash);
    while (status == SIGNET_OK) {
        status = find_live(items, id, &record, &live);
        *size += live ? record.extent : 0;
        if (status == SIGNET_OK) {
            status = next_id(items, replaced, &walk, &id);
        }
    }
    return status == SIGNET_ERR_NOT_FOUND ? SIGNET_OK : status;
}

static signet_status check_copy(const signet_items *to, uint32_t offset,
                                const struct items_record *record)
{
    struct items_record copied;
    signet_status status = signet_items_parse(to, offset, &copied);

    if (status != SIGNET_OK) {
        return status;
    }
    if (copied.kind != ITEMS_RECORD || copied.id != record->id ||
        copied.len != record->len) {
        return SIGNET_ERR_CORRUPT;
    }
    return signet_items_check(to, &copied);
}

/* Byte for byte. SIGNET_ERR_CORRUPT when the copy is not valid: it is then
 * passed over by every reader. */
static signet_status copy(const signet_items *from,
                          const struct items_record *record, signet_items *to)
{
    uint8_t piece[32]; /* a multiple of every program unit */
    uint32_t done = 0;

    if (record->extent > items_half(to->flash) - to->end) {
        return SIGNET_ERR_FULL;
    }
    while (done < record->extent) {
        uint32_t n = record->extent - done;
        signet_status status = SIGNET_OK;

        n = n < sizeof piece ? n : (uint32_t)sizeof piece;
        status = signet_flash_read(
            from->flash, from->base + record->offset + done, piece, n);
        if (status == SIGNET_OK) {
            status = signet_flash_program(from->flash,
                                          to->base + to->end + done, piece, n);
        }
        if (status != SIGNET_OK) {
            return status;
        }
        done += n;
    }
    to->end += record->extent;
    return check_copy(to, to->end - record->extent, record);
}

static signet_status copy_id(const signet_items *from, uint16_t id,
                             signet_items *to)
{
    struct items_record record;
    bool live = false;
    signet_status status = SIGNET_ERR_CORRUPT;

    for (unsigned i = 0; i < LOOKS && status == SIGNET_ERR_CORRUPT; i++) {
        status = find_live(from, id, &record, &live);
        if (status == SIGNET_OK && live) {
            status = copy(from, &record, to);
        }
    }
    return status;
}

static signet_status copy_live(const signet_items *from, uint16_t replaced,
                               signet_items *to)
{
    struct items_walk walk = {items_body(from->flash), false};
    uint16_t id = 0;
    signet_status status = next_id(from, replaced, &walk, &id);

    while (status == SIGNET_OK) {
        status = copy_id(from, id, to);
        if (status == SIGNET_OK) {
            status = next_id(from, replaced, &walk, &id);
        }
    }
    return status == SIGNET_ERR_NOT_FOUND ? SIGNET_OK : status;
}

static signet_status write_new(signet_items *to, uint16_t id, signet_bytes data)
{
    uint32_t extent = items_extent(to->flash, (uint32_t)data.len);

    if (extent > items_half(to->flash) - to->end) {
        return SIGNET_ERR_FULL;
    }
    return signet_items_write(to, id, false, data);
}

/* The header comes last: until then the other half is the active one. */
static signet_status fill(const signet_items *from, uint16_t id, bool deleted,
                          signet_bytes data, signet_items *to)
{
    signet_status status =
        signet_flash_erase(to->flash, to->base, items_half(to->flash));

    if (status == SIGNET_OK) {
        status = copy_live(from, id, to);
    }
    if (status == SIGNET_OK && !deleted) {
        status = write_new(to, id, data);
    }
    if (status == SIGNET_OK) {
        status = signet_items_activate(to);
    }
    return status;
}

signet_status signet_items_compact(signet_items *items, uint16_t id,
                                   bool deleted, signet_bytes data)
{
    const signet_flash *flash = items->flash;
    uint32_t added = deleted ? 0 : items_extent(flash, (uint32_t)data.len);
    uint32_t size = 0;
    signet_items other = *items;
    signet_status status = live_size(items, id, &size);

    if (status != SIGNET_OK) {
        return status;
    }
    if (added > items_half(flash) || size > items_half(flash) - added) {
        return SIGNET_ERR_FULL;
    }
    other.base = items->base == 0 ? items_half(flash) : 0;
    other.generation++;
    other.end = items_body(flash);
    other.torn = false;
    other.resumed = true;
    status = fill(items, id, deleted, data, &other);
    /* After a failure the other half may or may not carry a header: nothing
     * may be written here before it is erased again. */
    items->torn = true;
    if (status == SIGNET_OK) {
        *items = other;
    }
    return status;
}
