/* SPDX-License-Identifier: MIT */
#include "mqtt.h"

signet_messenger device_mqtt_start(struct device_mqtt *mqtt,
                                   const signet_stream *stream)
{
    signet_mqtt_memory memory;
    memory.tx = mqtt->tx;
    memory.tx_cap = sizeof mqtt->tx;
    memory.rx = mqtt->rx;
    memory.rx_cap = sizeof mqtt->rx;
    memory.inflight = mqtt->inflight;
    memory.inflight_count = sizeof mqtt->inflight / sizeof mqtt->inflight[0];
    signet_mqtt_messenger_init(&mqtt->messenger, stream, &memory);
    return signet_mqtt_messenger_view(&mqtt->messenger);
}
