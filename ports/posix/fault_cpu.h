/* SPDX-License-Identifier: MIT */
/** What differs between CPUs in a signal's context; one file a CPU. */
#ifndef SIGNET_POSIX_FAULT_CPU_H
#define SIGNET_POSIX_FAULT_CPU_H

#include "signet/port/fault.h"

/**
 * Fill pc, lr, registers and stack_pointer, all absolute.
 *
 * @param context  third argument of a SA_SIGINFO handler.
 */
void signet_posix_fault_registers(const void *context,
                                  signet_fault_context *out);

#endif
