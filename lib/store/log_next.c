/* SPDX-License-Identifier: MIT */
#include "log_core.h"

/* The block where a record above floor may stand first: the last one whose
 * first sequence is not above it. */
static uint32_t block_of(const signet_log *log, uint32_t floor)
{
    struct log_header header;
    uint32_t found = log->tail_block;

    if (floor + 1 >= log->head_first) {
        return log->head_block;
    }
    for (uint32_t block = log_after(log->flash, log->tail_block);
         block != log->head_block; block = log_after(log->flash, block)) {
        if (signet_log_read_header(log->flash, block, &header) == SIGNET_OK &&
            header.epoch == log->epoch && header.first <= floor + 1) {
            found = block;
        }
    }
    return found;
}

static struct log_cursor cursor_at(const signet_log *log, uint32_t block,
                                   uint32_t first)
{
    struct log_cursor cursor = {
        .block = block,
        .first = first,
        .offset = log_body(log->flash),
        .end = block == log->head_block ? log->head_offset
                                        : log->flash->erase_size,
        .sequence = first,
        .exact = false,
    };

    return cursor;
}

/* Lengths alone lead past the records that are not wanted. When they end
 * elsewhere than the block's numbers do, damage may have hidden some. */
static bool is_doubtful(const signet_log *log, const struct log_cursor *cursor,
                        signet_status status)
{
    if (status == SIGNET_ERR_NOT_FOUND) {
        return cursor->block != log->head_block ||
               cursor->sequence != log->next_sequence;
    }
    return status == SIGNET_ERR_CORRUPT;
}

static signet_status find_in_block(const signet_log *log, uint32_t block,
                                   uint32_t first, uint32_t floor,
                                   signet_log_entry *entry)
{
    struct log_cursor cursor = cursor_at(log, block, first);
    struct log_item record;
    signet_status status = signet_log_find(log, &cursor, floor, &record);

    if (is_doubtful(log, &cursor, status)) {
        cursor = cursor_at(log, block, first);
        cursor.exact = true;
        status = signet_log_find(log, &cursor, floor, &record);
    }
    if (status == SIGNET_OK) {
        entry->sequence = cursor.sequence - 1;
        entry->offset =
            log_start(log->flash, block) + record.offset + record.length_size;
        entry->len = record.len;
    }
    return status;
}

static signet_status next_in_block(const signet_log *log, uint32_t block,
                                   uint32_t floor, signet_log_entry *entry)
{
    struct log_header header;
    signet_status status = signet_log_read_header(log->flash, block, &header);

    if (status == SIGNET_ERR_CORRUPT ||
        (status == SIGNET_OK && header.epoch != log->epoch)) {
        return SIGNET_ERR_NOT_FOUND; /* damaged: its records are lost */
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return find_in_block(log, block, header.first, floor, entry);
}

signet_status signet_log_next(const signet_log *log, uint32_t after,
                              signet_log_entry *entry)
{
    uint32_t floor = after > log->acknowledged ? after : log->acknowledged;
    uint32_t block = 0;
    signet_status status = SIGNET_ERR_NOT_FOUND;

    if (floor >= log->next_sequence - 1) {
        return SIGNET_ERR_NOT_FOUND;
    }
    block = block_of(log, floor);
    status = next_in_block(log, block, floor, entry);
    while (status == SIGNET_ERR_NOT_FOUND && block != log->head_block) {
        block = log_after(log->flash, block);
        status = next_in_block(log, block, floor, entry);
    }
    return status;
}

signet_status signet_log_read(const signet_log *log,
                              const signet_log_entry *entry, uint8_t *out,
                              size_t cap)
{
    uint8_t length[LOG_MAX_LENGTH_SIZE];
    uint8_t check[LOG_CHECK_SIZE];
    uint32_t crc = 0;
    uint32_t n = 0;
    signet_status status = SIGNET_OK;

    if (entry->len > cap) {
        return SIGNET_ERR_TOO_SMALL;
    }
    status = signet_flash_read(log->flash, entry->offset, out, entry->len);
    if (status == SIGNET_OK) {
        status = signet_flash_read(log->flash, entry->offset + entry->len,
                                   check, sizeof check);
    }
    if (status == SIGNET_OK) {
        n = log_put_length(length, entry->len);
        crc = signet_crc32(log->epoch, length, n);
        crc = signet_crc32(crc, out, entry->len);
        if (signet_get_be32(check) != (crc ^ entry->sequence * LOG_SPREAD)) {
            status = SIGNET_ERR_CORRUPT;
        }
    }
    if (status != SIGNET_OK) {
        signet_wipe(out, entry->len);
    }
    return status;
}
