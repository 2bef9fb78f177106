/* SPDX-License-Identifier: MIT */
/* Packets that a client sends. Each function writes one whole packet or
 * nothing. */
#include "mqtt_wire.h"

#include <string.h>

#define MAX_STRING 65535u

static size_t length_size(size_t remaining)
{
    return remaining < 0x80u       ? 1u
           : remaining < 0x4000u   ? 2u
           : remaining < 0x200000u ? 3u
                                   : 4u;
}

static uint8_t *put_be16(uint8_t *out, size_t value)
{
    signet_put_be16(out, (uint16_t)value);
    return out + 2;
}

/* bytes.ptr may be NULL when empty, which memcpy does not allow. */
static uint8_t *put_raw(uint8_t *out, signet_bytes bytes)
{
    if (bytes.len != 0) {
        memcpy(out, bytes.ptr, bytes.len);
    }
    return out + bytes.len;
}

static uint8_t *put_string(uint8_t *out, signet_bytes string)
{
    return put_raw(put_be16(out, string.len), string);
}

/* Check sizes and write the fixed header. *at: where the rest goes. */
static signet_status begin(uint8_t first, size_t remaining, uint8_t *out,
                           size_t cap, uint8_t **at)
{
    size_t header = 1 + length_size(remaining);

    if (remaining > SIGNET_MQTT_MAX_REMAINING) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (header > cap || remaining > cap - header) {
        return SIGNET_ERR_TOO_SMALL;
    }
    *out++ = first;
    for (; remaining >= 0x80u; remaining >>= 7) {
        *out++ = (uint8_t)(remaining | 0x80u);
    }
    *out++ = (uint8_t)remaining;
    *at = out;
    return SIGNET_OK;
}

static signet_status put_empty(uint8_t first, uint8_t *out, size_t cap,
                               size_t *len)
{
    uint8_t *at = out;
    signet_status status = begin(first, 0, out, cap, &at);

    *len = (size_t)(at - out);
    return status;
}

static signet_bytes view_text(const char *text)
{
    return signet_view((const uint8_t *)text, strlen(text));
}

static signet_status check_string(signet_bytes string)
{
    if (string.len > MAX_STRING) {
        return SIGNET_ERR_TOO_LARGE;
    }
    return signet_mqtt_text_valid(string) ? SIGNET_OK : SIGNET_ERR_ARGUMENT;
}

#define FLAG_CLEAN 0x02u
#define FLAG_PASSWORD 0x40u
#define FLAG_USER_NAME 0x80u

/* The fields of a CONNECT payload in their order; returns how many. */
static size_t collect_fields(const signet_mqtt_connect *connect,
                             signet_bytes fields[3], uint8_t *flags)
{
    size_t count = 1;

    *flags = connect->clean ? FLAG_CLEAN : 0;
    fields[0] = view_text(connect->client_id);
    if (connect->user_name != NULL) {
        *flags |= FLAG_USER_NAME;
        fields[count++] = view_text(connect->user_name);
    }
    if (connect->password.len != 0) {
        *flags |= FLAG_PASSWORD;
        fields[count++] = connect->password;
    }
    return count;
}

/* A password may be any bytes, but wants a user name (MQTT-3.1.2-22). */
static signet_status check_fields(const signet_bytes *fields, size_t count,
                                  uint8_t flags)
{
    size_t strings = (flags & FLAG_PASSWORD) != 0 ? count - 1 : count;
    signet_status status = SIGNET_OK;

    if ((flags & (FLAG_PASSWORD | FLAG_USER_NAME)) == FLAG_PASSWORD ||
        (fields[0].len == 0 && (flags & FLAG_CLEAN) == 0)) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (fields[count - 1].len > MAX_STRING) {
        return SIGNET_ERR_TOO_LARGE;
    }
    for (size_t i = 0; i < strings && status == SIGNET_OK; i++) {
        status = check_string(fields[i]);
    }
    return status;
}

