/* SPDX-License-Identifier: MIT */
#include "items_format.h"

#include <string.h>

#define UNIT_MAX 32u

static uint32_t header_extent(const signet_flash *flash)
{
    return items_round_up(flash, ITEMS_HEADER_SIZE);
}

/* One of the two places where a header may stand. */
static signet_status read_one(const signet_flash *flash, uint32_t at,
                              uint32_t *generation)
{
    uint8_t in[ITEMS_HEADER_SIZE];
    signet_status status = signet_flash_read(flash, at, in, sizeof in);

    if (status != SIGNET_OK) {
        return status;
    }
    if (items_is_blank(in, sizeof in)) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (signet_get_be32(in + 4) != signet_crc32(ITEMS_FORMAT, in, 4)) {
        return SIGNET_ERR_CORRUPT;
    }
    *generation = signet_get_be32(in);
    return SIGNET_OK;
}

signet_status signet_items_read_header(const signet_flash *flash, uint32_t base,
                                       uint32_t *generation)
{
    signet_status status = read_one(flash, base, generation);

    if (status == SIGNET_ERR_CORRUPT &&
        read_one(flash, base + header_extent(flash), generation) == SIGNET_OK) {
        return SIGNET_OK;
    }
    return status;
}

static signet_status write_one(const signet_items *items, uint32_t at)
{
    uint8_t out[UNIT_MAX];

    memset(out, 0xFF, sizeof out);
    signet_put_be32(out, items->generation);
    signet_put_be32(out + 4, signet_crc32(ITEMS_FORMAT, out, 4));
    return signet_flash_program(items->flash, items->base + at, out,
                                header_extent(items->flash));
}

static signet_status write_seal(const signet_items *items)
{
    static const uint8_t zeros[UNIT_MAX] = {0};

    return signet_flash_program(items->flash,
                                items->base + 2 * header_extent(items->flash),
                                zeros, items->flash->program_size);
}

signet_status signet_items_activate(const signet_items *items)
{
    signet_status status = write_one(items, 0);

    return status == SIGNET_OK ? write_seal(items) : status;
}

signet_status signet_items_seal(const signet_items *items)
{
    uint8_t in[2 * UNIT_MAX];
    uint32_t copy = header_extent(items->flash);
    signet_status status =
        signet_flash_read(items->flash, items->base + copy, in,
                          copy + items->flash->program_size);

    if (status != SIGNET_OK ||
        !items_is_blank(in + copy, items->flash->program_size)) {
        return status;
    }
    status = write_one(items, items_is_blank(in, copy) ? copy : 0);
    return status == SIGNET_OK ? write_seal(items) : status;
}
