/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/watchdog.h"

#include "monotonic.h"

#include <assert.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Both processes see CLOCK_MONOTONIC alike; timeout_ms 0 is "not started". */
typedef struct shared {
    _Atomic uint64_t fed_ms;
    _Atomic uint32_t timeout_ms;
    uint32_t reserved;
} shared;

static_assert(sizeof(shared) == SIGNET_POSIX_WATCHDOG_SIZE, "shared layout");
static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a lock would not be shared");

static void feed(void *ctx)
{
    const signet_posix_watchdog *watchdog = ctx;
    shared *memory = watchdog->shared;
    if (memory != NULL) {
        atomic_store(&memory->fed_ms, signet_posix_clock_ms(CLOCK_MONOTONIC));
    }
}

static signet_status start(void *ctx, uint32_t timeout_ms)
{
    const signet_posix_watchdog *watchdog = ctx;
    shared *memory = watchdog->shared;
    if (timeout_ms == 0) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (memory == NULL) {
        return SIGNET_ERR_UNSUPPORTED;
    }
    feed(ctx);
    uint32_t before = atomic_load(&memory->timeout_ms);
    if (before == 0 || timeout_ms < before) {
        atomic_store(&memory->timeout_ms, timeout_ms);
    }
    return SIGNET_OK;
}

static const signet_watchdog_ops ops = {start, feed};

static bool large_enough(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && info.st_size >= (off_t)sizeof(shared);
}

signet_status signet_posix_watchdog_open(signet_posix_watchdog *ctx, int fd,
                                         signet_watchdog *out)
{
    ctx->shared = NULL;
    out->ops = &ops;
    out->ctx = ctx;
    if (fd < 0) {
        return SIGNET_OK;
    }
    if (!large_enough(fd)) {
        return SIGNET_ERR_IO;
    }
    void *memory =
        mmap(NULL, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        return SIGNET_ERR_IO;
    }
    ctx->shared = memory;
    return SIGNET_OK;
}

bool signet_posix_watchdog_expired(const signet_posix_watchdog *ctx)
{
    shared *memory = ctx->shared;
    if (memory == NULL) {
        return false;
    }
    uint32_t timeout = atomic_load(&memory->timeout_ms);
    uint64_t fed = atomic_load(&memory->fed_ms);
    uint64_t now = signet_posix_clock_ms(CLOCK_MONOTONIC);
    return timeout != 0 && now > fed && now - fed > timeout;
}

void signet_posix_watchdog_rearm(signet_posix_watchdog *ctx)
{
    shared *memory = ctx->shared;
    if (memory != NULL) {
        atomic_store(&memory->timeout_ms, 0);
    }
}

void signet_posix_watchdog_close(signet_posix_watchdog *ctx)
{
    if (ctx->shared != NULL) {
        (void)munmap(ctx->shared, sizeof(shared));
    }
    ctx->shared = NULL;
}
