/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fault_cpu.h"

#include <ucontext.h>

/* rax, rbx, rcx, rdx, rsi, rdi, rbp, r8..r13. */
static const int saved[13] = {REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI,
                              REG_RDI, REG_RBP, REG_R8,  REG_R9,  REG_R10,
                              REG_R11, REG_R12, REG_R13};

void signet_posix_fault_registers(const void *context,
                                  signet_fault_context *out)
{
    const ucontext_t *cpu = context;
    for (int i = 0; i < 13; i++) {
        out->registers[i] = (uint64_t)cpu->uc_mcontext.gregs[saved[i]];
    }
    out->pc = (uint64_t)cpu->uc_mcontext.gregs[REG_RIP];
    out->lr = 0; /* no link register */
    out->stack_pointer = (uint64_t)cpu->uc_mcontext.gregs[REG_RSP];
}
