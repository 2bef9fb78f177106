/* SPDX-License-Identifier: MIT */
#ifndef NETWORK_POSIX_H
#define NETWORK_POSIX_H

#include "mqtt.h"
#include "signet/port/posix/stream.h"
#include "signet/port/tls.h"

/** MQTT by lib/cloud, on TLS by ports/wolfssl, on a TCP socket. */
struct network {
    signet_posix_stream tcp_ctx;
    signet_stream tcp;
    signet_tls tls_ctx;
    signet_stream tls;
    struct device_mqtt mqtt;
};

/** Put the layers on top of each other; nothing is connected yet.
 * @param[out] out  the messenger for the agent. */
signet_status network_open(struct network *network, const signet_entropy *rng,
                           signet_messenger *out);

/** A machine_wait: sleep until the socket has something, or for ms.
 * ctx: the struct network. */
void network_wait(void *ctx, uint32_t ms);

#endif
