/* SPDX-License-Identifier: MIT */
/* Packets that a server may send. Every length is checked before use. */
#include "mqtt_wire.h"

/* Types without flags that a server may send: CONNACK, PUBACK, SUBACK,
 * UNSUBACK, PINGRESP; one bit a type. */
#define PLAIN_TYPES                                                            \
    (1u << SIGNET_MQTT_CONNACK | 1u << SIGNET_MQTT_PUBACK |                    \
     1u << SIGNET_MQTT_SUBACK | 1u << SIGNET_MQTT_UNSUBACK |                   \
     1u << SIGNET_MQTT_PINGRESP)

/* May a server send that byte to a client that asks for QoS 0 and 1? */
static bool first_valid(uint8_t first)
{
    if (first >> 4 == SIGNET_MQTT_PUBLISH) {
        /* QoS 2 was never granted, 3 is malformed, DUP needs QoS 1. */
        return (first & 0x04u) == 0 && (first & 0x0Au) != 0x08u;
    }
    /* Reserved flags are 0 (2.2.2). */
    return (first & 0x0Fu) == 0 && (PLAIN_TYPES >> (first >> 4) & 1u) != 0;
}

static bool remaining_valid(uint8_t first, uint32_t remaining)
{
    unsigned type = first >> 4;

    if (type == SIGNET_MQTT_PUBLISH || type == SIGNET_MQTT_SUBACK) {
        return remaining >= 3;
    }
    return remaining == (type == SIGNET_MQTT_PINGRESP ? 0u : 2u);
}

signet_status signet_mqtt_get_header(signet_bytes input,
                                     signet_mqtt_header *out)
{
    uint32_t remaining = 0;
    uint8_t len = 1;
    uint8_t byte;

    if (input.len == 0) {
        return SIGNET_PENDING;
    }
    if (!first_valid(input.ptr[0])) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    do {
        if (len == 5) {
            return SIGNET_ERR_MQTT_PROTOCOL;
        }
        if (len == input.len) {
            return SIGNET_PENDING;
        }
        byte = input.ptr[len];
        remaining |= (uint32_t)(byte & 0x7Fu) << (7 * (len - 1));
        len++;
    } while ((byte & 0x80u) != 0);
    if (!remaining_valid(input.ptr[0], remaining)) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    out->first = input.ptr[0];
    out->remaining = remaining;
    out->len = len;
    return SIGNET_OK;
}

signet_status signet_mqtt_get_publish(const signet_mqtt_header *header,
                                      signet_bytes body,
                                      signet_mqtt_publish *out)
{
    size_t topic_len;
    size_t head;

    out->qos = (header->first >> 1) & 0x03u;
    out->duplicate = (header->first & SIGNET_MQTT_FLAG_DUPLICATE) != 0;
    out->retain = (header->first & SIGNET_MQTT_FLAG_RETAIN) != 0;
    if (body.len < 2) {
        return SIGNET_PENDING;
    }
    topic_len = signet_get_be16(body.ptr);
    head = 2 + topic_len + (out->qos != 0 ? 2u : 0u);
    if (head > header->remaining) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    if (head > body.len) {
        return SIGNET_PENDING;
    }
    out->topic = signet_view(body.ptr + 2, topic_len);
    out->packet_id =
        out->qos != 0 ? signet_get_be16(body.ptr + 2 + topic_len) : 0;
    out->payload = signet_view(body.ptr + head, body.len - head);
    if ((out->qos != 0 && out->packet_id == 0) ||
        !signet_mqtt_topic_valid(out->topic)) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    return SIGNET_OK;
}

/* [flags: session present in bit 0, others 0][return code] (3.2.2) */
static signet_status get_connack(signet_bytes body, signet_mqtt_packet *out)
{
    out->session_present = (body.ptr[0] & 1u) != 0;
    out->return_code = body.ptr[1];
    if (body.ptr[0] > 1 || out->return_code > 5) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    if (out->session_present && out->return_code != 0) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    return SIGNET_OK;
}

/* [packet identifier 2][return code: 0, 1, 2 or 0x80, one a filter] (3.9) */
static signet_status get_suback(signet_bytes body, signet_mqtt_packet *out)
{
    out->granted = signet_view(body.ptr + 2, body.len - 2);
    for (size_t i = 0; i < out->granted.len; i++) {
        if (out->granted.ptr[i] > 2 && out->granted.ptr[i] != 0x80u) {
            return SIGNET_ERR_MQTT_PROTOCOL;
        }
    }
    return SIGNET_OK;
}

static signet_status get_body(signet_bytes body, signet_mqtt_packet *out)
{
    switch (out->type) {
    case SIGNET_MQTT_CONNACK:
        return get_connack(body, out);
    case SIGNET_MQTT_PINGRESP:
        return SIGNET_OK;
    default:
        break;
    }
    out->packet_id = signet_get_be16(body.ptr);
    if (out->packet_id == 0) {
        return SIGNET_ERR_MQTT_PROTOCOL;
    }
    return out->type == SIGNET_MQTT_SUBACK ? get_suback(body, out) : SIGNET_OK;
}

signet_status signet_mqtt_parse(signet_bytes input, signet_mqtt_packet *out,
                                size_t *used)
{
    signet_mqtt_header header;
    signet_status status = signet_mqtt_get_header(input, &header);
    signet_bytes body;

    if (status != SIGNET_OK) {
        return status;
    }
    if (header.remaining > input.len - header.len) {
        return SIGNET_PENDING;
    }
    body = signet_view(input.ptr + header.len, header.remaining);
    out->type = (signet_mqtt_type)(header.first >> 4);
    if (out->type == SIGNET_MQTT_PUBLISH) {
        status = signet_mqtt_get_publish(&header, body, &out->publish);
        /* The packet is whole: nothing can be missing. */
        if (status == SIGNET_PENDING) {
            status = SIGNET_ERR_MQTT_PROTOCOL;
        }
    } else {
        status = get_body(body, out);
    }
    *used = (size_t)header.len + header.remaining;
    return status;
}
