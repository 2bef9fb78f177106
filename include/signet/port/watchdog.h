/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_WATCHDOG_H
#define SIGNET_PORT_WATCHDOG_H

#include "signet/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Clauses:
 *  WDOG-1  after start, timeout_ms without feed resets the device, with
 *          SIGNET_RESET_WATCHDOG as the reason.
 *  WDOG-2  there is no stop; a first stage may start it and the application
 *          inherits it.
 */
typedef struct signet_watchdog_ops {
    signet_status (*start)(void *ctx, uint32_t timeout_ms);
    void (*feed)(void *ctx);
} signet_watchdog_ops;

typedef struct signet_watchdog {
    const signet_watchdog_ops *ops;
    void *ctx;
} signet_watchdog;

#ifdef __cplusplus
}
#endif
#endif
