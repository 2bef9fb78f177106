/* SPDX-License-Identifier: MIT */
/** The first stage: choose, verify, measure, hand over. */
#ifndef SIGNET_LAUNCHER_FIRST_STAGE_H
#define SIGNET_LAUNCHER_FIRST_STAGE_H

#include "config.h"
#include "signet/port/boot.h"
#include "signet/port/posix/device.h"
#include "signet/port/posix/layout.h"
#include "signet/update.h"

/** Boots of a trial before it is reverted. */
#define LAUNCHER_MAX_TRIES 3u

/** The first stage's RAM. */
typedef struct launcher_stage {
    launcher_config config;
    signet_posix_storage storage;
    signet_items items;
    signet_posix_counter counter_ctx;
    signet_counter counter;
    signet_update_config update;
    signet_update_memory memory;
} launcher_stage;

/** What is started: sealed memory, and the record that goes with it. */
typedef struct launcher_boot {
    int image_fd; /**< the verified bytes; nobody can change them */
    int handoff_fd;
    signet_handoff handoff;
} launcher_boot;

/** Open flash and counters; opened anew at each boot, as after a reset. */
signet_status launcher_stage_open(launcher_stage *stage, int dir_fd,
                                  const char *flash_name,
                                  const launcher_config *config);
void launcher_stage_close(launcher_stage *stage);

/**
 * One boot, from the decision to the sealed image.
 *
 * @param out  on success the caller closes both descriptors.
 * Errors: those of signet_boot_decide; SIGNET_ERR_IMAGE_DIGEST: the slot
 * changed between decision and copy; SIGNET_ERR_COUNTER.
 */
signet_status launcher_stage_boot(launcher_stage *stage,
                                  signet_reset_reason reason,
                                  launcher_boot *out);

#endif
