/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_FLASH_H
#define SIGNET_PORT_POSIX_FLASH_H

#include "signet/port/flash.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Geometry of a simulated NOR flash: one structure, given at each open. */
typedef struct signet_posix_flash_geometry {
    uint32_t size;         /**< bytes; a multiple of erase_size, not 0 */
    uint32_t erase_size;   /**< a power of two, at least program_size */
    uint32_t program_size; /**< 1, 2, 4, 8, 16 or 32 */
    bool write_once;       /**< a unit may be programmed once per erase */
} signet_posix_flash_geometry;

/**
 * NOR flash in a file: the array, then (write_once) one bit for each program
 * unit that was programmed since its erase. Fields are private.
 *
 * FLASH-1..3, 5, 6 are enforced. FLASH-4: the power cut of this port is
 * SIGKILL of the process, which the page cache survives; with sync each
 * program and erase also reaches the disk before it returns, so that the
 * host's own power cut is covered too.
 * program is async-signal-safe: a fault handler may call it.
 */
typedef struct signet_posix_flash {
    int fd;
    signet_posix_flash_geometry geometry;
} signet_posix_flash;

/**
 * Make an erased flash file, mode 0600.
 *
 * @param dir_fd  an open directory, or AT_FDCWD.
 * @retval SIGNET_ERR_ARGUMENT  geometry not allowed.
 * @retval SIGNET_ERR_STATE     name exists; it is left as it is.
 * @retval SIGNET_ERR_IO        no file is left behind.
 */
signet_status
signet_posix_flash_create(int dir_fd, const char *name,
                          const signet_posix_flash_geometry *geometry);

/**
 * Open a flash file.
 *
 * @param ctx       stays valid and unmoved until close.
 * @param sync      write through to the disk, see above.
 * @param[out] out  the whole device, as lib/ takes it.
 * @retval SIGNET_ERR_NOT_FOUND  no such file.
 * @retval SIGNET_ERR_CORRUPT    its length is not that of geometry.
 */
signet_status
signet_posix_flash_open(signet_posix_flash *ctx, int dir_fd, const char *name,
                        const signet_posix_flash_geometry *geometry, bool sync,
                        signet_flash *out);

/** Close; harmless when open failed, or when closed before. */
void signet_posix_flash_close(signet_posix_flash *ctx);

#ifdef __cplusplus
}
#endif
#endif
