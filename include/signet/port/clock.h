/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_CLOCK_H
#define SIGNET_PORT_CLOCK_H

#include "signet/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Clocks. lib/ never calls this port: it takes `now` as an argument; main
 * loops, the TLS port and the agent's task read it.
 *
 * Clauses:
 *  CLOCK-1  uptime_ms never runs backwards and starts near 0 at each boot.
 *  CLOCK-2  uptime_ms advances in real time, within 1 %.
 *  CLOCK-3  wall_s is 0 until set, unless a battery-backed clock keeps it;
 *           set_wall takes effect at once.
 *
 * Context: task; uptime_ms also from an interrupt.
 */
typedef struct signet_clock_ops {
    uint64_t (*uptime_ms)(void *ctx);
    uint64_t (*wall_s)(void *ctx);
    void (*set_wall)(void *ctx, uint64_t wall_s);
} signet_clock_ops;

typedef struct signet_clock {
    const signet_clock_ops *ops;
    void *ctx;
} signet_clock;

/** Both clocks at once, as step functions want them. */
static inline signet_time signet_now(const signet_clock *clock)
{
    signet_time now;
    now.uptime_ms = clock->ops->uptime_ms(clock->ctx);
    now.wall_s = clock->ops->wall_s(clock->ctx);
    return now;
}

#ifdef __cplusplus
}
#endif
#endif
