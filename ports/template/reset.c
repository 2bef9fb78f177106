/* SPDX-License-Identifier: MIT */
/*
 * Reset, RESET-1, 2.
 */
#include "signet/port/reset.h"

static void reset_reboot(void *ctx)
{
#error "reset the device; does not return; RESET-1"
}

static signet_reset_reason reset_reason(void *ctx)
{
#error "the cause, read from the reset register once and kept; RESET-2"
}

const signet_reset_ops template_reset_ops = {reset_reboot, reset_reason};
