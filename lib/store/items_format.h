/* SPDX-License-Identifier: MIT */
/*
 * Private to lib/store: how items lie in flash.
 *
 * The region is two halves of whole erase blocks. The one whose valid header
 * has the higher generation is active; the header of a half is written last,
 * when all live items were copied into it.
 *
 *   half    | header | copy | seal | record | record | ... | free (FF) |
 *   header  | generation 4 | crc 4 |
 *   copy    | FF, or the header once more |
 *   seal    | one program unit of zeros |
 *   record  | id 2 | length 2 | head check 2 | data crc 4 | data |
 *   filler  | id 0: one first unit, zeroed by a restart |
 *
 * All numbers are big-endian; header and records begin on program units and
 * are padded to them with FF. The newest valid record of an id counts. A
 * length of 8000 says that the item was deleted. The head check is the low
 * half of a CRC-32, so that a walk reads heads only and notices damage.
 *
 * Power cuts: the units that hold a record's head are programmed by a call of
 * their own before the data, so an interrupted record either has a head that
 * is whole or nothing behind it. A torn record is never written behind: the
 * next put compacts into the other half. The seal is programmed when the header
 * is known to be whole. A header without it may come from a program that was
 * interrupted at its very end, and its cells may read by chance; nothing that
 * was promised is in its half alone. Then the copy is programmed before the
 * seal, and, should a power cut have met that as well, the header itself again.
 */
#ifndef SIGNET_STORE_ITEMS_FORMAT_H
#define SIGNET_STORE_ITEMS_FORMAT_H

#include "signet/store.h"

#define ITEMS_HEADER_SIZE 8u
#define ITEMS_HEAD_SIZE 10u
#define ITEMS_DELETED 0x8000u
#define ITEMS_ID_FILLER 0x0000u
#define ITEMS_ID_FREE 0xFFFFu

/** Seeds all checks: version 1. */
#define ITEMS_FORMAT 0x53474931u

enum items_kind {
    ITEMS_FREE,   /**< erased: nothing follows */
    ITEMS_FILLER, /**< zeroed by a restart */
    ITEMS_RECORD, /**< the head is valid; the data was not looked at */
    ITEMS_JUNK    /**< no valid head */
};

/** One record as its head gives it. Offsets are in the half. */
struct items_record {
    enum items_kind kind;
    uint32_t offset;
    uint32_t extent; /**< bytes with padding; never beyond the half */
    uint16_t id;
    bool deleted;
    uint32_t len; /**< of the data */
    uint32_t crc; /**< that the data must have */
};

static inline bool items_is_blank(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0xFF) {
            return false;
        }
    }
    return true;
}

static inline uint32_t items_round_up(const signet_flash *flash, uint32_t len)
{
    return (len + flash->program_size - 1) & ~(flash->program_size - 1);
}

/** Bytes of one half. */
static inline uint32_t items_half(const signet_flash *flash)
{
    return flash->size / flash->erase_size / 2 * flash->erase_size;
}

/** Where a half's first record begins. */
static inline uint32_t items_body(const signet_flash *flash)
{
    return 2 * items_round_up(flash, ITEMS_HEADER_SIZE) + flash->program_size;
}

/** Bytes that an interrupted write of a head can have touched. */
static inline uint32_t items_first_unit(const signet_flash *flash)
{
    return items_round_up(flash, ITEMS_HEAD_SIZE);
}

static inline uint32_t items_extent(const signet_flash *flash, uint32_t len)
{
    return items_round_up(flash, ITEMS_HEAD_SIZE + len);
}

/**
 * @param base  offset of the half.
 * @retval SIGNET_ERR_NOT_FOUND  blank.
 * @retval SIGNET_ERR_CORRUPT    not blank, and neither header nor copy valid.
 */
signet_status signet_items_read_header(const signet_flash *flash, uint32_t base,
                                       uint32_t *generation);

/** Program header and seal of a half: from now on it counts. */
signet_status signet_items_activate(const signet_items *items);

/** Make sure that the active half is sealed. */
signet_status signet_items_seal(const signet_items *items);

/** What begins at offset of the active half. */
signet_status signet_items_parse(const signet_items *items, uint32_t offset,
                                 struct items_record *record);

/** Steps from record to record of the active half. */
struct items_walk {
    uint32_t offset;
    bool lost; /**< behind damage, not knowing where a record begins */
};

/**
 * The next record. Behind damage every unit is tried, and only a record whose
 * data agree with its head is believed.
 *
 * @retval SIGNET_ERR_NOT_FOUND  no more.
 */
signet_status signet_items_step(const signet_items *items,
                                struct items_walk *walk,
                                struct items_record *record);

/** SIGNET_OK when the data agree with the head, SIGNET_ERR_CORRUPT if not. */
signet_status signet_items_check(const signet_items *items,
                                 const struct items_record *record);

/** The newest valid record of an id.
 * @retval SIGNET_ERR_NOT_FOUND  none. */
signet_status signet_items_find(const signet_items *items, uint16_t id,
                                struct items_record *record);

/** Write a record at items->end, where it must fit. */
signet_status signet_items_write(signet_items *items, uint16_t id, bool deleted,
                                 signet_bytes data);

/** Copy the live items, with one replaced (deleted: left out), into the other
 * half and make that active.
 * @retval SIGNET_ERR_FULL  they do not fit; nothing was changed. */
signet_status signet_items_compact(signet_items *items, uint16_t id,
                                   bool deleted, signet_bytes data);

/** Make the end of the active half safe to write at; sets items->torn when it
 * cannot be. Before every write. */
signet_status signet_items_resume(signet_items *items);

#endif
