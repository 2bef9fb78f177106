/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_FAULT_H
#define SIGNET_PORT_POSIX_FAULT_H

#include "signet/port/fault.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the RAM that survives a reset, at any launcher. */
#define SIGNET_POSIX_NOINIT_SIZE 16384u

/** Stack bytes that a fault context carries at most. */
#define SIGNET_POSIX_FAULT_SNAPSHOT 1024u

#define SIGNET_POSIX_FAULT_STACK 65536u

/** Fault capture of one device. Fields are private. */
typedef struct signet_posix_fault {
    struct signet_posix_fault *next; /**< installed in this process */
    signet_fault_fn handler;
    void *arg;
    uint8_t *noinit;
    int probe[2]; /**< pipe through which memory is read without faulting */
    uint8_t snapshot[SIGNET_POSIX_FAULT_SNAPSHOT];
    uint8_t stack[SIGNET_POSIX_FAULT_STACK];
} signet_posix_fault;

/**
 * Fault capture by signals: SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT.
 *
 * kind is the signal's number. pc and lr are relative to the load address of
 * the main program: addr2line's addresses. A pc outside of it (abort in the C
 * library) is given as the nearest return address into the program that the
 * stack snapshot holds; 0 when there is none. address is that of SIGSEGV and
 * SIGBUS.
 *
 * After the handler the signal's default action ends the process, which the
 * launcher sees as a fault (FAULT-2). A second fault, in the handler, ends it
 * at once. The alternate stack belongs to the thread that called install; a
 * stack overflow in another thread is not captured.
 *
 * Devices in one process share its signals, as they would share a CPU: a
 * fault reaches the handler of each.
 *
 * @param noinit_fd  shared memory of SIGNET_POSIX_NOINIT_SIZE bytes that
 *                   outlives this process, or -1: private memory, zeroed,
 *                   which survives nothing. It may be closed after this call.
 * @param ctx        stays valid and unmoved until close.
 * @retval SIGNET_ERR_IO  no memory, no pipe, or fd is too short.
 */
signet_status signet_posix_fault_open(signet_posix_fault *ctx, int noinit_fd,
                                      signet_fault *out);

/** Remove the handler and unmap. Not to be called while another thread is in
 * install, or after a fault. */
void signet_posix_fault_close(signet_posix_fault *ctx);

#ifdef __cplusplus
}
#endif
#endif
