/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_RESET_H
#define SIGNET_PORT_RESET_H

#ifdef __cplusplus
extern "C" {
#endif

/** Why the device started. Values are part of the report format. */
typedef enum signet_reset_reason {
    SIGNET_RESET_UNKNOWN = 0,
    SIGNET_RESET_POWER_ON = 1,
    SIGNET_RESET_REQUESTED = 2, /**< reboot() was called */
    SIGNET_RESET_WATCHDOG = 3,
    SIGNET_RESET_FAULT = 4, /**< a fault handler ended the run */
    SIGNET_RESET_BROWN_OUT = 5,
    SIGNET_RESET_PIN = 6
} signet_reset_reason;

/**
 * Reset. lib/ never resets: step functions ask for it, the main loop does it.
 *
 * Clauses:
 *  RESET-1  reboot does not return; the first stage runs next.
 *  RESET-2  reason gives the cause of the present boot, the same at each call.
 */
typedef struct signet_reset_ops {
    void (*reboot)(void *ctx);
    signet_reset_reason (*reason)(void *ctx);
} signet_reset_ops;

typedef struct signet_reset {
    const signet_reset_ops *ops;
    void *ctx;
} signet_reset;

#ifdef __cplusplus
}
#endif
#endif
