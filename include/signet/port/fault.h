/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_FAULT_H
#define SIGNET_PORT_FAULT_H

#include "signet/bytes.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a fault handler knows. Registers a CPU lacks are 0. */
typedef struct signet_fault_context {
    uint32_t kind;          /**< signal number, or the ARM exception number */
    uint32_t status;        /**< CFSR on ARMv7-M; 0 elsewhere */
    uint64_t address;       /**< faulting address when known, else 0 */
    uint64_t pc;            /**< relative to the image's load address */
    uint64_t lr;            /**< relative likewise; 0 when unknown */
    uint64_t registers[13]; /**< r0-r12 or the CPU's first ones: memory class */
    uint64_t stack_pointer;
    signet_bytes stack; /**< snapshot from sp upwards: memory class */
} signet_fault_context;

/**
 * Called once, with interrupts off, on a stack that can be trusted. It must
 * not allocate, lock or return to the faulting code; afterwards the port
 * resets with SIGNET_RESET_FAULT.
 */
typedef void (*signet_fault_fn)(void *arg, const signet_fault_context *fault);

/**
 * Fault capture and RAM that survives a reset.
 *
 * Clauses:
 *  FAULT-1  after install every CPU fault reaches handler, on its own stack.
 *  FAULT-2  after handler returned the device resets.
 *  FAULT-3  noinit bytes survive every reset but power loss; nothing else
 *           writes them.
 */
typedef struct signet_fault_ops {
    signet_status (*install)(void *ctx, signet_fault_fn handler, void *arg);
    uint8_t *(*noinit)(void *ctx, size_t *len);
} signet_fault_ops;

typedef struct signet_fault {
    const signet_fault_ops *ops;
    void *ctx;
} signet_fault;

#ifdef __cplusplus
}
#endif
#endif
