/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_COUNTER_H
#define SIGNET_PORT_COUNTER_H

#include "signet/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What each monotonic counter is for. Values are frozen. */
typedef enum signet_counter_id {
    SIGNET_COUNTER_SECURITY = 0, /**< lowest security counter that may boot */
    SIGNET_COUNTER_TRUST = 1,    /**< lowest trust list that is accepted */
    SIGNET_COUNTER_BOOT = 2      /**< boots so far */
} signet_counter_id;

/**
 * Monotonic counters that survive power loss and factory reset.
 *
 * Clauses:
 *  COUNTER-1  raise stores value when it is larger; a smaller or equal value
 *             succeeds and changes nothing.
 *  COUNTER-2  a value never falls, power loss at any instant included; an
 *             interrupted raise leaves the old or the new value.
 *  COUNTER-3  exhausted or failing hardware is SIGNET_ERR_COUNTER.
 *
 * A port states its endurance and what an attacker with the flash can do.
 * Context: task; may block for one flash operation.
 */
typedef struct signet_counter_ops {
    signet_status (*read)(void *ctx, signet_counter_id id, uint32_t *value);
    signet_status (*raise)(void *ctx, signet_counter_id id, uint32_t value);
} signet_counter_ops;

typedef struct signet_counter {
    const signet_counter_ops *ops;
    void *ctx;
} signet_counter;

#ifdef __cplusplus
}
#endif
#endif
