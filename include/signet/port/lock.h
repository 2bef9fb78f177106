/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_LOCK_H
#define SIGNET_PORT_LOCK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The short critical section that guards what an interrupt or a second task
 * may call (signet_report_push).
 *
 * Clauses:
 *  LOCK-1  between enter and exit no other caller is inside.
 *  LOCK-2  enter may be called from an interrupt; pairs may nest; exit takes
 *          what its enter returned.
 *  LOCK-3  a section lasts at most a few hundred instructions; lib/ makes no
 *          port call inside one.
 */
typedef struct signet_lock_ops {
    uint32_t (*enter)(void *ctx);
    void (*exit)(void *ctx, uint32_t state);
} signet_lock_ops;

typedef struct signet_lock {
    const signet_lock_ops *ops;
    void *ctx;
} signet_lock;

#ifdef __cplusplus
}
#endif
#endif
