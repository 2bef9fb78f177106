/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_FLASH_H
#define SIGNET_PORT_FLASH_H

#include "signet/bytes.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * NOR flash. Implemented by the port; addressed from 0 to the size of the
 * device. lib/ reaches it only through the checked functions below.
 *
 * Clauses:
 *  FLASH-1  after an erase every byte of the block reads 0xFF.
 *  FLASH-2  program only clears bits; what was programmed reads back.
 *  FLASH-3  a program that would set a bit, or (write_once) touches a unit
 *           programmed since its erase, is SIGNET_ERR_FLASH_RULE and changes
 *           nothing. Hardware that cannot tell may omit the check.
 *  FLASH-4  when a call returned SIGNET_OK its effect survives power loss.
 *  FLASH-5  an interrupted erase or program may leave any value in the unit
 *           or block it worked on, and nothing else changes.
 *  FLASH-6  failing hardware is SIGNET_ERR_IO.
 *
 * Offsets and lengths given to program are multiples of program_size, to
 * erase multiples of erase_size: lib/ guarantees it. program may be called
 * from a fault handler when the port says so in its own header.
 *
 * Context: task; may block for one erase or program time.
 */
typedef struct signet_flash_ops {
    signet_status (*read)(void *ctx, uint32_t offset, uint8_t *out, size_t len);
    signet_status (*program)(void *ctx, uint32_t offset, const uint8_t *data,
                             size_t len);
    signet_status (*erase)(void *ctx, uint32_t offset, size_t len);
} signet_flash_ops;

/** A region of a flash device: what a library is given to work on. */
typedef struct signet_flash {
    const signet_flash_ops *ops;
    void *ctx;
    uint32_t base;         /**< the region's offset on the device */
    uint32_t size;         /**< bytes; a multiple of erase_size */
    uint32_t erase_size;   /**< bytes of one erase block; a power of two */
    uint32_t program_size; /**< bytes of one program unit: 1, 2, 4, .. 32 */
    bool write_once;       /**< a unit may be programmed once per erase (ECC) */
} signet_flash;

/**
 * Cut a region out of another.
 *
 * @retval SIGNET_ERR_ARGUMENT  not inside parent, or not on erase blocks.
 */
signet_status signet_flash_region(const signet_flash *parent, uint32_t offset,
                                  uint32_t size, signet_flash *out);

/**
 * Bounds-checked access; offsets are relative to the region.
 *
 * @retval SIGNET_ERR_ARGUMENT  out of the region or misaligned; nothing done.
 * @return otherwise what the port returned.
 */
signet_status signet_flash_read(const signet_flash *flash, uint32_t offset,
                                uint8_t *out, size_t len);
signet_status signet_flash_program(const signet_flash *flash, uint32_t offset,
                                   const uint8_t *data, size_t len);
signet_status signet_flash_erase(const signet_flash *flash, uint32_t offset,
                                 size_t len);

#ifdef __cplusplus
}
#endif
#endif
