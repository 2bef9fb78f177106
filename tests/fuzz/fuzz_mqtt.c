/* SPDX-License-Identifier: MIT */
/*
 * The MQTT parser and session under arbitrary bytes.
 *
 *   [options][operation, argument, bytes ...]...
 *   [0xFF][a packet for the parser alone]
 *
 * Beyond memory safety it is checked that: a prefix of a packet is never an
 * error nor a packet; what was parsed can be encoded and parsed again; parts
 * come in order; no PUBACK leaves for a message that was not delivered whole;
 * offered output stays where it is.
 */
#include "fuzz.h"
#include "signet/cloud.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* A copy of exactly len bytes, so that the sanitizer sees a byte too far. */
static uint8_t *copy_of(const uint8_t *data, size_t len)
{
    uint8_t *copy = (uint8_t *)malloc(len != 0 ? len : 1);

    require(copy != NULL);
    if (len != 0) {
        memcpy(copy, data, len);
    }
    return copy;
}

/* ---- the parser ---- */

static void check_prefixes(signet_bytes whole)
{
    signet_mqtt_packet packet;
    size_t used;

    for (size_t len = 0; len < whole.len && len < 64; len++) {
        require(signet_mqtt_parse(signet_view(whole.ptr, len), &packet,
                                  &used) == SIGNET_PENDING);
    }
}

static void check_again(const signet_mqtt_publish *publish, size_t used)
{
    uint8_t *out = (uint8_t *)malloc(used);
    signet_mqtt_packet packet;
    size_t len = 0;

    require(out != NULL);
    /* used may hold a padded length: the encoding is never longer. */
    require(signet_mqtt_put_publish(publish, out, used, &len) == SIGNET_OK);
    require(signet_mqtt_parse(signet_view(out, len), &packet, &used) ==
            SIGNET_OK);
    require(used == len && packet.publish.packet_id == publish->packet_id);
    require(signet_equal(packet.publish.topic, publish->topic));
    require(signet_equal(packet.publish.payload, publish->payload));
    free(out);
}

static void fuzz_parser(const uint8_t *data, size_t size)
{
    uint8_t *input = copy_of(data, size);
    signet_mqtt_packet packet;
    size_t used = 0;

    if (signet_mqtt_parse(signet_view(input, size), &packet, &used) ==
        SIGNET_OK) {
        require(used <= size);
        check_prefixes(signet_view(input, used));
        if (packet.type == SIGNET_MQTT_PUBLISH) {
            check_again(&packet.publish, used);
        }
    }
    free(input);
}

/* ---- the session ---- */

#define TX 96u
#define RX 48u

typedef struct world {
    signet_mqtt mqtt;
    signet_mqtt_inflight inflight[2];
    uint8_t *tx;
    uint8_t *rx;
    uint64_t now_ms;
    size_t expected_offset;
    size_t expected_total;
    unsigned messages; /* delivered whole */
    unsigned pubacks;  /* that left */
    unsigned opened;
    bool echo; /* publish from inside events */
    /* What is being sent: to find packets in the output. */
    uint8_t sent[5];
    size_t sent_len;
    size_t skip;
} world;

static void opened(void *ctx, bool present)
{
    world *w = (world *)ctx;

    (void)present;
    w->opened++;
    require(w->opened == 1);
}

static void acknowledged(void *ctx, uint16_t token)
{
    (void)ctx;
    require(token != 0);
}

static void received(void *ctx, const signet_message_part *part)
{
    world *w = (world *)ctx;

    require(part->topic.len != 0);
    require(part->offset == w->expected_offset);
    require(part->offset == 0 || part->total == w->expected_total);
    require(part->payload.len <= part->total - part->offset);
    w->expected_total = part->total;
    w->expected_offset += part->payload.len;
    if (w->expected_offset == part->total) {
        w->expected_offset = 0;
        w->messages++;
    }
    if (w->echo) {
        (void)signet_mqtt_send(&w->mqtt, "echo", signet_view(w->tx, 3), 1,
                               NULL);
    }
}

/* Follow the packets that leave, byte by byte; all are below 128 bytes. */
static void watch(world *w, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (w->skip != 0) {
            w->skip--;
            continue;
        }
        w->sent[w->sent_len++] = bytes[i];
        if (w->sent_len == 2) {
            require(bytes[i] < 0x80);
            w->pubacks += w->sent[0] == 0x40 ? 1u : 0u;
            require(w->pubacks <= w->messages);
            w->skip = bytes[i];
            w->sent_len = 0;
        }
    }
}

static void take_output(world *w, size_t most)
{
    signet_bytes output = signet_mqtt_output(&w->mqtt);
    signet_bytes again = signet_mqtt_output(&w->mqtt);
    size_t n = output.len < most ? output.len : most;

    require(output.ptr == again.ptr && output.len == again.len);
    watch(w, output.ptr, n);
    signet_mqtt_sent(&w->mqtt, n, w->now_ms);
}

static void give_input(world *w, const uint8_t *data, size_t len)
{
    uint8_t *input = copy_of(data, len);
    size_t used = 0;

    (void)signet_mqtt_input(&w->mqtt, signet_view(input, len), w->now_ms,
                            &used);
    require(used <= len);
    free(input);
}