/* [4 "MQTT"][level 4][flags][keep-alive 2][client id][user name][password] */
signet_status signet_mqtt_put_connect(const signet_mqtt_connect *connect,
                                      uint8_t *out, size_t cap, size_t *len)
{
    static const uint8_t protocol[] = {0, 4, 'M', 'Q', 'T', 'T', 4};
    signet_bytes fields[3];
    uint8_t flags;
    size_t count = collect_fields(connect, fields, &flags);
    size_t size = sizeof protocol + 3;
    uint8_t *at = out;
    signet_status status = check_fields(fields, count, flags);

    for (size_t i = 0; i < count; i++) {
        size += 2 + fields[i].len;
    }
    if (status == SIGNET_OK) {
        status = begin(SIGNET_MQTT_CONNECT << 4, size, out, cap, &at);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    at = put_raw(at, signet_view(protocol, sizeof protocol));
    *at++ = flags;
    at = put_be16(at, connect->keep_alive_s);
    for (size_t i = 0; i < count; i++) {
        at = put_string(at, fields[i]);
    }
    *len = (size_t)(at - out);
    return SIGNET_OK;
}

static bool publish_is_valid(const signet_mqtt_publish *publish)
{
    if (publish->qos > 1 || (publish->qos != 0) != (publish->packet_id != 0)) {
        return false;
    }
    if (publish->duplicate && publish->qos == 0) {
        return false;
    }
    return signet_mqtt_topic_valid(publish->topic);
}

signet_status signet_mqtt_put_publish(const signet_mqtt_publish *publish,
                                      uint8_t *out, size_t cap, size_t *len)
{
    uint8_t first = (uint8_t)(SIGNET_MQTT_PUBLISH << 4 | publish->qos << 1);
    size_t head = 2 + publish->topic.len + (publish->qos != 0 ? 2u : 0u);
    uint8_t *at = out;
    signet_status status;

    if (!publish_is_valid(publish)) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (publish->topic.len > MAX_STRING ||
        publish->payload.len > SIGNET_MQTT_MAX_REMAINING - head) {
        return SIGNET_ERR_TOO_LARGE;
    }
    first |= publish->duplicate ? SIGNET_MQTT_FLAG_DUPLICATE : 0u;
    first |= publish->retain ? SIGNET_MQTT_FLAG_RETAIN : 0u;
    status = begin(first, head + publish->payload.len, out, cap, &at);
    if (status != SIGNET_OK) {
        return status;
    }
    at = put_string(at, publish->topic);
    if (publish->qos != 0) {
        at = put_be16(at, publish->packet_id);
    }
    at = put_raw(at, publish->payload);
    *len = (size_t)(at - out);
    return SIGNET_OK;
}

signet_status signet_mqtt_put_puback(uint16_t packet_id, uint8_t *out,
                                     size_t cap, size_t *len)
{
    uint8_t *at = out;
    signet_status status;

    if (packet_id == 0) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = begin(SIGNET_MQTT_PUBACK << 4, 2, out, cap, &at);
    if (status != SIGNET_OK) {
        return status;
    }
    *len = (size_t)(put_be16(at, packet_id) - out);
    return SIGNET_OK;
}

/* Bytes of the payload: [length 2][filter][QoS] each. */
static signet_status measure_filters(const char *const *filters, size_t count,
                                     size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < count; i++) {
        signet_bytes filter = view_text(filters[i]);
        signet_status status = check_string(filter);

        if (status != SIGNET_OK) {
            return status;
        }
        if (filter.len == 0) {
            return SIGNET_ERR_ARGUMENT;
        }
        *size += 2 + filter.len + 1;
        if (*size > SIGNET_MQTT_MAX_REMAINING - 2) {
            return SIGNET_ERR_TOO_LARGE;
        }
    }
    return SIGNET_OK;
}

signet_status signet_mqtt_put_subscribe(uint16_t packet_id,
                                        const char *const *filters,
                                        size_t count, uint8_t qos, uint8_t *out,
                                        size_t cap, size_t *len)
{
    uint8_t *at = out;
    size_t size;
    signet_status status;

    if (packet_id == 0 || count == 0 || qos > 1) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = measure_filters(filters, count, &size);
    if (status == SIGNET_OK) {
        /* The reserved flags of SUBSCRIBE are 0010 (3.8.1). */
        status =
            begin(SIGNET_MQTT_SUBSCRIBE << 4 | 0x02u, 2 + size, out, cap, &at);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    at = put_be16(at, packet_id);
    for (size_t i = 0; i < count; i++) {
        at = put_string(at, view_text(filters[i]));
        *at++ = qos;
    }
    *len = (size_t)(at - out);
    return SIGNET_OK;
}

signet_status signet_mqtt_put_pingreq(uint8_t *out, size_t cap, size_t *len)
{
    return put_empty(SIGNET_MQTT_PINGREQ << 4, out, cap, len);
}

signet_status signet_mqtt_put_disconnect(uint8_t *out, size_t cap, size_t *len)
{
    return put_empty(SIGNET_MQTT_DISCONNECT << 4, out, cap, len);
}
