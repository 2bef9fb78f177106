/* SPDX-License-Identifier: MIT */
/*
 * The first write after a mount.
 *
 * A power cut may have interrupted a write at the end of the head block, with
 * or without a trace, and cells that were left half programmed may read one
 * way now and another way later. Clearing all of their bits makes them firm:
 * zeros are filler. So, where units may be programmed twice:
 *
 *  - a header with nothing behind it is programmed again, which makes it firm;
 *    a cut while that is done takes the log back to the block before, and
 *    nothing that was promised rests on such a header;
 *  - when nothing is seen to be torn, what a write of a first unit may have
 *    touched without a trace is zeroed;
 *  - when an item is torn and bytes behind its first unit are programmed, its
 *    first unit was whole, so its length is right: the item is zeroed, last
 *    byte first, so that the length stands until the end. A torn zeroing of
 *    the length itself can only make it shorter (a subset of its bits), and
 *    leads into zeros;
 *  - when only a first unit is torn its length means nothing: the block is
 *    left as it is and the next one opened. The spare block, which takes marks
 *    only (log_acknowledge.c), goes on behind a mark's length of zeros.
 *
 * Where units may be programmed once only, a torn item or a header with nothing
 * behind it always means the next block, and a unit that was touched without a
 * trace refuses to be programmed, which means it too.
 *
 * Then a mark restarts the count of sequence numbers one above what could
 * have been read under the last number before.
 */
#include "log_core.h"

#include <string.h>

#define PIECE 32u /* a multiple of every program unit */

static signet_status zero(const signet_log *log, uint32_t offset, uint32_t len)
{
    static const uint8_t zeros[PIECE] = {0};

    return signet_flash_program(log->flash,
                                log_start(log->flash, log->head_block) + offset,
                                zeros, len);
}

/* Zero all but the first unit, last byte first, then the first unit. */
static signet_status zero_item(const signet_log *log, uint32_t offset,
                               uint32_t len)
{
    uint32_t body = offset + log_first_unit(log->flash);
    uint32_t end = offset + len;

    while (end > body) {
        uint32_t n = end - body < PIECE ? end - body : PIECE;
        signet_status status = zero(log, end - n, n);

        if (status != SIGNET_OK) {
            return status;
        }
        end -= n;
    }
    return zero(log, offset, body - offset);
}

/* Whether anything behind the first unit of the torn item is programmed. */
static signet_status look_behind(const signet_log *log, bool *programmed)
{
    uint8_t piece[PIECE];
    uint32_t start = log_start(log->flash, log->head_block);
    uint32_t at = log->torn_offset + log_first_unit(log->flash);
    uint32_t end = log->torn_offset + log->torn_len;

    *programmed = false;
    while (at < end && !*programmed) {
        uint32_t n = end - at < PIECE ? end - at : PIECE;
        signet_status status =
            signet_flash_read(log->flash, start + at, piece, n);

        if (status != SIGNET_OK) {
            return status;
        }
        for (uint32_t i = 0; i < n; i++) {
            *programmed |= piece[i] != 0xFF;
        }
        at += n;
    }
    return SIGNET_OK;
}

/* Whether a valid record stands within or behind the torn item: then it is not
 * torn but damaged. */
static bool hides_records(const signet_log *log)
{
    struct log_item record;
    struct log_cursor cursor = {
        .block = log->head_block,
        .first = log->head_first,
        .offset = log->torn_offset,
        .end = log->flash->erase_size,
        .sequence = log->torn_sequence,
        .exact = true,
    };

    return signet_log_find(log, &cursor, log->torn_sequence - 1, &record) ==
           SIGNET_OK;
}

/* While the head is the spare block it takes marks only, and there is no next
 * block to go to. So whatever length a torn item shows, it was a mark. */
static void take_for_mark(signet_log *log)
{
    uint32_t extent = log_mark_extent(log->flash);

    if (log->torn_len > extent) {
        log->torn_len = extent;
        log->head_offset = log->torn_offset + extent;
    }
    log->spoilt = false;
}

static signet_status clear_torn(signet_log *log)
{
    bool programmed = false;
    signet_status status = SIGNET_OK;

    if (log_used(log) == log_blocks(log->flash)) {
        take_for_mark(log);
    } else {
        status = look_behind(log, &programmed);
        log->spoilt |= !programmed || hides_records(log);
    }
    if (status == SIGNET_OK && !log->spoilt) {
        status = zero_item(log, log->torn_offset, log->torn_len);
    }
    if (status == SIGNET_OK && !log->spoilt) {
        log->torn_len = 0;
    }
    return status;
}

/* Nothing stands behind the head's header: it may have been cut short. */
static bool is_empty(const signet_log *log)
{
    return log->head_offset == log_body(log->flash);
}

static signet_status firm_header(const signet_log *log)
{
    const struct log_header header = {log->epoch, log->head_first,
                                      log->head_freed};

    if (!is_empty(log)) {
        return SIGNET_OK;
    }
    return signet_log_write_header(log->flash, log->head_block, &header);
}

/* Half a header after the head may read as a whole one some day, and would
 * then be the head: it goes before anything is written that it would hide. */
static signet_status remove_half_header(signet_log *log)
{
    struct log_header header;
    uint32_t next = log_after(log->flash, log->head_block);

    if (log_used(log) == log_blocks(log->flash) ||
        signet_log_read_header(log->flash, next, &header) !=
            SIGNET_ERR_CORRUPT) {
        return SIGNET_OK;
    }
    if (log->virgin_block <= next) {
        log->virgin_block = next + 1;
    }
    return signet_log_erase_next(log);
}

static bool fits(const signet_log *log, uint32_t extent)
{
    return extent <= log->flash->erase_size - log->head_offset;
}

/* Sets spoilt when the head block had better be left. */
static signet_status tidy_end(signet_log *log)
{
    uint32_t unit = log_first_unit(log->flash);
    signet_status status = SIGNET_OK;

    if (log->flash->write_once) {
        log->spoilt |= log->torn_len > 0 || is_empty(log);
        return SIGNET_OK;
    }
    status = firm_header(log);
    if (status != SIGNET_OK) {
        return status;
    }
    if (log->torn_len > 0) {
        return clear_torn(log);
    }
    if (fits(log, unit)) {
        status = zero(log, log->head_offset, unit);
        log->head_offset += unit;
    }
    return status;
}

static void restart_here(signet_log *log)
{
    uint32_t value = log->next_sequence - log->head_first;
    signet_status status = remove_half_header(log);

    if (status == SIGNET_OK) {
        status = tidy_end(log);
    }
    if (status == SIGNET_OK && !log->spoilt && value <= LOG_MARK_MAX &&
        fits(log, log_mark_extent(log->flash))) {
        status = signet_log_put_mark(log, LOG_RESTART, value);
        log->resumed = status == SIGNET_OK;
    }
}

signet_status signet_log_resume(signet_log *log, uint32_t spare)
{
    if (!log->resumed) {
        log->next_sequence++;
        restart_here(log);
    }
    if (!log_needs_resume(log)) {
        return SIGNET_OK;
    }
    /* What failed or did not fit here begins afresh in the next block. */
    log->spoilt = true;
    return signet_log_open_block(log, spare);
}
