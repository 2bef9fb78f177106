/* SPDX-License-Identifier: MIT */
#ifndef DEVICE_MQTT_H
#define DEVICE_MQTT_H

#include "signet/cloud.h"
#include "signet/identity.h"

/** Largest update block, and room for what is around it. */
#define DEVICE_CHUNK_MAX 4096u
#define DEVICE_TX_SIZE (SIGNET_ENROL_MAX_SIZE + 256u)
#define DEVICE_RX_SIZE (DEVICE_CHUNK_MAX + 512u)

/** Signet's own MQTT client and its memory. */
struct device_mqtt {
    signet_mqtt_messenger messenger;
    signet_mqtt_inflight inflight[16];
    uint8_t tx[DEVICE_TX_SIZE];
    uint8_t rx[DEVICE_RX_SIZE];
};

/** @param stream  TLS; stays valid. */
signet_messenger device_mqtt_start(struct device_mqtt *mqtt,
                                   const signet_stream *stream);

#endif
