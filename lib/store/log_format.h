/* SPDX-License-Identifier: MIT */
/*
 * Private to lib/store: how a log lies in flash.
 *
 * The region is a ring of erase blocks, used from the tail to the head:
 *
 *   block   | header | item | item | ... | item | free (FF) |
 *   header  | epoch 4 | first sequence 4 | acknowledged 4 | crc 4 |
 *   record  | length 1 or 2 | payload | check 4 |
 *   mark    | tag 1 | value 3 | crc 4 |
 *   filler  | 00 ... |
 *
 * All numbers are big-endian. Header and items begin on program units and are
 * padded to them with FF; no item takes less than a mark does.
 *
 * length   03..7E     payload of 0..123 bytes
 *          80..87 xx  124 + the low 11 bits
 * check    CRC-32 over length and payload, seeded with the epoch, XOR the
 *          sequence number times LOG_SPREAD. So a record vouches for its
 *          number without storing it: that of the block's first record is in
 *          the header, each record adds one.
 * tag      01  acknowledged: the header's value plus this one
 *          02  restarted: the next sequence number is the header's plus this
 *          crc seeded with epoch XOR first sequence
 *
 * Power cuts. The unit that holds the length or tag is programmed by a call
 * of its own before the rest. So an interrupted item is one of two things: its
 * first unit may hold anything and all after it is still FF, or its first unit
 * is whole and what lies within the length that it gives may hold anything.
 * Interrupted writes may leave bits that read one way now and another way
 * later; so nothing is written where an earlier write may have stopped
 * without a trace: see log_resume.c.
 */
#ifndef SIGNET_STORE_LOG_FORMAT_H
#define SIGNET_STORE_LOG_FORMAT_H

#include "signet/store.h"

#define LOG_HEADER_SIZE 16u
#define LOG_MARK_SIZE 8u
#define LOG_CHECK_SIZE 4u
#define LOG_MAX_LENGTH_SIZE 2u
#define LOG_MIN_BLOCKS 3u

#define LOG_MARK_MAX 0xFFFFFFu

/** Part of what a block header's CRC is seeded with: version 1. */
#define LOG_FORMAT 0x53474C31u

/** Odd, so that distinct sequence numbers stay distinct and neighbours lie far
 * apart; LOG_GATHER is its inverse modulo 2^32. */
#define LOG_SPREAD 0x9E3779B1u
#define LOG_GATHER 0x0E8B2F51u

#define LOG_LENGTH_SHORT 0x03u /* one byte: length + 3 */
#define LOG_LENGTH_SHORT_LAST 0x7Eu
#define LOG_LENGTH_LONG 0x80u /* two bytes: 11 bits behind this prefix */
#define LOG_SHORT_LENGTHS (LOG_LENGTH_SHORT_LAST - LOG_LENGTH_SHORT + 1)

enum log_kind {
    LOG_FREE,    /**< erased: nothing follows in this block */
    LOG_FILLER,  /**< zeroed by a restart */
    LOG_RECORD,  /**< not yet verified */
    LOG_ACK,     /**< a mark, not yet verified */
    LOG_RESTART, /**< a mark, not yet verified */
    LOG_JUNK     /**< no item begins like this */
};

/** One item as its first bytes give it. Offsets are in the block. */
struct log_item {
    enum log_kind kind;
    uint32_t offset;
    uint32_t extent;      /**< bytes with padding; never beyond the block */
    uint32_t length_size; /**< record: 1 or 2 */
    uint32_t len;         /**< record: payload bytes */
};

struct log_header {
    uint32_t epoch;
    uint32_t first;        /**< sequence of the block's first record */
    uint32_t acknowledged; /**< when the block was opened */
};

/* ---- geometry ---- */

static inline uint32_t log_round_up(const signet_flash *flash, uint32_t len)
{
    return (len + flash->program_size - 1) & ~(flash->program_size - 1);
}

static inline uint32_t log_blocks(const signet_flash *flash)
{
    return flash->size / flash->erase_size;
}

static inline uint32_t log_start(const signet_flash *flash, uint32_t block)
{
    return block * flash->erase_size;
}

static inline uint32_t log_after(const signet_flash *flash, uint32_t block)
{
    return block + 1 == log_blocks(flash) ? 0 : block + 1;
}

/** Where a block's first item begins. */
static inline uint32_t log_body(const signet_flash *flash)
{
    return log_round_up(flash, LOG_HEADER_SIZE);
}

/** Bytes that an interrupted write of a length or tag can have touched. */
static inline uint32_t log_first_unit(const signet_flash *flash)
{
    return log_round_up(flash, LOG_MAX_LENGTH_SIZE);
}

static inline uint32_t log_mark_extent(const signet_flash *flash)
{
    return log_round_up(flash, LOG_MARK_SIZE);
}

/* ---- encoding ---- */

/** Write the length of a record; returns its 1 or 2 bytes. */
static inline uint32_t log_put_length(uint8_t out[LOG_MAX_LENGTH_SIZE],
                                      uint32_t len)
{
    if (len < LOG_SHORT_LENGTHS) {
        out[0] = (uint8_t)(len + LOG_LENGTH_SHORT);
        return 1;
    }
    len -= LOG_SHORT_LENGTHS;
    out[0] = (uint8_t)(LOG_LENGTH_LONG | len >> 8);
    out[1] = (uint8_t)len;
    return 2;
}

/** Bytes of a record with padding. Never less than a mark, so that the
 * acknowledgements of a block's records, each by itself, fit one block: see
 * log_acknowledge.c. */
static inline uint32_t log_record_extent(const signet_flash *flash,
                                         uint32_t len)
{
    uint32_t size = (len < LOG_SHORT_LENGTHS ? 1 : 2) + len + LOG_CHECK_SIZE;

    return log_round_up(flash, size < LOG_MARK_SIZE ? LOG_MARK_SIZE : size);
}

/**
 * Read a block's header.
 *
 * @retval SIGNET_ERR_NOT_FOUND  blank.
 * @retval SIGNET_ERR_CORRUPT    not blank and not valid.
 */
signet_status signet_log_read_header(const signet_flash *flash, uint32_t block,
                                     struct log_header *header);

signet_status signet_log_write_header(const signet_flash *flash, uint32_t block,
                                      const struct log_header *header);

/** What begins at offset, by its first bytes alone. */
signet_status signet_log_parse(const signet_flash *flash, uint32_t block,
                               uint32_t offset, struct log_item *item);

/** The sequence number that a record's check vouches for: any number at all
 * when the record is damaged. */
signet_status signet_log_claim(const signet_log *log, uint32_t block,
                               const struct log_item *record,
                               uint32_t *sequence);

/**
 * The value of a mark in a block with this first sequence.
 *
 * @retval SIGNET_ERR_CORRUPT  its CRC does not hold.
 */
signet_status signet_log_read_mark(const signet_log *log, uint32_t block,
                                   uint32_t first, const struct log_item *mark,
                                   uint32_t *value);

/** The bytes of a mark for the head block. */
void signet_log_make_mark(const signet_log *log, enum log_kind kind,
                          uint32_t value, uint8_t out[LOG_MARK_SIZE]);

#endif
