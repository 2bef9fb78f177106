/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fault_cpu.h"

#include <ucontext.h>

void signet_posix_fault_registers(const void *context,
                                  signet_fault_context *out)
{
    const ucontext_t *cpu = context;
    for (int i = 0; i < 13; i++) {
        out->registers[i] = cpu->uc_mcontext.regs[i];
    }
    out->pc = cpu->uc_mcontext.pc;
    out->lr = cpu->uc_mcontext.regs[30];
    out->stack_pointer = cpu->uc_mcontext.sp;
}
