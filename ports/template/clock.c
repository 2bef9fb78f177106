/* SPDX-License-Identifier: MIT */
/*
 * Clocks, CLOCK-1..3. A 32-bit tick that wraps must be extended here.
 */
#include "signet/port/clock.h"

static uint64_t uptime_ms(void *ctx)
{
#error "milliseconds since the reset; never runs backwards; CLOCK-1, 2"
}

static uint64_t wall_s(void *ctx)
{
#error "Unix time, or 0 while it is not known; CLOCK-3"
}

static void set_wall(void *ctx, uint64_t wall)
{
#error "take the time from a signed receipt; CLOCK-3"
}

const signet_clock_ops template_clock_ops = {uptime_ms, wall_s, set_wall};
