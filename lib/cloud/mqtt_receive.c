/* SPDX-License-Identifier: MIT */
/*
 * What comes in. Bytes are placed into rx and packets are read there; a
 * PUBLISH that does not fit rx is delivered in parts, rx then holding
 *
 *   0      part_topic_len      rx_len          rx_cap
 *   | topic | piece of payload | free          |
 *
 * and a part is delivered when rx is full or the message ends. Bytes behind
 * the message are not accepted until it is done.
 *
 * Nothing is acknowledged that was not delivered: PUBACK is queued and the
 * event called in one go, and while tx has no room for PUBACK the message
 * stays in rx.
 */
#include "mqtt_session.h"

#include <string.h>

/* Return codes 1 to 5, in the order of the status list (3.2.2.3). */
static signet_status connack_status(uint8_t return_code)
{
    return (signet_status)(SIGNET_ERR_MQTT_VERSION + 1 - (int)return_code);
}

static void opened(signet_mqtt *mqtt)
{
    mqtt->state = SIGNET_MQTT_OPEN;
    mqtt->events.opened(mqtt->events.ctx, mqtt->present);
}

static signet_status handle_connack(signet_mqtt *mqtt,
                                    const signet_mqtt_packet *packet,
                                    uint64_t now_ms)
{
    /* Nothing but CONNECT was queued: an answer to half of it is none. */
    if (mqtt->tx_len != 0) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    if (packet->return_code != 0) {
        return connack_status(packet->return_code);
    }
    if (packet->session_present && mqtt->clean) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    mqtt->present = packet->session_present;
    if (mqtt->filter_count == 0) {
        opened(mqtt);
        return SIGNET_OK;
    }
    mqtt->state = SIGNET_MQTT_SUBSCRIBING;
    return signet_mqtt_subscribe(mqtt, now_ms);
}

static signet_status check_granted(const signet_mqtt *mqtt,
                                   const signet_mqtt_packet *packet)
{
    if (mqtt->subscribe_id == 0 || packet->packet_id != mqtt->subscribe_id ||
        packet->granted.len != mqtt->filters_asked) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    for (size_t i = 0; i < packet->granted.len; i++) {
        if (packet->granted.ptr[i] == 0x80u) {
            return SIGNET_ERR_MQTT_SUBSCRIBE;
        }
        if (packet->granted.ptr[i] > 1) {
            return SIGNET_ERR_MQTT_PROTOCOL;
        }
    }
    return SIGNET_OK;
}

/* PENDING, and nothing done: no room to ask for the next filters yet. */
static signet_status handle_suback(signet_mqtt *mqtt,
                                   const signet_mqtt_packet *packet,
                                   uint64_t now_ms)
{
    size_t before = mqtt->filters_granted;
    signet_status status = check_granted(mqtt, packet);

    if (status != SIGNET_OK) {
        return status;
    }
    mqtt->filters_granted += mqtt->filters_asked;
    if (mqtt->filters_granted == mqtt->filter_count) {
        mqtt->subscribe_id = 0;
        opened(mqtt);
        return SIGNET_OK;
    }
    status = signet_mqtt_subscribe(mqtt, now_ms);
    if (status == SIGNET_PENDING) {
        mqtt->filters_granted = before;
    }
    return status;
}

/* An identifier that is not under way is ignored: it frees nothing. */
static void handle_puback(signet_mqtt *mqtt, uint16_t packet_id)
{
    for (size_t i = 0; i < mqtt->memory.inflight_count; i++) {
        if (mqtt->memory.inflight[i].packet_id == packet_id) {
            mqtt->memory.inflight[i].packet_id = 0;
            mqtt->events.acknowledged(mqtt->events.ctx, packet_id);
            return;
        }
    }
}

