/* SPDX-License-Identifier: MIT */
/*
 * Watchdog, WDOG-1, 2: an independent one, clocked apart from the CPU.
 */
#include "signet/port/watchdog.h"

static signet_status watchdog_start(void *ctx, uint32_t timeout_ms)
{
#error "start it, rounding up; ERR_ARGUMENT when out of range; WDOG-1"
}

static void watchdog_feed(void *ctx)
{
#error "reload the counter"
}

const signet_watchdog_ops template_watchdog_ops = {watchdog_start,
                                                   watchdog_feed};
