/* SPDX-License-Identifier: MIT */
/* Reads the headers of all blocks, the lengths of the head block's items, and
 * the checks of its last one or two: no more, unless it is damaged. */
#include "log_core.h"

#include <string.h>

/** The last items of the head block whose place in the chain of lengths is not
 * vouched for by anything behind them. */
struct trail {
    struct log_item item[2]; /**< [0] the last, [1] the one before */
    uint32_t sequence[2];    /**< 0: cannot be valid */
    uint32_t count;          /**< stops at 2 */
};

static void distrust(struct trail *trail, const struct log_item *item,
                     uint32_t sequence)
{
    trail->item[1] = trail->item[0];
    trail->sequence[1] = trail->sequence[0];
    trail->item[0] = *item;
    trail->sequence[0] = sequence;
    trail->count += trail->count < 2;
}

static bool is_valid(const signet_log *log, const struct trail *trail,
                     unsigned i)
{
    uint32_t claimed = 0;

    return trail->sequence[i] != 0 &&
           signet_log_claim(log, log->head_block, &trail->item[i], &claimed) ==
               SIGNET_OK &&
           claimed == trail->sequence[i];
}

static void note_mark(signet_log *log, const struct log_item *mark,
                      struct trail *trail)
{
    uint32_t value = 0;

    if (signet_log_read_mark(log, log->head_block, log->head_first, mark,
                             &value) != SIGNET_OK) {
        distrust(trail, mark, 0);
        return;
    }
    trail->count = 0;
    if (mark->kind == LOG_ACK) {
        if (log->head_freed + value > log->acknowledged) {
            log->acknowledged = log->head_freed + value;
        }
    } else if (log->head_first + value > log->next_sequence) {
        log->next_sequence = log->head_first + value;
    }
}

static signet_status walk_head(signet_log *log, struct trail *trail)
{
    struct log_item item;
    uint32_t offset = log_body(log->flash);

    while (offset < log->flash->erase_size) {
        signet_status status =
            signet_log_parse(log->flash, log->head_block, offset, &item);

        if (status != SIGNET_OK) {
            return status;
        }
        if (item.kind == LOG_FREE) {
            break;
        }
        if (item.kind == LOG_RECORD) {
            distrust(trail, &item, log->next_sequence++);
        } else if (item.kind == LOG_JUNK) {
            distrust(trail, &item, 0);
        } else if (item.kind != LOG_FILLER) {
            note_mark(log, &item, trail);
        }
        offset += item.extent;
    }
    log->head_offset = offset;
    return SIGNET_OK;
}

/* The lengths cannot be trusted: find the last valid record, leave room for
 * the numbers of records that the damage hides, and write here no more. */
static void recount(signet_log *log)
{
    struct log_cursor cursor = {
        .block = log->head_block,
        .first = log->head_first,
        .offset = log_body(log->flash),
        .end = log->flash->erase_size,
        .sequence = log->head_first,
        .exact = true,
    };
    struct log_item record;

    while (signet_log_find(log, &cursor, cursor.sequence - 1, &record) ==
           SIGNET_OK) {
    }
    if (cursor.sequence > log->next_sequence) {
        log->next_sequence = cursor.sequence;
    }
    log->next_sequence += log->flash->erase_size / LOG_MARK_SIZE;
    log->head_offset = log->flash->erase_size;
    log->spoilt = true;
}

/* At most the last item is torn: an earlier one was dealt with before anything
 * was written behind it (log_resume.c). */
static void judge_end(signet_log *log, const struct trail *trail)
{
    if (trail->count == 0 || is_valid(log, trail, 0)) {
        return;
    }
    if (trail->count == 2 && !is_valid(log, trail, 1)) {
        recount(log);
        return;
    }
    log->torn_offset = trail->item[0].offset;
    log->torn_len = trail->item[0].extent;
    log->torn_sequence = log->next_sequence;
    if (trail->item[0].kind == LOG_RECORD) {
        log->torn_sequence--;
    }
    /* Should it be damage instead, it may hide records. */
    log->next_sequence += log->torn_len / LOG_MARK_SIZE;
    log->spoilt = trail->item[0].kind == LOG_JUNK;
}

/* The head is the block with the greatest first sequence. Epochs mix only
 * when a format was cut short, and format writes to block 0 first. */
