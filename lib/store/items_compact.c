/* SPDX-License-Identifier: MIT */
#include "items_format.h"

#include <string.h>

/* Step to the next record that counts for its id, but not to one of the id
 * that is replaced. */
static signet_status next_live(const signet_items *items, uint16_t replaced,
                               struct items_walk *walk,
                               struct items_record *record)
{
    struct items_record newest;
    signet_status status = signet_items_step(items, walk, record);

    while (status == SIGNET_OK) {
        if (record->id != replaced && !record->deleted) {
            status = signet_items_find(items, record->id, &newest);
            if (status != SIGNET_OK && status != SIGNET_ERR_NOT_FOUND) {
                return status;
            }
            if (status == SIGNET_OK && newest.offset == record->offset) {
                return SIGNET_OK;
            }
        }
        status = signet_items_step(items, walk, record);
    }
    return status;
}

static signet_status live_size(const signet_items *items, uint16_t replaced,
                               uint32_t *size)
{
    struct items_walk walk = {items_body(items->flash), false};
    struct items_record record;
    signet_status status = next_live(items, replaced, &walk, &record);

    *size = items_body(items->flash);
    while (status == SIGNET_OK) {
        *size += record.extent;
        status = next_live(items, replaced, &walk, &record);
    }
    return status == SIGNET_ERR_NOT_FOUND ? SIGNET_OK : status;
}

/* Byte for byte, then checked: what a power cut left half programmed may read
 * differently the second time. */
static signet_status copy(const signet_items *from,
                          const struct items_record *record, signet_items *to)
{
    uint8_t piece[32]; /* a multiple of every program unit */
    struct items_record copied = *record;
    uint32_t done = 0;

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
    copied.offset = to->end;
    to->end += record->extent;
    return signet_items_check(to, &copied);
}

static signet_status copy_live(const signet_items *from, uint16_t replaced,
                               signet_items *to)
{
    struct items_walk walk = {items_body(from->flash), false};
    struct items_record record;
    signet_status status = next_live(from, replaced, &walk, &record);

    while (status == SIGNET_OK) {
        status = copy(from, &record, to);
        if (status == SIGNET_OK) {
            status = next_live(from, replaced, &walk, &record);
        }
    }
    return status == SIGNET_ERR_NOT_FOUND ? SIGNET_OK : status;
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
        status = signet_items_write(to, id, false, data);
    }
    if (status == SIGNET_OK) {
        status = signet_items_write_header(to->flash, to->base, to->generation);
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
