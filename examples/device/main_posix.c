/* SPDX-License-Identifier: MIT */
/* The example device as a Linux process under signet-launcher: TLS by
 * ports/wolfssl over a socket, MQTT by lib/cloud. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>

#include "machine_posix.h"
#include "mqtt.h"
#include "signet/port/posix/stream.h"
#include "signet/port/tls.h"
#include "signet/port/wolfssl.h"

#define CONNECT_TIMEOUT_MS 5000u

struct network {
    signet_posix_stream tcp_ctx;
    signet_stream tcp;
    signet_tls tls_ctx;
    signet_stream tls;
    struct device_mqtt mqtt;
};

static signet_status open_network(struct network *network,
                                  const signet_entropy *rng,
                                  signet_messenger *out)
{
    signet_status status = signet_wolfssl_init(rng);
    if (status != SIGNET_OK) {
        return status;
    }
    signet_posix_stream_init(&network->tcp_ctx, CONNECT_TIMEOUT_MS,
                             &network->tcp);
    status = signet_tls_init(&network->tls_ctx, &network->tcp, &network->tls);
    if (status == SIGNET_OK) {
        *out = device_mqtt_start(&network->mqtt, &network->tls);
    }
    return status;
}

static void wait_for_network(void *ctx, uint32_t ms)
{
    signet_posix_stream_wait((const signet_posix_stream *)ctx, false, ms);
}

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
        open_network(&network, &machine.board.rng, &machine.board.messenger);
    if (status != SIGNET_OK) {
        fprintf(stderr, "device: no network: %s\n", signet_status_text(status));
        return EXIT_FAILURE;
    }
    return machine_run(&machine, wait_for_network, &network.tcp_ctx);
}
