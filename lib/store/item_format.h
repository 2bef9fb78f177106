/* SPDX-License-Identifier: MIT */
/* Private to lib/store: how items lie in flash.
 *
 * The region is two halves; one is active. A half:
 *
 *   header   magic "SGI1", generation, CRC-32 of both        12 bytes, padded
 *   records  appended one behind the other, each padded to the program unit
 *   erased   the rest
 *
 * A record (integers big-endian):
 *
 *    0  id      u16
 *    2  len     u16, 0xFFFF: the item was deleted and no data follows
 *    4  data check u32: CRC-32 of bytes 0..3 and the data
 *    8  head check u32: CRC-32 of bytes 0..7
 *   12  data
 *
 * The newest record of an id whose checks hold is the item. The header of a
 * half is programmed last, so a compaction that was cut never happened.
 */
#ifndef SIGNET_STORE_ITEM_FORMAT_H
#define SIGNET_STORE_ITEM_FORMAT_H

#include "signet/store.h"

#define ITEM_HEADER_SIZE 12u
#define ITEM_HEAD_SIZE 12u
#define ITEM_DELETED 0xFFFFu

/** A record as found; offset is that of its head, in the region. */
struct item_record {
    uint32_t offset;
    uint32_t next; /**< offset of what follows */
    uint16_t id;
    uint16_t len; /**< ITEM_DELETED: no data */
    uint32_t data_check;
};

uint32_t signet_item_half(const signet_flash *flash);
uint32_t signet_item_padded(const signet_flash *flash, uint32_t len);
/** Flash bytes of a record with len bytes of data. */
uint32_t signet_item_room(const signet_flash *flash, uint16_t len);
uint32_t signet_item_data_len(uint16_t len);

/* ---- item_scan.c ---- */

/**
 * The record at record->next.
 *
 * @param end  where the half ends.
 * @retval SIGNET_ERR_NOT_FOUND  erased: the end of the records.
 * @retval SIGNET_ERR_CORRUPT    neither a record nor erased.
 */
signet_status signet_item_step(const signet_flash *flash, uint32_t end,
                               struct item_record *record);

/** Start before the first record of a half. */
void signet_item_rewind(const signet_flash *flash, uint32_t base,
                        struct item_record *record);

/** Do the data agree with their check? */
signet_status signet_item_check(const signet_flash *flash,
                                const struct item_record *record);

/** The newest valid record of an id: one whose data fail their check does not
 * hide the one before.
 * @retval SIGNET_ERR_NOT_FOUND  none, or the newest one is a deletion. */
signet_status signet_item_find(const signet_items *items, uint16_t id,
                               struct item_record *out);

/* ---- item_write.c ---- */

/** Program a record at an offset; the caller knows that there is room. */
signet_status signet_item_program(const signet_flash *flash, uint32_t offset,
                                  uint16_t id, uint16_t len,
                                  const uint8_t *data);
/** Program the header of a half: from now on it counts. */
signet_status signet_item_activate(const signet_flash *flash, uint32_t base,
                                   uint32_t generation);
/** @retval SIGNET_ERR_CORRUPT  something was programmed there. */
signet_status signet_item_is_erased(const signet_flash *flash, uint32_t offset,
                                    uint32_t len);

/* ---- item_compact.c ---- */

/** Move the newest records into the other half, with one put in or left out:
 * value NULL deletes id. */
signet_status signet_item_compact(signet_items *items, uint16_t id,
                                  const signet_bytes *value);

#endif
