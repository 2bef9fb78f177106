/* SPDX-License-Identifier: MIT */
/*
 * A short critical section, LOCK-1..3: raise the interrupt mask; with several
 * cores a spin lock as well.
 */
#include "signet/port/lock.h"

static uint32_t lock_enter(void *ctx)
{
#error "mask interrupts and return the mask as it was; LOCK-1, 2"
}

static void lock_exit(void *ctx, uint32_t state)
{
#error "restore the mask that enter returned; LOCK-2"
}

const signet_lock_ops template_lock_ops = {lock_enter, lock_exit};
