/* SPDX-License-Identifier: MIT */
/* The example device as a Linux process under signet-launcher. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>

#include "machine_posix.h"
#include "network_posix.h"

int main(void)
{
    static struct machine machine;
    static struct network network;
    signet_status status;
    if (!machine_open(&machine)) {
        return EXIT_FAILURE;
    }
    printf("device: release %s\n", DEVICE_RELEASE);
    status =
        network_open(&network, &machine.board.rng, &machine.board.messenger);
    if (status != SIGNET_OK) {
        fprintf(stderr, "device: no network: %s\n", signet_status_text(status));
        return EXIT_FAILURE;
    }
    return machine_run(&machine, network_wait, &network);
}