/* Take the room for PUBACK before the event, which may publish. */
static bool acknowledge(signet_mqtt *mqtt, uint8_t qos, uint16_t packet_id)
{
    if (qos == 0) {
        return true;
    }
    if (!signet_mqtt_tx_room(mqtt, SIGNET_MQTT_PUBACK_SIZE,
                             SIGNET_MQTT_PINGREQ_SIZE)) {
        return false;
    }
    signet_mqtt_queue_puback(mqtt, packet_id);
    return true;
}

static signet_status handle_publish(signet_mqtt *mqtt,
                                    const signet_mqtt_publish *publish)
{
    const signet_message_part part = {.topic = publish->topic,
                                      .payload = publish->payload,
                                      .offset = 0,
                                      .total = publish->payload.len};

    if (!acknowledge(mqtt, publish->qos, publish->packet_id)) {
        return SIGNET_PENDING;
    }
    mqtt->events.received(mqtt->events.ctx, &part);
    return SIGNET_OK;
}

/* PENDING: the packet waits for room in tx. */
static signet_status handle(signet_mqtt *mqtt, const signet_mqtt_packet *packet,
                            uint64_t now_ms)
{
    /* CONNACK comes first and once (3.2). */
    if ((packet->type == SIGNET_MQTT_CONNACK) !=
        (mqtt->state == SIGNET_MQTT_CONNECTING)) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    switch (packet->type) {
    case SIGNET_MQTT_CONNACK:
        return handle_connack(mqtt, packet, now_ms);
    case SIGNET_MQTT_PUBLISH:
        return handle_publish(mqtt, &packet->publish);
    case SIGNET_MQTT_PUBACK:
        handle_puback(mqtt, packet->packet_id);
        return SIGNET_OK;
    case SIGNET_MQTT_SUBACK:
        return handle_suback(mqtt, packet, now_ms);
    case SIGNET_MQTT_PINGRESP:
        mqtt->ping_outstanding = false;
        return SIGNET_OK;
    default:
        return SIGNET_ERR_MQTT_PROTOCOL; /* UNSUBACK: never asked for */
    }
}

/* Deliver what rx holds of a long message, if it is time. */
static signet_status deliver_part(signet_mqtt *mqtt)
{
    size_t len = mqtt->rx_len - mqtt->part_topic_len;
    bool last = mqtt->part_offset + len == mqtt->part_total;
    const signet_message_part part = {
        .topic = signet_view(mqtt->memory.rx, mqtt->part_topic_len),
        .payload = signet_view(mqtt->memory.rx + mqtt->part_topic_len, len),
        .offset = mqtt->part_offset,
        .total = mqtt->part_total};

    if (!last && mqtt->rx_len < mqtt->memory.rx_cap) {
        return SIGNET_PENDING;
    }
    if (last && !acknowledge(mqtt, mqtt->part_qos, mqtt->part_packet_id)) {
        return SIGNET_PENDING;
    }
    mqtt->events.received(mqtt->events.ctx, &part);
    mqtt->part_offset += len;
    mqtt->rx_len = last ? 0 : mqtt->part_topic_len;
    if (last) {
        mqtt->part_total = 0;
    }
    return SIGNET_OK;
}

/* rx starts with a packet that will not fit it: a PUBLISH, or an attack. */
static signet_status begin_parts(signet_mqtt *mqtt,
                                 const signet_mqtt_header *header)
{
    signet_mqtt_publish publish;
    uint8_t *rx = mqtt->memory.rx;
    signet_status status;

    if (header->first >> 4 != SIGNET_MQTT_PUBLISH ||
        mqtt->state == SIGNET_MQTT_CONNECTING) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    status = signet_mqtt_get_publish(
        header, signet_view(rx + header->len, mqtt->rx_len - header->len),
        &publish);
    if (status == SIGNET_PENDING && mqtt->rx_len == mqtt->memory.rx_cap) {
        return SIGNET_ERR_TOO_LARGE; /* the topic alone */
    }
    if (status != SIGNET_OK) {
        return status;
    }
    mqtt->part_offset = 0;
    mqtt->part_total = header->remaining - 2 - publish.topic.len -
                       (publish.qos != 0 ? 2u : 0u);
    mqtt->part_qos = publish.qos;
    mqtt->part_packet_id = publish.packet_id;
    mqtt->part_topic_len = (uint16_t)publish.topic.len;
    memmove(rx, publish.topic.ptr, publish.topic.len);
    memmove(rx + publish.topic.len, publish.payload.ptr, publish.payload.len);
    mqtt->rx_len = publish.topic.len + publish.payload.len;
    return deliver_part(mqtt);
}

