/* SPDX-License-Identifier: MIT */
/*
 * Fault capture and no-init RAM, FAULT-1..3. On ARMv7-M: HardFault, MemManage,
 * BusFault and UsageFault on the main stack; ports/cortex_m where it exists.
 */
#include "signet/port/fault.h"

static signet_status fault_install(void *ctx, signet_fault_fn handler,
                                   void *arg)
{
#error "set the fault vectors, enable the configurable faults; FAULT-1"
}

static uint8_t *fault_noinit(void *ctx, size_t *len)
{
#error "RAM that start-up code leaves alone, a linker section; FAULT-3"
}

const signet_fault_ops template_fault_ops = {fault_install, fault_noinit};
