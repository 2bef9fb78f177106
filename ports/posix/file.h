/* SPDX-License-Identifier: MIT */
/** Whole reads and writes, and atomic replacement, for this port's files. */
#ifndef SIGNET_POSIX_FILE_H
#define SIGNET_POSIX_FILE_H

#include "signet/status.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** Read or write len bytes at offset; the end of the file is an ERR_IO. */
signet_status signet_posix_read_at(int fd, off_t offset, uint8_t *out,
                                   size_t len);
signet_status signet_posix_write_at(int fd, off_t offset, const uint8_t *data,
                                    size_t len);

/**
 * Read a small file of at most cap bytes.
 *
 * @retval SIGNET_ERR_NOT_FOUND  no such file.
 * @retval SIGNET_ERR_KEY        group or others may read or write it.
 * @retval SIGNET_ERR_TOO_LARGE  longer than cap.
 */
signet_status signet_posix_file_load(int dir_fd, const char *name, uint8_t *out,
                                     size_t cap, size_t *len);

/**
 * Give name new contents, mode 0600. At every instant the name leads to the
 * old contents or the new, whole; on SIGNET_OK the new ones are on the disk.
 */
signet_status signet_posix_file_replace(int dir_fd, const char *name,
                                        const uint8_t *data, size_t len);

/** As replace, but SIGNET_ERR_STATE when name exists. */
signet_status signet_posix_file_create(int dir_fd, const char *name,
                                       const uint8_t *data, size_t len);

/** A new open file of the directory: with a lock and a life of its own. */
int signet_posix_reopen_dir(int dir_fd);

#endif
