/* SPDX-License-Identifier: MIT */
#include "network_posix.h"

#include "signet/port/wolfssl.h"

#define CONNECT_TIMEOUT_MS 5000u

signet_status network_open(struct network *network, const signet_entropy *rng,
                           signet_messenger *out)
{
    signet_status status = signet_wolfssl_init(rng);
    if (status != SIGNET_OK) {
        return status;
    }
    signet_posix_stream_init(&network->tcp_ctx, CONNECT_TIMEOUT_MS,
                             &network->tcp);
    status = signet_tls_init(&network->tls_ctx, &network->tcp);
    if (status == SIGNET_OK) {
        network->tls = signet_tls_stream(&network->tls_ctx);
        *out = device_mqtt_start(&network->mqtt, &network->tls);
    }
    return status;
}

void network_wait(void *ctx, uint32_t ms)
{
    const struct network *network = (const struct network *)ctx;
    signet_posix_stream_wait(&network->tcp_ctx, false, ms);
}
