/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "item_format.h"

#define UNIT_MAX 32u

static const uint8_t magic[4] = {'S', 'G', 'I', '1'};

signet_status signet_item_is_erased(const signet_flash *flash, uint32_t offset,
                                    uint32_t len)
{
    uint8_t piece[UNIT_MAX];

    while (len > 0u) {
        uint32_t n = len < sizeof piece ? len : (uint32_t)sizeof piece;
        signet_status status = signet_flash_read(flash, offset, piece, n);

        if (status != SIGNET_OK) {
            return status;
        }
        for (uint32_t i = 0; i < n; i++) {
            if (piece[i] != 0xFFu) {
                return SIGNET_ERR_CORRUPT;
            }
        }
        offset += n;
        len -= n;
    }
    return SIGNET_OK;
}

/* Program bytes of any length; the last unit is filled up with 0xFF. */
static signet_status program_padded(const signet_flash *flash, uint32_t offset,
                                    const uint8_t *bytes, uint32_t len)
{
    uint8_t last[UNIT_MAX];
    uint32_t whole = len / flash->program_size * flash->program_size;
    signet_status status = SIGNET_OK;

    if (whole > 0u) {
        status = signet_flash_program(flash, offset, bytes, whole);
    }
    if (status != SIGNET_OK || whole == len) {
        return status;
    }
    memset(last, 0xFF, sizeof last);
    memcpy(last, bytes + whole, len - whole);
    return signet_flash_program(flash, offset + whole, last,
                                flash->program_size);
}

static void make_head(uint8_t head[ITEM_HEAD_SIZE], uint16_t id, uint16_t len,
                      const uint8_t *data)
{
    uint32_t crc = 0;

    signet_put_be16(head, id);
    signet_put_be16(head + 2, len);
    crc = signet_crc32(0, head, 4);
    if (signet_item_data_len(len) > 0u) {
        crc = signet_crc32(crc, data, len);
    }
    signet_put_be32(head + 4, crc);
    signet_put_be32(head + 8, signet_crc32(0, head, 8));
}

signet_status signet_item_program(const signet_flash *flash, uint32_t offset,
                                  uint16_t id, uint16_t len,
                                  const uint8_t *data)
{
    /* The units that hold the head, and what data share them. */
    uint8_t front[UNIT_MAX + ITEM_HEAD_SIZE];
    uint32_t front_len = signet_item_padded(flash, ITEM_HEAD_SIZE);
    uint32_t data_len = signet_item_data_len(len);
    uint32_t shared = front_len - ITEM_HEAD_SIZE;
    signet_status status = SIGNET_OK;

    shared = data_len < shared ? data_len : shared;
    make_head(front, id, len, data);
    if (shared > 0u) {
        memcpy(front + ITEM_HEAD_SIZE, data, shared);
    }
    status = program_padded(flash, offset, front, ITEM_HEAD_SIZE + shared);
    if (status != SIGNET_OK || shared == data_len) {
        return status;
    }
    return program_padded(flash, offset + front_len, data + shared,
                          data_len - shared);
}

signet_status signet_item_activate(const signet_flash *flash, uint32_t base,
                                   uint32_t generation)
{
    uint8_t header[ITEM_HEADER_SIZE];

    memcpy(header, magic, sizeof magic);
    signet_put_be32(header + 4, generation);
    signet_put_be32(header + 8, signet_crc32(0, header, 8));
    return program_padded(flash, base, header, sizeof header);
}
