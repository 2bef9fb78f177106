/* SPDX-License-Identifier: MIT */
/* Verification of an image in its slot, hardened against a skipped
 * instruction: for the bootloader and the factory.
 *
 * A token walks along with the checks. Each check folds its own constant and
 * its status into it; only when every check was made, and each said 0, the
 * token ends as SIGNET_BOOT_ACCEPT. */
#ifndef SIGNET_UPDATE_IMAGE_H
#define SIGNET_UPDATE_IMAGE_H

#include "private.h"

#define SIGNET_STEP_TRUST 0x3C96A55Au
#define SIGNET_STEP_MANIFEST 0x695A3CC6u
#define SIGNET_STEP_SUITABLE 0x96C3695Cu
#define SIGNET_STEP_COUNTER 0xC53A9663u
#define SIGNET_STEP_IMAGE 0x5A69C3A9u
/* All steps together turn REJECT into ACCEPT. */
#define SIGNET_STEP_ACCOUNT                                                    \
    (SIGNET_BOOT_REJECT ^ SIGNET_BOOT_ACCEPT ^ SIGNET_STEP_TRUST ^             \
     SIGNET_STEP_MANIFEST ^ SIGNET_STEP_SUITABLE ^ SIGNET_STEP_COUNTER ^       \
     SIGNET_STEP_IMAGE)

/** Fold one check into the token. @return status. */
signet_status signet_image_fold(volatile uint32_t *token, uint32_t step,
                                signet_status status);

/**
 * Check an opened manifest against device, security counter and slot
 * contents: folds SUITABLE, COUNTER and IMAGE.
 */
signet_status signet_image_verify(const signet_update_config *config,
                                  const signet_manifest *manifest,
                                  uint32_t slot, volatile uint32_t *token);

#endif
