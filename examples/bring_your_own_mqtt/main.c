/* SPDX-License-Identifier: MIT */
/* The example device on an MQTT client and a TLS library that the firmware
 * has already: here libmosquitto and OpenSSL. Nothing of lib/cloud's MQTT or
 * of ports/wolfssl's TLS is used; the agent does not know the difference. */
#define _POSIX_C_SOURCE 200809L

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "machine_posix.h"
#include "mosquitto_messenger.h"

static void wait_for_network(void *ctx, uint32_t ms)
{
    struct pollfd entry;
    entry.fd = mosquitto_messenger_fd((const struct mosquitto_messenger *)ctx);
    entry.events = POLLIN;
    entry.revents = 0;
    (void)poll(&entry, 1, (int)ms);
}

int main(void)
{
    static struct machine machine;
    static struct mosquitto_messenger messenger;
    if (mosquitto_lib_init() != MOSQ_ERR_SUCCESS || !machine_open(&machine)) {
        return EXIT_FAILURE;
    }
    printf("device: release %s on libmosquitto\n", DEVICE_RELEASE);
    machine.board.messenger = mosquitto_messenger_view(&messenger);
    return machine_run(&machine, wait_for_network, &messenger);
}
