/* SPDX-License-Identifier: MIT */
/* run: switch the device on. */
#define _GNU_SOURCE
#include "launcher.h"
#include "sealed.h"
#include "supply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A device that falls over at once must not keep a host busy. */
#define FAULT_PAUSE_NS 100000000L /* 100 ms */

static const char *state_word(signet_image_state state)
{
    switch (state) {
    case SIGNET_IMAGE_TRIAL:
        return "trial";
    case SIGNET_IMAGE_CONFIRMED:
        return "confirmed";
    default:
        return "unknown";
    }
}

static const char *reason_words(signet_reset_reason reason)
{
    switch (reason) {
    case SIGNET_RESET_POWER_ON:
        return "power on";
    case SIGNET_RESET_REQUESTED:
        return "reset by request";
    case SIGNET_RESET_WATCHDOG:
        return "reset by watchdog";
    case SIGNET_RESET_FAULT:
        return "reset by fault";
    case SIGNET_RESET_PIN:
        return "reset from outside";
    default:
        return "reset for an unknown reason";
    }
}

static void announce(const signet_handoff *handoff)
{
    (void)printf("boot %" PRIu32 ": slot %c %s %s, %s\n", handoff->boot_count,
                 handoff->slot == 0 ? 'A' : 'B', handoff->version,
                 state_word(handoff->state),
                 reason_words(handoff->reset_reason));
    (void)fflush(stdout);
}

/* First stage of one boot: everything is read from the device again. */
static int prepare(int dir_fd, const char *dir, signet_reset_reason reason,
                   launcher_boot *boot)
{
    static launcher_stage stage;
    launcher_config config;
    signet_status status = launcher_config_read(dir_fd, &config);
    if (status == SIGNET_ERR_NOT_FOUND) {
        (void)launcher_complain("%s: the device is blank; use load", dir);
        return LAUNCHER_NO_IMAGE;
    }
    if (status == SIGNET_OK) {
        status = launcher_stage_open(&stage, dir_fd, SIGNET_POSIX_FLASH_NAME,
                                     &config);
    }
    if (status == SIGNET_OK) {
        status = launcher_stage_boot(&stage, reason, boot);
        launcher_stage_close(&stage);
    }
    if (status != SIGNET_OK) {
        (void)launcher_complain_status(dir, status);
        return status == SIGNET_ERR_NO_IMAGE ? LAUNCHER_NO_IMAGE : EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

static int start(launcher_supply *supply, const launcher_options *options,
                 const launcher_boot *boot, launcher_end *end,
                 signet_reset_reason *reason)
{
    if (options->watchdog_ms != 0) {
        (void)supply->watchdog.ops->start(supply->watchdog.ctx,
                                          options->watchdog_ms);
    }
    announce(&boot->handoff);
    signet_status status =
        launcher_supply_run(supply, boot, options->arguments, end, reason);
    return status == SIGNET_OK
               ? EXIT_SUCCESS
               : launcher_complain_status("cannot start a process", status);
}

static int boot_once(launcher_supply *supply, const launcher_options *options,
                     launcher_end *end, signet_reset_reason *reason)
{
    launcher_boot boot;
    int status = prepare(supply->directory.fd, options->dir, *reason, &boot);
    if (status != EXIT_SUCCESS) {
        return status;
    }
    status = start(supply, options, &boot, end, reason);
    launcher_sealed_drop(&boot.image_fd);
    launcher_sealed_drop(&boot.handoff_fd);
    return status;
}

static int boot_until_off(launcher_supply *supply,
                          const launcher_options *options)
{
    const struct timespec pause = {0, FAULT_PAUSE_NS};
    signet_reset_reason reason = SIGNET_RESET_POWER_ON;
    for (unsigned n = 1;; n++) {
        launcher_end end;
        int status = boot_once(supply, options, &end, &reason);
        if (status != EXIT_SUCCESS) {
            return status;
        }
        if (end == LAUNCHER_END_OFF) {
            (void)puts("power off");
            return EXIT_SUCCESS;
        }
        if (n == options->boots) {
            return LAUNCHER_BOOTS_USED;
        }
        if (reason == SIGNET_RESET_FAULT) {
            (void)nanosleep(&pause, NULL);
        }
    }
}

int launcher_run(const launcher_options *options)
{
    launcher_directory directory;
    launcher_supply supply;
    int status = launcher_directory_open(options->dir, &directory);
    if (status != 0) {
        return status;
    }
    signet_status opened = launcher_supply_open(&supply, &directory);
    if (opened != SIGNET_OK) {
        return launcher_complain_status(options->dir, opened);
    }
    status = boot_until_off(&supply, options);
    launcher_supply_close(&supply);
    return status;
}