static signet_status find_head(signet_log *log, uint32_t *damaged)
{
    struct log_header header;
    signet_status result = SIGNET_ERR_NOT_FOUND;

    *damaged = 0;
    for (uint32_t block = 0; block < log_blocks(log->flash); block++) {
        signet_status status =
            signet_log_read_header(log->flash, block, &header);

        if (status == SIGNET_ERR_IO) {
            return status;
        }
        *damaged += status == SIGNET_ERR_CORRUPT ? 1u : 0u;
        if (status == SIGNET_OK && result != SIGNET_OK) {
            log->epoch = header.epoch;
            log->head_first = 0;
            result = SIGNET_OK;
        } else if (status == SIGNET_ERR_CORRUPT && result != SIGNET_OK) {
            result = status;
        }
        if (status == SIGNET_OK && header.epoch == log->epoch &&
            header.first > log->head_first) {
            log->head_block = block;
            log->head_first = header.first;
            log->head_freed = header.acknowledged;
        }
    }
    return result;
}

/* The tail is the last block that begins at or before the oldest record held;
 * when damage took that one, the first block there is. */
static void find_tail(signet_log *log)
{
    struct log_header header;
    uint32_t oldest = log->acknowledged + 1;
    uint32_t best = log->head_first;

    log->tail_block = log->head_block;
    for (uint32_t block = 0; block < log_blocks(log->flash); block++) {
        if (signet_log_read_header(log->flash, block, &header) != SIGNET_OK ||
            header.epoch != log->epoch) {
            continue;
        }
        if (best > oldest ? header.first < best
                          : header.first > best && header.first <= oldest) {
            best = header.first;
            log->tail_block = block;
        }
        /* Never opened again since format: the blocks behind the head and
         * the one after it, where a header may have been begun, are blank. */
        if (block == 0 && header.first == 1) {
            log->virgin_block = log->head_block + 2;
        }
    }
}

/* A damaged header may be the last head's. The numbers that were given out
 * there, and those that were acknowledged, must not be given out again. */
static void skip_lost_numbers(signet_log *log, uint32_t damaged)
{
    log->next_sequence += damaged * (log->flash->erase_size / LOG_MARK_SIZE);
    if (log->next_sequence <= log->acknowledged) {
        log->next_sequence = log->acknowledged + 1;
    }
}

static bool geometry_fits(const signet_flash *flash)
{
    return log_blocks(flash) >= LOG_MIN_BLOCKS &&
           flash->program_size <= sizeof((signet_log *)0)->unit &&
           flash->erase_size >= 4 * log_body(flash);
}

signet_status signet_log_mount(signet_log *log, const signet_flash *flash)
{
    struct trail trail = {.count = 0};
    uint32_t damaged = 0;
    signet_status status = SIGNET_OK;

    memset(log, 0, sizeof *log);
    log->flash = flash;
    if (!geometry_fits(flash)) {
        return SIGNET_ERR_ARGUMENT;
    }
    log->virgin_block = log_blocks(flash);
    status = find_head(log, &damaged);
    if (status != SIGNET_OK) {
        return status;
    }
    log->acknowledged = log->head_freed;
    log->next_sequence = log->head_first;
    status = walk_head(log, &trail);
    if (status != SIGNET_OK) {
        return status;
    }
    judge_end(log, &trail);
    skip_lost_numbers(log, damaged);
    find_tail(log);
    return SIGNET_OK;
}

signet_status signet_log_format(const signet_flash *flash, uint32_t epoch)
{
    const struct log_header header = {epoch, 1, 0};
    signet_log log = {.flash = flash, .epoch = epoch, .head_first = 1};
    signet_status status = SIGNET_OK;

    if (epoch == 0 || !geometry_fits(flash)) {
        return SIGNET_ERR_ARGUMENT;
    }
    /* All blocks, then the header: no old block is left when it is there. */
    status = signet_flash_erase(flash, 0, flash->size);
    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_log_write_header(flash, 0, &header);
    if (status != SIGNET_OK) {
        return status;
    }
    /* An item behind the header says that the header is whole. */
    log.head_offset = log_body(flash);
    return signet_log_put_mark(&log, LOG_RESTART, 0);
}
