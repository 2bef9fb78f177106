/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_LOCK_H
#define SIGNET_PORT_POSIX_LOCK_H

#include "signet/port/lock.h"
#include "signet/status.h"

#include <pthread.h>
#include <signal.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A critical section. Fields are private. */
typedef struct signet_posix_lock {
    pthread_mutex_t mutex;
    sigset_t restore; /**< signal mask of the thread inside, before it was */
    uint32_t depth;
} signet_posix_lock;

/**
 * A recursive mutex. A signal is this port's interrupt: while inside, the
 * thread's signals wait, all but those of a fault, so that a handler may
 * enter as well (LOCK-2).
 *
 * @param ctx  stays valid and unmoved while out is in use.
 * @retval SIGNET_ERR_IO  the system has no resources for a mutex.
 */
signet_status signet_posix_lock_init(signet_posix_lock *ctx, signet_lock *out);

/** Give the mutex back. Nobody may be inside. */
void signet_posix_lock_destroy(signet_posix_lock *ctx);

#ifdef __cplusplus
}
#endif
#endif
