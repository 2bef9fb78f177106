/* SPDX-License-Identifier: MIT */
/* Inside the session: what its sending and receiving halves share. */
#ifndef SIGNET_MQTT_SESSION_H
#define SIGNET_MQTT_SESSION_H

#include "mqtt_wire.h"

/* Milliseconds since a stamp. Only low halves are compared, so a 32-bit clock
 * that wraps does no harm; a stamp just ahead of now (another clock read) is
 * 0 and not 49 days. */
static inline uint32_t signet_mqtt_elapsed(uint64_t now_ms, uint32_t since_ms)
{
    uint32_t difference = (uint32_t)now_ms - since_ms;

    return difference > (uint32_t)INT32_MAX ? 0 : difference;
}

/* True while packets may come in. */
static inline bool signet_mqtt_is_up(const signet_mqtt *mqtt)
{
    return mqtt->state == SIGNET_MQTT_CONNECTING ||
           mqtt->state == SIGNET_MQTT_SUBSCRIBING ||
           mqtt->state == SIGNET_MQTT_OPEN;
}

/* Make len bytes of room behind tx_len and leave reserve behind them. */
bool signet_mqtt_tx_room(signet_mqtt *mqtt, size_t len, size_t reserve);

/* Queue PUBACK; the caller saw to the room. */
void signet_mqtt_queue_puback(signet_mqtt *mqtt, uint16_t packet_id);

/* Queue SUBSCRIBE for the next filters. PENDING: tx has no room now. */
signet_status signet_mqtt_subscribe(signet_mqtt *mqtt, uint64_t now_ms);

/* Where received bytes go, and how many may come: none beyond the end of a
 * message that arrives in parts. */
static inline size_t signet_mqtt_rx_room(const signet_mqtt *mqtt, uint8_t **at)
{
    size_t room = mqtt->memory.rx_cap - mqtt->rx_len;
    size_t rest;

    *at = mqtt->memory.rx + mqtt->rx_len;
    if (mqtt->part_total == 0) {
        return room;
    }
    rest = mqtt->part_total - mqtt->part_offset -
           (mqtt->rx_len - mqtt->part_topic_len);
    return rest < room ? rest : room;
}

/* len bytes were placed there; 0: go on with what was held back. */
signet_status signet_mqtt_received(signet_mqtt *mqtt, size_t len,
                                   uint64_t now_ms);

#endif
