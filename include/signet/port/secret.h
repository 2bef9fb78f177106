/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_SECRET_H
#define SIGNET_PORT_SECRET_H

#include "signet/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIGNET_SECRET_SIZE 32u

/** RFC 9783 s4.3.1 security life cycle, the upper byte of the claim. */
typedef enum signet_life_cycle {
    SIGNET_LIFE_UNKNOWN = 0x0000,
    SIGNET_LIFE_PROVISIONING = 0x1000,
    SIGNET_LIFE_SECURED = 0x3000,
    SIGNET_LIFE_DEBUG = 0x4000,
    SIGNET_LIFE_DECOMMISSIONED = 0x6000
} signet_life_cycle;

/** How well the secret is kept; stated in evidence. Values are frozen. */
typedef enum signet_assurance {
    SIGNET_ASSURANCE_NONE = 0,    /**< a file or plain flash */
    SIGNET_ASSURANCE_LOCKED = 1,  /**< read-locked after the first stage */
    SIGNET_ASSURANCE_HARDWARE = 2 /**< secure element, TPM or fuses */
} signet_assurance;

/**
 * The device secret (DICE: unique device secret, UDS).
 *
 * Clauses:
 *  SECRET-1  read gives the same 32 bytes for the life of the device.
 *  SECRET-2  after latch, read gives SIGNET_ERR_KEY until the next reset;
 *            a port that cannot latch says so by assurance NONE.
 *  SECRET-3  a blank device gives SIGNET_ERR_NOT_FOUND.
 *
 * Context: first stage, or start-up before any other task runs.
 */
typedef struct signet_secret_ops {
    signet_status (*read)(void *ctx, uint8_t secret[32]);
    void (*latch)(void *ctx);
    signet_life_cycle (*life_cycle)(void *ctx);
    signet_assurance (*assurance)(void *ctx);
} signet_secret_ops;

typedef struct signet_secret {
    const signet_secret_ops *ops;
    void *ctx;
} signet_secret;

#ifdef __cplusplus
}
#endif
#endif
