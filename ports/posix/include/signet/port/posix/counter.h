/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_COUNTER_H
#define SIGNET_PORT_POSIX_COUNTER_H

#include "signet/port/counter.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Counters in a file. Fields are private. */
typedef struct signet_posix_counter {
    int dir_fd;
} signet_posix_counter;

/**
 * Make the counter file in a directory, mode 0600, all counters 0.
 *
 * @retval SIGNET_ERR_STATE  there is one; it is left as it is.
 */
signet_status signet_posix_counter_create(int dir_fd);

/**
 * Monotonic counters in the file "counters", replaced atomically at each
 * raise: write a new file, fsync, rename, fsync the directory (COUNTER-2).
 * Read anew at each call; a lock on the directory orders several processes.
 *
 * Endurance: the disk's. Worth: none against whoever may write the directory:
 * an older copy of the file turns every counter back.
 *
 * @param dir_fd  opened anew, so it may be closed after this call.
 * @param ctx     stays valid and unmoved until close.
 * @retval SIGNET_ERR_IO  not a directory that can be opened.
 */
signet_status signet_posix_counter_open(signet_posix_counter *ctx, int dir_fd,
                                        signet_counter *out);

/** Close; harmless when open failed, or when closed before. */
void signet_posix_counter_close(signet_posix_counter *ctx);

#ifdef __cplusplus
}
#endif
#endif
