/* SPDX-License-Identifier: MIT */
/**
 * Records on NOR flash: `log`, an append-only ring, and `item`, small named
 * values replaced atomically. Both survive a power cut at any instant: what a
 * call returned SIGNET_OK for is there after it, what was torn is not.
 *
 * A context belongs to one caller. Flash is read on every access: contexts
 * hold positions, never copies of data.
 */
#ifndef SIGNET_STORE_H
#define SIGNET_STORE_H

#include "signet/bytes.h"
#include "signet/port/flash.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- log ---- */

/** Longest record; a record must also fit one erase block. */
#define SIGNET_LOG_MAX_RECORD 2048u

/**
 * A mounted log. Fields are private to lib/store but for epoch.
 *
 * Sequence numbers start at 1 in each epoch, rise and never repeat; they rise
 * by 1 a record, and a restart may leave a gap. (epoch, sequence) names a
 * record for ever.
 */
typedef struct signet_log {
    const signet_flash *flash;
    uint32_t epoch;         /**< chosen at format */
    uint32_t head_block;    /**< block that is appended to */
    uint32_t head_first;    /**< its header: first sequence */
    uint32_t head_freed;    /**< its header: acknowledged up to */
    uint32_t head_offset;   /**< next free byte in it */
    uint32_t tail_block;    /**< block of the oldest record */
    uint32_t next_sequence; /**< of the next record */
    uint32_t acknowledged;  /**< all records up to here are freed */
    uint32_t torn_offset;   /**< what an interrupted write left in the head */
    uint32_t torn_len;      /**< its bytes; 0: nothing is torn */
    uint32_t torn_sequence; /**< what a record there would be */
    uint32_t virgin_block;  /**< from here on erased since format */
    uint32_t open_at;       /**< where unit goes, in the region */
    uint32_t open_end;      /**< end of the begun record, in the head */
    uint32_t open_left;     /**< payload bytes it still lacks */
    uint32_t open_crc;
    uint8_t unit[32]; /**< bytes waiting for a full program unit */
    uint8_t unit_len;
    bool open;         /**< a record was begun */
    bool resumed;      /**< something was written since mount */
    bool erased_ahead; /**< the block after the head is erased */
    bool spoilt;       /**< a write into the head failed: leave it */
} signet_log;

/** A record as found: where it stands, for signet_log_read. */
typedef struct signet_log_entry {
    uint32_t sequence;
    uint32_t offset; /**< of the payload, in the region */
    uint32_t len;    /**< payload bytes */
} signet_log_entry;

/**
 * Erase the region and start a new epoch.
 *
 * @param flash  at least 3 erase blocks.
 * @param epoch  random and not 0: tells this log from every former one.
 */
signet_status signet_log_format(const signet_flash *flash, uint32_t epoch);

/**
 * Find head and tail; nothing is written. Torn records are stepped over, a
 * block with a damaged header is used again when its turn comes.
 *
 * @retval SIGNET_ERR_ARGUMENT   flash has fewer than 3 erase blocks, or
 *                               blocks that are too small.
 * @retval SIGNET_ERR_NOT_FOUND  blank: format it.
 * @retval SIGNET_ERR_CORRUPT    no block carries a valid header: the caller
 *                               decides to format, and counts the loss.
 */
signet_status signet_log_mount(signet_log *log, const signet_flash *flash);

/**
 * Append one record. On SIGNET_OK it survives a power cut.
 *
 * @param[out] sequence  may be NULL.
 * @retval SIGNET_ERR_FULL       every block but the spare one holds
 *                               unacknowledged records.
 * @retval SIGNET_ERR_TOO_LARGE  len over SIGNET_LOG_MAX_RECORD or a block.
 * @return otherwise what the flash returned; the record does not exist then.
 */
signet_status signet_log_append(signet_log *log, signet_bytes record,
                                uint32_t *sequence);