static void bring_up(world *w, uint8_t options)
{
    static const char *const filters[] = {"a/#", "b"};
    const signet_mqtt_memory memory = {w->tx, TX, w->rx, RX, w->inflight, 2};
    const signet_messenger_session session = {
        .client_id = "f",
        .clean = (options & 1u) != 0,
        .keep_alive_s = (options & 2u) != 0 ? 10 : 0,
        .filters = filters,
        .filter_count = (options & 4u) != 0 ? 2 : 0,
        .events = {.ctx = w,
                   .opened = opened,
                   .acknowledged = acknowledged,
                   .received = received}};
    static const uint8_t connack[] = {0x20, 2, 0, 0};

    signet_mqtt_init(&w->mqtt, &memory);
    require(signet_mqtt_start(&w->mqtt, &session, w->now_ms) == SIGNET_OK);
    w->echo = (options & 8u) != 0;
    if ((options & 16u) != 0) {
        take_output(w, TX);
        give_input(w, connack, sizeof connack);
    }
}

static void operate(world *w, uint8_t operation, uint8_t argument,
                    const uint8_t *data, size_t len)
{
    uint64_t next;

    switch (operation % 5) {
    case 0:
        take_output(w, argument);
        break;
    case 1:
        w->now_ms += (uint64_t)argument * 250u;
        (void)signet_mqtt_tick(&w->mqtt, w->now_ms, &next);
        break;
    case 2:
        (void)signet_mqtt_send(&w->mqtt, "up", signet_view(data, len),
                               argument & 1u, NULL);
        break;
    default:
        give_input(w, data, len);
        break;
    }
}

static void fuzz_session(const uint8_t *data, size_t size)
{
    world w;
    size_t at = 1;

    memset(&w, 0, sizeof w);
    w.now_ms = 0xFFFFF000u;
    w.tx = (uint8_t *)calloc(1, TX);
    w.rx = (uint8_t *)calloc(1, RX);
    require(w.tx != NULL && w.rx != NULL);
    bring_up(&w, data[0]);
    while (size - at >= 2) {
        uint8_t operation = data[at];
        uint8_t argument = data[at + 1];
        size_t len;

        at += 2;
        len = operation % 5 < 2 ? 0 : argument;
        len = len < size - at ? len : size - at;
        operate(&w, operation, argument, data + at, len);
        at += len;
    }
    free(w.tx);
    free(w.rx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    if (data[0] == 0xFF) {
        fuzz_parser(data + 1, size - 1);
    } else {
        fuzz_session(data, size);
    }
    return 0;
}

/* ---- seeds ---- */

#define PACKET(...)                                                            \
    {                                                                          \
        sizeof((uint8_t[]){__VA_ARGS__}),                                      \
        {                                                                      \
            __VA_ARGS__                                                        \
        }                                                                      \
    }

/* Operations: 0 take, 1 wait, 2 publish, 3 feed. */
static const struct seed {
    size_t len;
    uint8_t bytes[80];
} seeds[] = {
    /* parser: CONNACK, PUBLISH, SUBACK, PUBACK, PINGRESP, a huge length */
    PACKET(0xFF, 0x20, 2, 1, 0),
    PACKET(0xFF, 0x30, 8, 0, 3, 'a', '/', 'b', 'x', 'y', 'z'),
    PACKET(0xFF, 0x3B, 17, 0, 11, 'd', 'e', 'v', '/', 0xC3, 0xA9, '/', 'd', 'o',
           'w', 'n', 0, 9, 'x', 'y'),
    PACKET(0xFF, 0x30, 0x8A, 0, 0, 4, 0xF0, 0x9F, 0x92, 0xA1, 'a', 'b', 'c',
           'd'),
    PACKET(0xFF, 0x90, 4, 0, 1, 0, 0x80),
    PACKET(0xFF, 0x40, 2, 0, 1),
    PACKET(0xFF, 0xD0, 0),
    PACKET(0xFF, 0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0, 1, 't'),
    /* connect, subscribe, one message */
    PACKET(7, 0, 255, 3, 4, 0x20, 2, 0, 0, 0, 255, 3, 6, 0x90, 4, 0, 1, 1, 1, 3,
           12, 0x32, 10, 0, 3, 'a', '/', 'b', 0, 1, 'x', 'y', 'z', 0, 255),
    /* a message in parts, the rest to be fed */
    PACKET(18, 3, 20, 0x32, 60, 0, 3, 'a', '/', 'b', 0, 5, 1, 2, 3, 4, 5, 6, 7,
           8, 9, 10, 11, 3, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
           15, 16, 17, 18, 19, 20, 3, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
           13, 14, 15, 16, 17, 18, 19, 20, 0, 255),
    /* keep-alive */
    PACKET(18, 1, 40, 0, 255, 3, 2, 0xD0, 0, 1, 200, 1, 200),
    /* publish, a partial write, PUBACK; then from inside an event */
    PACKET(24, 2, 3, 'a', 'b', 'c', 0, 3, 2, 2, 'd', 'e', 0, 255, 3, 4, 0x40, 2,
           0, 1, 3, 7, 0x32, 5, 0, 1, 't', 0, 2, 0, 255),
};

size_t fuzz_seed(unsigned n, uint8_t *out)
{
    if (n >= sizeof seeds / sizeof seeds[0]) {
        return 0;
    }
    memcpy(out, seeds[n].bytes, seeds[n].len);
    return seeds[n].len;
}
