/* SPDX-License-Identifier: MIT */
/** The power supply: what outlives a reset, and the running device. */
#ifndef SIGNET_LAUNCHER_SUPPLY_H
#define SIGNET_LAUNCHER_SUPPLY_H

#include "directory.h"
#include "first_stage.h"

#include <signal.h>

/** Switched on: memory that lasts until the launcher ends. */
typedef struct launcher_supply {
    launcher_directory directory;
    int noinit_fd;
    int watchdog_fd;
    signet_posix_watchdog watchdog_ctx;
    signet_watchdog watchdog;
    sigset_t signals; /**< that are waited for, and blocked */
    sigset_t before;
} launcher_supply;

/** How a run of the device ended. */
typedef enum launcher_end {
    LAUNCHER_END_RESET, /**< start it again, for the reason given */
    LAUNCHER_END_OFF    /**< switched off, from inside or outside */
} launcher_end;

/** Switch on; takes directory over. Resets of the device find RAM as it was. */
signet_status launcher_supply_open(launcher_supply *supply,
                                   const launcher_directory *directory);
void launcher_supply_close(launcher_supply *supply);

/**
 * Start the sealed image and stay with it until it ends.
 *
 * @param arguments  for the device's main, from argv[1] on; ends with NULL.
 * @param reason     why the next boot happens, with LAUNCHER_END_RESET.
 */
signet_status launcher_supply_run(launcher_supply *supply,
                                  const launcher_boot *boot,
                                  char *const *arguments, launcher_end *end,
                                  signet_reset_reason *reason);

#endif
