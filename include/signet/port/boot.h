/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_BOOT_H
#define SIGNET_PORT_BOOT_H

#include "signet/port/reset.h"
#include "signet/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIGNET_SLOT_COUNT 2u

/** How the running image stands. Values are frozen. */
typedef enum signet_image_state {
    SIGNET_IMAGE_NONE = 0,
    SIGNET_IMAGE_PENDING = 1, /**< installed, not yet started */
    SIGNET_IMAGE_TRIAL = 2,   /**< started, not yet confirmed */
    SIGNET_IMAGE_CONFIRMED = 3,
    SIGNET_IMAGE_REVERTED = 4 /**< was tried and given up */
} signet_image_state;

/**
 * What the first stage tells the application about this boot: the measured
 * boot record. The first stage writes it after it verified the image; the
 * application trusts it because the first stage is the root of trust.
 */
typedef struct signet_handoff {
    uint32_t slot;             /**< 0 or 1 */
    signet_image_state state;  /**< TRIAL or CONFIRMED */
    uint32_t security_counter; /**< of the running image's manifest */
    uint64_t sequence;         /**< of the running image's manifest */
    uint32_t boot_count;
    signet_reset_reason reset_reason;
    uint8_t measurement[32]; /**< SHA-256 of the image that was started */
    uint8_t signer[32];      /**< SHA-256 of the key that signed it */
    uint8_t boot_seed[32];   /**< random, fresh at each boot */
    uint8_t root_key[64];    /**< P-256 key that signs trust lists */
    char version[33];        /**< of the manifest; NUL-terminated */
} signet_handoff;

/**
 * Clauses:
 *  BOOT-1  handoff gives the record of this boot, the same at each call.
 *  BOOT-2  a record that is absent or fails its check is SIGNET_ERR_CORRUPT.
 */
typedef struct signet_boot_ops {
    signet_status (*handoff)(void *ctx, signet_handoff *out);
} signet_boot_ops;

typedef struct signet_boot {
    const signet_boot_ops *ops;
    void *ctx;
} signet_boot;

#ifdef __cplusplus
}
#endif
#endif
