/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_RESET_H
#define SIGNET_PORT_POSIX_RESET_H

#include "signet/port/reset.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Exit status by which a device asks its launcher for a reboot. */
#define SIGNET_POSIX_REBOOT_STATUS 78

/** The cause of this boot, as the launcher told it. */
typedef struct signet_posix_reset {
    signet_reset_reason reason;
} signet_posix_reset;

/**
 * Reset by ending the process with SIGNET_POSIX_REBOOT_STATUS; without a
 * launcher nothing starts it again. No atexit handler runs, as on hardware.
 *
 * @param reason  from the hand-off record; UNKNOWN without one.
 */
void signet_posix_reset_init(signet_posix_reset *ctx,
                             signet_reset_reason reason, signet_reset *out);

#ifdef __cplusplus
}
#endif
#endif