/* PENDING: rx holds the beginning of a packet, or one that has to wait. */
static signet_status check_oversize(signet_mqtt *mqtt)
{
    signet_mqtt_header header;
    signet_status status = signet_mqtt_get_header(
        signet_view(mqtt->memory.rx, mqtt->rx_len), &header);

    if (status != SIGNET_OK) {
        return status;
    }
    if (header.remaining <= mqtt->memory.rx_cap - header.len) {
        return SIGNET_PENDING;
    }
    return begin_parts(mqtt, &header);
}

/* Handle the whole packets in rx and move the rest to its start. */
static signet_status handle_packets(signet_mqtt *mqtt, uint64_t now_ms)
{
    signet_mqtt_packet packet;
    size_t at = 0;
    size_t used = 0;
    signet_status status;

    do {
        status = signet_mqtt_parse(
            signet_view(mqtt->memory.rx + at, mqtt->rx_len - at), &packet,
            &used);
        if (status == SIGNET_OK) {
            status = handle(mqtt, &packet, now_ms);
        }
        if (status == SIGNET_OK) {
            at += used;
        }
    } while (status == SIGNET_OK && at < mqtt->rx_len &&
             signet_mqtt_is_up(mqtt));
    mqtt->rx_len -= at;
    if (at != 0 && mqtt->rx_len != 0) {
        memmove(mqtt->memory.rx, mqtt->memory.rx + at, mqtt->rx_len);
    }
    return status == SIGNET_PENDING ? check_oversize(mqtt) : status;
}

signet_status signet_mqtt_received(signet_mqtt *mqtt, size_t len,
                                   uint64_t now_ms)
{
    signet_status status;

    if (!signet_mqtt_is_up(mqtt)) {
        return mqtt->failure != SIGNET_OK ? mqtt->failure : SIGNET_ERR_STATE;
    }
    if (len != 0) {
        mqtt->last_received_ms = (uint32_t)now_ms;
        mqtt->ping_since_ms = (uint32_t)now_ms;
        if (mqtt->state == SIGNET_MQTT_SUBSCRIBING) {
            mqtt->wait_since_ms = (uint32_t)now_ms;
        }
    }
    mqtt->rx_len += len;
    if (mqtt->rx_len == 0) {
        return SIGNET_OK;
    }
    status = mqtt->part_total != 0 ? deliver_part(mqtt)
                                   : handle_packets(mqtt, now_ms);
    if (status == SIGNET_OK || status == SIGNET_PENDING) {
        return SIGNET_OK;
    }
    mqtt->state = SIGNET_MQTT_FAILED;
    mqtt->failure = status;
    return status;
}

signet_status signet_mqtt_input(signet_mqtt *mqtt, signet_bytes input,
                                uint64_t now_ms, size_t *used)
{
    signet_status status;
    uint8_t *at;
    size_t room;

    *used = 0;
    do {
        room = signet_mqtt_rx_room(mqtt, &at);
        if (room > input.len - *used) {
            room = input.len - *used;
        }
        if (room != 0) {
            memcpy(at, input.ptr + *used, room);
            *used += room;
        }
        status = signet_mqtt_received(mqtt, room, now_ms);
        /* rx may have been full of what now could go. */
        if (room == 0 && signet_mqtt_rx_room(mqtt, &at) == 0) {
            break;
        }
    } while (status == SIGNET_OK && *used < input.len);
    return status;
}
