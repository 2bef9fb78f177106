/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_CLOCK_H
#define SIGNET_PORT_POSIX_CLOCK_H

#include "signet/port/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Clocks of a device. Fields are private. */
typedef struct signet_posix_clock {
    uint64_t start_ms;
    uint64_t wall_base_s; /**< as set; 0: not set */
    uint64_t wall_set_ms; /**< uptime when it was */
    bool trust_host;
} signet_posix_clock;

/**
 * Start the clocks: uptime is 0 now and goes on while the host sleeps
 * (CLOCK_BOOTTIME).
 *
 * @param ctx         stays valid and unmoved while out is in use.
 * @param trust_host  believe CLOCK_REALTIME until set_wall. Leave it false to
 *                    behave as a device without a battery-backed clock, whose
 *                    only source of time is a signed receipt.
 */
void signet_posix_clock_init(signet_posix_clock *ctx, bool trust_host,
                             signet_clock *out);

#ifdef __cplusplus
}
#endif
#endif
