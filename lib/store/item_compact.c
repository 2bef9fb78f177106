/* SPDX-License-Identifier: MIT */
#include "item_format.h"

/* A copy in progress into the half that is not active. */
struct target {
    const signet_flash *flash;
    uint32_t at;
    uint32_t end;
};

/* Is this record the newest valid one of its id, and not a deletion? */
static bool is_live(const signet_items *items, const struct item_record *record)
{
    struct item_record newest;

    return signet_item_find(items, record->id, &newest) == SIGNET_OK &&
           newest.offset == record->offset;
}

/* The record as it lies, padding included: its check moves with it. */
static signet_status copy_record(struct target *target,
                                 const struct item_record *record)
{
    uint8_t piece[64];
    uint32_t from = record->offset;
    uint32_t left = record->next - record->offset;

    if (left > target->end - target->at) {
        return SIGNET_ERR_FULL;
    }
    while (left > 0u) {
        /* 64 is a multiple of every program unit. */
        uint32_t len = left < sizeof piece ? left : (uint32_t)sizeof piece;
        signet_status status =
            signet_flash_read(target->flash, from, piece, len);

        if (status == SIGNET_OK) {
            status =
                signet_flash_program(target->flash, target->at, piece, len);
        }
        if (status != SIGNET_OK) {
            return status;
        }
        from += len;
        target->at += len;
        left -= len;
    }
    return SIGNET_OK;
}

static signet_status copy_live(const signet_items *items, uint16_t except,
                               struct target *target)
{
    struct item_record record;
    uint32_t end = items->base + items->end;
    signet_status status = SIGNET_OK;

    signet_item_rewind(items->flash, items->base, &record);
    while (status == SIGNET_OK && record.next < end) {
        if (signet_item_step(items->flash, end, &record) != SIGNET_OK) {
            break; /* a torn tail: nothing valid is behind it */
        }
        if (record.id != except && is_live(items, &record)) {
            status = copy_record(target, &record);
        }
    }
    return status;
}

static signet_status append_new(struct target *target, uint16_t id,
                                const signet_bytes *value)
{
    uint16_t len = 0;
    signet_status status = SIGNET_OK;

    if (value == NULL) {
        return SIGNET_OK;
    }
    len = (uint16_t)value->len;
    if (signet_item_room(target->flash, len) > target->end - target->at) {
        return SIGNET_ERR_FULL;
    }
    status =
        signet_item_program(target->flash, target->at, id, len, value->ptr);
    target->at += signet_item_room(target->flash, len);
    return status;
}

signet_status signet_item_compact(signet_items *items, uint16_t id,
                                  const signet_bytes *value)
{
    const signet_flash *flash = items->flash;
    uint32_t half = signet_item_half(flash);
    uint32_t base = items->base == 0u ? half : 0u;
    struct target target = {flash, base, base + half};
    signet_status status = signet_flash_erase(flash, base, half);

    target.at += signet_item_padded(flash, ITEM_HEADER_SIZE);
    if (status == SIGNET_OK) {
        status = copy_live(items, id, &target);
    }
    if (status == SIGNET_OK) {
        status = append_new(&target, id, value);
    }
    if (status == SIGNET_OK) {
        status = signet_item_activate(flash, base, items->generation + 1u);
    }
    if (status != SIGNET_OK) {
        return status; /* the active half is as it was */
    }
    items->generation++;
    items->base = base;
    items->end = target.at - base;
    return SIGNET_OK;
}
