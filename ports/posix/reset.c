/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/reset.h"

#include <unistd.h>

static void reboot_now(void *ctx)
{
    (void)ctx;
    _exit(SIGNET_POSIX_REBOOT_STATUS);
}

static signet_reset_reason reset_reason(void *ctx)
{
    const signet_posix_reset *reset = ctx;
    return reset->reason;
}

static const signet_reset_ops ops = {reboot_now, reset_reason};

void signet_posix_reset_init(signet_posix_reset *ctx,
                             signet_reset_reason reason, signet_reset *out)
{
    ctx->reason = reason;
    out->ops = &ops;
    out->ctx = ctx;
}
