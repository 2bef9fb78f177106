/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_POSIX_MONOTONIC_H
#define SIGNET_POSIX_MONOTONIC_H

#include <stdint.h>
#include <time.h>

/** Milliseconds of a POSIX clock. The clocks used here cannot fail. */
static inline uint64_t signet_posix_clock_ms(clockid_t clock)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

#endif
