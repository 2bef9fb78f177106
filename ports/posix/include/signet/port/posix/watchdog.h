/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_WATCHDOG_H
#define SIGNET_PORT_POSIX_WATCHDOG_H

#include "signet/port/watchdog.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the shared memory between device and launcher. */
#define SIGNET_POSIX_WATCHDOG_SIZE 16u

/** A device's or a launcher's view of a watchdog. Fields are private. */
typedef struct signet_posix_watchdog {
    void *shared;
} signet_posix_watchdog;

/**
 * A watchdog in shared memory: the device writes when it was fed, the
 * launcher kills the device when that was too long ago (WDOG-1).
 *
 * Started twice, the shorter timeout holds: an application cannot lengthen
 * what its first stage set (WDOG-2).
 *
 * @param fd   shared memory of SIGNET_POSIX_WATCHDOG_SIZE bytes, zero when
 *             the device is switched on; -1: none, and start is
 *             SIGNET_ERR_UNSUPPORTED. It may be closed after this call.
 * @param ctx  stays valid and unmoved until close.
 * @retval SIGNET_ERR_IO  fd cannot be mapped.
 */
signet_status signet_posix_watchdog_open(signet_posix_watchdog *ctx, int fd,
                                         signet_watchdog *out);

/** The launcher's side: is the device overdue? False until it was started. */
bool signet_posix_watchdog_expired(const signet_posix_watchdog *ctx);

/** The launcher's side: the state after a reset, not running. */
void signet_posix_watchdog_rearm(signet_posix_watchdog *ctx);

/** Unmap; does not stop a running watchdog. */
void signet_posix_watchdog_close(signet_posix_watchdog *ctx);

#ifdef __cplusplus
}
#endif
#endif
