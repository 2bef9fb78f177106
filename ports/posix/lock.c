/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/lock.h"

/* A fault while inside must still be reported, and the kernel would end the
 * process without a word if its signal were blocked. */
static void interrupts(sigset_t *set)
{
    (void)sigfillset(set);
    (void)sigdelset(set, SIGSEGV);
    (void)sigdelset(set, SIGBUS);
    (void)sigdelset(set, SIGILL);
    (void)sigdelset(set, SIGFPE);
    (void)sigdelset(set, SIGABRT);
}

/* Signals first: a handler must not find its own thread holding the mutex. */
static uint32_t enter(void *ctx)
{
    signet_posix_lock *lock = ctx;
    sigset_t block;
    sigset_t before;
    interrupts(&block);
    (void)pthread_sigmask(SIG_BLOCK, &block, &before);
    (void)pthread_mutex_lock(&lock->mutex);
    if (lock->depth == 0) {
        lock->restore = before;
    }
    return lock->depth++;
}

static void leave(void *ctx, uint32_t state)
{
    signet_posix_lock *lock = ctx;
    sigset_t restore = lock->restore;
    lock->depth = state;
    (void)pthread_mutex_unlock(&lock->mutex);
    if (state == 0) {
        (void)pthread_sigmask(SIG_SETMASK, &restore, NULL);
    }
}

static const signet_lock_ops ops = {enter, leave};

signet_status signet_posix_lock_init(signet_posix_lock *ctx, signet_lock *out)
{
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0) {
        return SIGNET_ERR_IO;
    }
    (void)pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    int error = pthread_mutex_init(&ctx->mutex, &attributes);
    (void)pthread_mutexattr_destroy(&attributes);
    if (error != 0) {
        return SIGNET_ERR_IO;
    }
    ctx->depth = 0;
    out->ops = &ops;
    out->ctx = ctx;
    return SIGNET_OK;
}

void signet_posix_lock_destroy(signet_posix_lock *ctx)
{
    (void)pthread_mutex_destroy(&ctx->mutex);
}
