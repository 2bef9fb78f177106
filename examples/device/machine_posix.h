/* SPDX-License-Identifier: MIT */
#ifndef MACHINE_POSIX_H
#define MACHINE_POSIX_H

#include "device.h"
#include "signet/port/posix/device.h"

/** The example device on the services of the posix port. */
struct machine {
    signet_posix_device posix;
    struct device_board board;
    struct device device;
};

/** How the main loop sleeps: until the network has something, or for ms. */
typedef void (*machine_wait)(void *ctx, uint32_t ms);

/** Open what the launcher handed down. board.messenger is left to the caller.
 * Prints why when it fails. */
bool machine_open(struct machine *machine);

/** Settings, watchdog, device. Prints why when it fails. */
bool machine_start(struct machine *machine);

/** One turn: a step of the device, and all that it asks for.
 * @return milliseconds until the next turn is wanted. */
uint32_t machine_turn(struct machine *machine);

/** Start the device and run it; returns an exit status when it cannot. */
int machine_run(struct machine *machine, machine_wait wait, void *wait_ctx);

#endif
