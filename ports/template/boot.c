/* SPDX-License-Identifier: MIT */
/*
 * The hand-off record, BOOT-1, 2: RAM that the first stage wrote and start-up
 * code left alone, or a register bank.
 */
#include "signet/port/boot.h"

static signet_status boot_handoff(void *ctx, signet_handoff *out)
{
#error "copy the record; ERR_CORRUPT when its check fails; BOOT-1, 2"
}

const signet_boot_ops template_boot_ops = {boot_handoff};
