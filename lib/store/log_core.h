/* SPDX-License-Identifier: MIT */
/* Private to lib/store: the steps that the calls of a log share. */
#ifndef SIGNET_STORE_LOG_CORE_H
#define SIGNET_STORE_LOG_CORE_H

#include "log_format.h"

/* ---- reading ---- */

/** A walk through one block. */
struct log_cursor {
    uint32_t block;
    uint32_t first;    /**< sequence that the block's header names */
    uint32_t offset;   /**< of the next item */
    uint32_t end;      /**< walk no further */
    uint32_t sequence; /**< of the next record */
    bool exact;        /**< verify the records that are stepped over too */
};

/**
 * The first valid record with a sequence above after; the cursor then stands
 * behind it, cursor->sequence - 1 is its number.
 *
 * @retval SIGNET_ERR_NOT_FOUND  none in this block.
 * @retval SIGNET_ERR_CORRUPT    damage, and the cursor was not exact: begin
 *                               again with one that is.
 */
signet_status signet_log_find(const signet_log *log, struct log_cursor *cursor,
                              uint32_t after, struct log_item *record);

/* ---- writing ---- */

/** Blocks from the tail to the head. */
static inline uint32_t log_used(const signet_log *log)
{
    uint32_t head = log->head_block;

    if (head < log->tail_block) {
        head += log_blocks(log->flash);
    }
    return head - log->tail_block + 1;
}

/**
 * Open the block after the head and make it the head. Nothing that was
 * promised may rest on its header alone: write an item behind it.
 *
 * @param spare  blocks that must stay free: 1 for records, 0 for an
 *               acknowledgement.
 * @retval SIGNET_ERR_FULL  not enough blocks are free.
 */
signet_status signet_log_open_block(signet_log *log, uint32_t spare);

/** Move the tail past blocks that hold acknowledged records only. */
void signet_log_free_blocks(signet_log *log);

/** Erase the block after the head, unless it is known to be erased. */
signet_status signet_log_erase_next(signet_log *log);

/** Makes the end of the head block safe to write at, or opens the next block;
 * spare as there. */
signet_status signet_log_resume(signet_log *log, uint32_t spare);

/** Whether signet_log_resume must come before the next write. */
static inline bool log_needs_resume(const signet_log *log)
{
    return !log->resumed || log->spoilt;
}

/** Program whole units at open_at; a failure spoils the block. */
signet_status signet_log_program(signet_log *log, const uint8_t *data,
                                 uint32_t len);

/** Stage bytes; the units that become full go to flash. */
signet_status signet_log_put_uneven(signet_log *log, const uint8_t *data,
                                    uint32_t len);

/** Put bytes at open_at: at once when they are whole units. */
static inline signet_status log_put(signet_log *log, const uint8_t *data,
                                    uint32_t len)
{
    if ((log->unit_len | (len & (log->flash->program_size - 1))) == 0) {
        return signet_log_program(log, data, len);
    }
    return signet_log_put_uneven(log, data, len);
}

/** Pad and program the last unit. */
signet_status signet_log_flush(signet_log *log);

/** Write a mark at the end of the head block, where it must fit. */
signet_status signet_log_put_mark(signet_log *log, enum log_kind kind,
                                  uint32_t value);

#endif
