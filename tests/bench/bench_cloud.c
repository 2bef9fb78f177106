/* SPDX-License-Identifier: MIT */
/* MQTT: a topic of 40 bytes, QoS 1, payloads of 64 and 1,024 bytes. */
#include "bench.h"
#include "signet/cloud.h"

#include <string.h>

#define TOPIC "signet/dev/0123456789abcdef0123/up/mess0"
#define BUFFER 2048u

static uint8_t tx[BUFFER];
static uint8_t rx[BUFFER];
static uint8_t packet[BUFFER];
static uint8_t payload[1024];
static size_t packet_len;
static size_t payload_len;
static size_t moved;
static size_t delivered;
static unsigned acknowledged;
static signet_mqtt_inflight inflight[4];
static signet_mqtt_messenger messenger;
static signet_messenger view;
static signet_time now = {.uptime_ms = 1000};
static uint16_t token;

/* What the stream gives at its next read; 0: nothing. */
static const uint8_t *coming;
static size_t coming_len;

static signet_status open_stream(void *ctx, const signet_peer *peer)
{
    (void)ctx;
    (void)peer;
    return SIGNET_OK;
}

/* Counts bytes, as the transport of the measured rivals did. */
static signet_status write_stream(void *ctx, const uint8_t *data, size_t len,
                                  size_t *written)
{
    (void)ctx;
    (void)data;
    moved += len;
    *written = len;
    return SIGNET_OK;
}

static signet_status read_stream(void *ctx, uint8_t *out, size_t cap,
                                 size_t *len)
{
    (void)ctx;
    if (coming_len == 0 || coming_len > cap) {
        return SIGNET_PENDING;
    }
    memcpy(out, coming, coming_len);
    *len = coming_len;
    coming_len = 0;
    return SIGNET_OK;
}

static void close_stream(void *ctx)
{
    (void)ctx;
}

static void opened(void *ctx, bool present)
{
    (void)ctx;
    (void)present;
}

static void closed(void *ctx, signet_status why)
{
    (void)ctx;
    bench_expect(0, signet_status_name(why));
}

static void on_acknowledged(void *ctx, uint16_t id)
{
    (void)ctx;
    (void)id;
    acknowledged++;
}

static void received(void *ctx, const signet_message_part *part)
{
    (void)ctx;
    delivered += part->payload.len;
}

static void step(void)
{
    uint64_t next;

    (void)view.ops->step(view.ctx, now, &next);
}

static void give(const uint8_t *bytes, size_t len)
{
    coming = bytes;
    coming_len = len;
}

static void make_packet(void)
{
    const signet_mqtt_publish publish = {
        .topic = {(const uint8_t *)TOPIC, sizeof TOPIC - 1},
        .payload = {payload, payload_len},
        .packet_id = 77,
        .qos = 1};

    bench_expect(signet_mqtt_put_publish(&publish, packet, sizeof packet,
                                         &packet_len) == SIGNET_OK,
                 "put_publish");
}

static void set_up(size_t size)
{
    static const signet_stream_ops ops = {open_stream, write_stream,
                                          read_stream, close_stream};
    static const signet_stream stream = {&ops, NULL};
    static const uint8_t connack[] = {0x20, 2, 0, 0};
    const signet_mqtt_memory memory = {tx, BUFFER, rx, BUFFER, inflight, 4};
    const signet_messenger_session session = {
        .client_id = "0123456789abcdef0123",
        .keep_alive_s = 60,
        .events = {NULL, opened, closed, on_acknowledged, received}};

    payload_len = size;
    make_packet();
    signet_mqtt_messenger_init(&messenger, &stream, &memory);
    view = signet_mqtt_messenger_view(&messenger);
    bench_expect(view.ops->open(view.ctx, &session, now) == SIGNET_OK, "open");
    step();
    give(connack, sizeof connack);
    step();
    bench_expect(messenger.mqtt.state == SIGNET_MQTT_OPEN, "connack");
}

static void serialise(void)
{
    const signet_mqtt_publish publish = {
        .topic = {(const uint8_t *)TOPIC, sizeof TOPIC - 1},
        .payload = {payload, payload_len},
        .packet_id = 77,
        .qos = 1};
    size_t len;

    bench_expect(signet_mqtt_put_publish(&publish, packet, sizeof packet,
                                         &len) == SIGNET_OK,
                 "serialise");
}

static void parse(void)
{
    signet_mqtt_packet parsed;
    size_t used;

    bench_expect(signet_mqtt_parse(signet_view(packet, packet_len), &parsed,
                                   &used) == SIGNET_OK,
                 "parse");
}

/* Make the broker acknowledge what is under way. */
static void settle(void)
{
    uint8_t puback[4] = {0x40, 2, (uint8_t)(token >> 8), (uint8_t)token};

    if (token != 0) {
        give(puback, sizeof puback);
        step();
        token = 0;
    }
}

static void publish_message(void)
{
    bench_expect(view.ops->publish(view.ctx, TOPIC,
                                   signet_view(payload, payload_len), 1,
                                   &token) == SIGNET_OK,
                 "publish");
}

/* The whole way of a message: queued, then handed to the stream. */
static void publish(void)
{
    signet_bytes output;
    size_t written;

    publish_message();
    output = signet_mqtt_output(&messenger.mqtt);
    (void)write_stream(NULL, output.ptr, output.len, &written);
    signet_mqtt_sent(&messenger.mqtt, written, now.uptime_ms);
}

static void packet_comes(void)
{
    give(packet, packet_len);
}

static void ack_comes(void)
{
    static uint8_t puback[4] = {0x40, 2};

    publish_message();
    step();
    puback[2] = (uint8_t)(token >> 8);
    puback[3] = (uint8_t)token;
    give(puback, sizeof puback);
}

static const bench_operation operations[] = {
    {"cloud.serialise_64", set_up, NULL, serialise, 64},
    {"cloud.serialise_1024", set_up, NULL, serialise, 1024},
    {"cloud.parse_64", set_up, NULL, parse, 64},
    {"cloud.parse_1024", set_up, NULL, parse, 1024},
    {"cloud.publish_64", set_up, settle, publish, 64},
    {"cloud.publish_1024", set_up, settle, publish, 1024},
    {"cloud.receive_64", set_up, packet_comes, step, 64},
    {"cloud.receive_1024", set_up, packet_comes, step, 1024},
    {"cloud.ack", set_up, ack_comes, step, 64},
    {"cloud.idle", set_up, NULL, step, 64},
};

int main(int argc, char **argv)
{
    return bench_run(argc, argv, operations,
                     sizeof operations / sizeof operations[0]);
}