/**
 * Append in pieces: begin with the length, add the bytes, finish. Until
 * finish returned SIGNET_OK the record does not exist; abort, or a new begin,
 * drops it.
 *
 * @retval SIGNET_ERR_STATE      add or finish without begin.
 * @retval SIGNET_ERR_TOO_LARGE  add: more bytes than begin was told.
 * @retval SIGNET_ERR_TOO_SMALL  finish: fewer; the record stays open.
 */
signet_status signet_log_begin(signet_log *log, size_t len);
signet_status signet_log_add(signet_log *log, signet_bytes piece);
signet_status signet_log_finish(signet_log *log, uint32_t *sequence);
void signet_log_abort(signet_log *log);

/**
 * Erase the next block now if it will be needed, so that an append need not.
 * Call it from idle time. SIGNET_OK also when there is nothing to do.
 */
signet_status signet_log_prepare(signet_log *log);

/**
 * The first record with a sequence above after (0: the oldest). Freed records
 * are not found.
 *
 * @retval SIGNET_ERR_NOT_FOUND  none.
 */
signet_status signet_log_next(const signet_log *log, uint32_t after,
                              signet_log_entry *entry);

/**
 * Read a record's payload; its CRC is checked over the whole record.
 *
 * @retval SIGNET_ERR_TOO_SMALL  cap below entry->len.
 * @retval SIGNET_ERR_CORRUPT    damaged since it was found.
 */
signet_status signet_log_read(const signet_log *log,
                              const signet_log_entry *entry, uint8_t *out,
                              size_t cap);

/**
 * Free all records up to sequence. Survives a power cut; repeating it, or an
 * older sequence, succeeds.
 *
 * @retval SIGNET_ERR_ARGUMENT  sequence was never given out.
 * @retval SIGNET_ERR_STATE     a record is begun and not finished.
 * @retval SIGNET_ERR_FULL      freed, but not for good: power cuts used up the
 *                              spare block while the log was full. After a
 *                              restart the records are there again, unless an
 *                              acknowledgement of the whole oldest block,
 *                              which succeeds, came first.
 */
signet_status signet_log_acknowledge(signet_log *log, uint32_t sequence);

/* ---- items ---- */

/** Longest item. */
#define SIGNET_ITEM_MAX_SIZE 2560u

/** A mounted item store over at least 2 erase blocks. Fields are private. */
typedef struct signet_items {
    const signet_flash *flash;
    uint32_t generation; /**< of the active half; rises at each compaction */
    uint32_t base;       /**< offset of the active half */
    uint32_t end;        /**< next free byte, from base */
    bool torn;           /**< end is not clean: compact before writing */
    bool resumed;        /**< something was written since mount */
} signet_items;

/** Erase the region and start empty. */
signet_status signet_items_format(const signet_flash *flash);

/**
 * @retval SIGNET_ERR_NOT_FOUND  blank: format it.
 * @retval SIGNET_ERR_CORRUPT    neither half is valid.
 */
signet_status signet_items_mount(signet_items *items,
                                 const signet_flash *flash);

/**
 * Read an item.
 *
 * @param id        1..0xFFFE.
 * @param[out] len  bytes read; on ERR_TOO_SMALL the bytes needed.
 * @retval SIGNET_ERR_NOT_FOUND  never put, or deleted.
 * @retval SIGNET_ERR_CORRUPT    damaged while it was read; try again.
 */
signet_status signet_items_get(const signet_items *items, uint16_t id,
                               uint8_t *out, size_t cap, size_t *len);

/**
 * Replace an item. After a power cut the old or the new value is there,
 * whole. May erase (compaction).
 *
 * @retval SIGNET_ERR_FULL  all live items together exceed one half.
 */
signet_status signet_items_put(signet_items *items, uint16_t id,
                               signet_bytes value);

/** Remove an item; SIGNET_OK also when there is none. */
signet_status signet_items_delete(signet_items *items, uint16_t id);

#ifdef __cplusplus
}
#endif
#endif
