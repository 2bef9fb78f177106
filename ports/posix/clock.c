/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/clock.h"

#include "monotonic.h"

static uint64_t uptime_ms(void *ctx)
{
    const signet_posix_clock *clock = ctx;
    return signet_posix_clock_ms(CLOCK_BOOTTIME) - clock->start_ms;
}

static uint64_t wall_s(void *ctx)
{
    const signet_posix_clock *clock = ctx;
    if (clock->wall_base_s != 0) {
        uint64_t since_ms = uptime_ms(ctx) - clock->wall_set_ms;
        return clock->wall_base_s + since_ms / 1000u;
    }
    if (clock->trust_host) {
        return signet_posix_clock_ms(CLOCK_REALTIME) / 1000u;
    }
    return 0;
}

static void set_wall(void *ctx, uint64_t wall)
{
    signet_posix_clock *clock = ctx;
    clock->wall_base_s = wall;
    clock->wall_set_ms = uptime_ms(ctx);
}

static const signet_clock_ops ops = {uptime_ms, wall_s, set_wall};

void signet_posix_clock_init(signet_posix_clock *ctx, bool trust_host,
                             signet_clock *out)
{
    ctx->start_ms = signet_posix_clock_ms(CLOCK_BOOTTIME);
    ctx->wall_base_s = 0;
    ctx->wall_set_ms = 0;
    ctx->trust_host = trust_host;
    out->ops = &ops;
    out->ctx = ctx;
}
