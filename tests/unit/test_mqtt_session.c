/* SPDX-License-Identifier: MIT */
/* The MQTT session, driven by bytes and time alone. */
#include "cmocka_all.h"
#include "guard.h"
#include "session_events.h"
#include "signet/cloud.h"

#include <stdio.h>

#define TX 128u
#define RX 64u
#define KEEP_ALIVE_S 40u
#define PING_MS (KEEP_ALIVE_S * 875u)

typedef struct bench {
    signet_mqtt mqtt;
    signet_mqtt_inflight inflight[3];
    seen_events seen;
    uint8_t *tx;
    uint8_t *rx;
    uint64_t now;
    signet_messenger_session session;
} bench;

static const char *const one_filter[] = {"down/#"};

static int set_up(void **state)
{
    bench *b = (bench *)calloc(1, sizeof *b);

    seen_init(&b->seen);
    b->tx = guard_new(TX);
    b->rx = guard_new(RX);
    b->now = 1000;
    b->session.client_id = "dev";
    b->session.keep_alive_s = KEEP_ALIVE_S;
    b->session.filters = one_filter;
    b->session.filter_count = 1;
    b->session.events = seen_callbacks(&b->seen);
    {
        const signet_mqtt_memory memory = {b->tx, TX,          b->rx,
                                           RX,    b->inflight, 3};
        signet_mqtt_init(&b->mqtt, &memory);
    }
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bench *b = (bench *)*state;

    seen_free(&b->seen);
    guard_free(b->tx, TX);
    guard_free(b->rx, RX);
    free(b);
    return 0;
}

/* Take all output; returns its first byte, 0: none. */
static uint8_t drain(bench *b)
{
    uint8_t first = 0;
    signet_bytes out = signet_mqtt_output(&b->mqtt);

    while (out.len != 0) {
        if (first == 0) {
            first = out.ptr[0];
        }
        signet_mqtt_sent(&b->mqtt, out.len, b->now);
        out = signet_mqtt_output(&b->mqtt);
    }
    return first;
}

static signet_status feed(bench *b, const void *bytes, size_t len)
{
    size_t used = 0;
    signet_status status = signet_mqtt_input(
        &b->mqtt, signet_view((const uint8_t *)bytes, len), b->now, &used);

    if (status == SIGNET_OK) {
        assert_int_equal(used, len);
    }
    return status;
}

#define FEED(b, ...)                                                           \
    feed(b, (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}))

/* One after the other: the result of each is looked at. */
static void bring_up(bench *b)
{
    assert_int_equal(signet_mqtt_start(&b->mqtt, &b->session, b->now),
                     SIGNET_OK);
    assert_int_equal(drain(b), 0x10);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_OK);
    if (b->session.filter_count != 0) {
        uint16_t id = b->mqtt.subscribe_id;

        assert_int_equal(drain(b), 0x82);
        assert_int_equal(FEED(b, 0x90, 3, (uint8_t)(id >> 8), (uint8_t)id, 1),
                         SIGNET_OK);
    }
    assert_int_equal(b->mqtt.state, SIGNET_MQTT_OPEN);
    assert_int_equal(b->seen.opened, 1);
}

static signet_bytes text(const char *s)
{
    return signet_view((const uint8_t *)s, strlen(s));
}

/* ---- opening ---- */

static void opens_after_suback(void **state)
{
    bench *b = (bench *)*state;
    static const uint8_t connect[] = {0x10, 15,  0,   4,   'M', 'Q',
                                      'T',  'T', 4,   0,   0,   KEEP_ALIVE_S,
                                      0,    3,   'd', 'e', 'v'};
    signet_bytes out;

    assert_int_equal(signet_mqtt_start(&b->mqtt, &b->session, b->now),
                     SIGNET_OK);
    out = signet_mqtt_output(&b->mqtt);
    assert_int_equal(out.len, sizeof connect);
    assert_memory_equal(out.ptr, connect, sizeof connect);
    drain(b);
    assert_int_equal(FEED(b, 0x20, 2, 1, 0), SIGNET_OK);
    assert_int_equal(b->seen.opened, 0);
    assert_int_equal(b->mqtt.state, SIGNET_MQTT_SUBSCRIBING);
    assert_int_equal(drain(b), 0x82);
    assert_int_equal(FEED(b, 0x90, 3, 0, 1, 0), SIGNET_OK);
    assert_int_equal(b->seen.opened, 1);
    assert_true(b->seen.present);
}

static void opens_at_connack_without_filters(void **state)
{
    bench *b = (bench *)*state;

    b->session.filter_count = 0;
    bring_up(b);
    assert_false(b->seen.present);
}

static void start_checks_its_arguments(void **state)
{
    bench *b = (bench *)*state;
    signet_messenger_session session = b->session;
    char long_id[TX + 1];

    session.client_id = NULL;
    assert_int_equal(signet_mqtt_start(&b->mqtt, &session, 0),
                     SIGNET_ERR_ARGUMENT);
    memset(long_id, 'a', TX);
    long_id[TX] = 0;
    session.client_id = long_id;
    assert_int_equal(signet_mqtt_start(&b->mqtt, &session, 0),
                     SIGNET_ERR_TOO_SMALL);
    session = b->session;
    session.events.received = NULL;
    assert_int_equal(signet_mqtt_start(&b->mqtt, &session, 0),
                     SIGNET_ERR_ARGUMENT);
    b->mqtt.memory.rx_cap = SIGNET_MQTT_BUFFER_MIN - 1;
    assert_int_equal(signet_mqtt_start(&b->mqtt, &b->session, 0),
                     SIGNET_ERR_ARGUMENT);
    b->mqtt.memory.rx_cap = RX;
    b->mqtt.memory.inflight_count = 65535;
    assert_int_equal(signet_mqtt_start(&b->mqtt, &b->session, 0),
                     SIGNET_ERR_ARGUMENT);
    b->mqtt.memory.inflight_count = 0;
    assert_int_equal(signet_mqtt_start(&b->mqtt, &b->session, 0),
                     SIGNET_ERR_ARGUMENT);
}

static void connack_refusals_are_precise(void **state)
{
    static const signet_status expected[] = {
        SIGNET_OK,
        SIGNET_ERR_MQTT_VERSION,
        SIGNET_ERR_MQTT_CLIENT_ID,
        SIGNET_ERR_MQTT_UNAVAILABLE,
        SIGNET_ERR_MQTT_CREDENTIALS,
        SIGNET_ERR_MQTT_AUTHORISATION,
        SIGNET_ERR_MQTT_PROTOCOL,
    };
    bench *b = (bench *)*state;

    for (uint8_t code = 1; code <= 6; code++) {
        uint64_t next;

        assert_int_equal(signet_mqtt_start(&b->mqtt, &b->session, b->now),
                         SIGNET_OK);
        drain(b);
        assert_int_equal(FEED(b, 0x20, 2, 0, code), expected[code]);
        assert_int_equal(b->mqtt.state, SIGNET_MQTT_FAILED);
        /* The reason stays, nothing more goes out. */
        assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next),
                         expected[code]);
        assert_int_equal(FEED(b, 0x20, 2, 0, 0), expected[code]);
        assert_int_equal(drain(b), 0);
    }
    assert_int_equal(b->seen.opened, 0);
}

static void session_present_after_clean_is_refused(void **state)
{
    bench *b = (bench *)*state;

    b->session.clean = true;
    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(FEED(b, 0x20, 2, 1, 0), SIGNET_ERR_MQTT_PROTOCOL);
}

static void connack_before_connect_was_sent_is_refused(void **state)
{
    bench *b = (bench *)*state;

    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_ERR_MQTT_PROTOCOL);
}

static void packets_out_of_turn_are_refused(void **state)
{
    static const uint8_t early[][6] = {
        {0x30, 3, 0, 1, 't'}, {0x40, 2, 0, 1}, {0x90, 3, 0, 1, 0}, {0xD0, 0}};
    bench *b = (bench *)*state;

    for (size_t i = 0; i < 4; i++) {
        (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
        drain(b);
        assert_int_equal(feed(b, early[i], 2u + early[i][1]),
                         SIGNET_ERR_MQTT_PROTOCOL);
    }
    bring_up(b);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_ERR_MQTT_PROTOCOL);
}

static void unsuback_and_foreign_suback_are_refused(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(FEED(b, 0xB0, 2, 0, 1), SIGNET_ERR_MQTT_PROTOCOL);
    b->seen.opened = 0;
    bring_up(b);
    assert_int_equal(FEED(b, 0x90, 3, 0, 9, 1), SIGNET_ERR_MQTT_PROTOCOL);
}

/* paho-embedded#21: a PUBREL that is never answered. We never ask for QoS 2,
 * so the session ends and says why. */
static void qos_2_ends_the_session_precisely(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(FEED(b, 0x62, 2, 0, 1), SIGNET_ERR_MQTT_PROTOCOL);
}

static void refused_subscription_is_told(void **state)
{
    static const uint8_t answers[][6] = {
        {0x90, 3, 0, 1, 0x80}, /* refused */
        {0x90, 3, 0, 1, 2},    /* more than asked */
        {0x90, 4, 0, 1, 1, 1}, /* more filters than asked */
        {0x90, 3, 0, 7, 1}};   /* of another SUBSCRIBE */
    bench *b = (bench *)*state;

    for (size_t i = 0; i < 4; i++) {
        (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
        b->mqtt.next_packet_id = 1;
        drain(b);
        assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_OK);
        drain(b);
        assert_int_equal(feed(b, answers[i], 2u + answers[i][1]),
                         i == 0 ? SIGNET_ERR_MQTT_SUBSCRIBE
                                : SIGNET_ERR_MQTT_PROTOCOL);
    }
    assert_int_equal(b->seen.opened, 0);
}

/* More filters than one SUBSCRIBE may carry or tx can hold. */
static void many_filters_go_in_rounds(void **state)
{
    static const char *filters[20];
    bench *b = (bench *)*state;
    unsigned rounds = 0;
    size_t granted = 0;

    for (size_t i = 0; i < 20; i++) {
        filters[i] = i < 9 ? "f" : "device/0123456789abcdef/down/#";
    }
    b->session.filters = filters;
    b->session.filter_count = 20;
    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_OK);
    while (b->seen.opened == 0 && rounds < 20) {
        uint8_t suback[12] = {0x90};
        uint8_t asked = b->mqtt.filters_asked;

        assert_true(asked >= 1 && asked <= 8);
        assert_int_equal(drain(b), 0x82);
        suback[1] = (uint8_t)(2 + asked);
        suback[2] = (uint8_t)(b->mqtt.subscribe_id >> 8);
        suback[3] = (uint8_t)b->mqtt.subscribe_id;
        assert_int_equal(feed(b, suback, 4u + asked), SIGNET_OK);
        granted += asked;
        rounds++;
    }
    assert_int_equal(b->seen.opened, 1);
    assert_int_equal(granted, 20);
    assert_true(rounds > 2);
}

/* Between two rounds the next SUBSCRIBE waits while tx is full of PUBACKs,
 * and asks for the right filters then. */
static void a_round_waits_for_room(void **state)
{
    static const uint8_t message[] = {0x32, 6, 0, 1, 't', 0, 9, 'x'};
    static const char *const filters[] = {"1", "2", "3", "4", "5",
                                          "6", "7", "8", "9"};
    static const uint8_t expected[] = {0x82, 6, 0, 2, 0, 1, '9', 1};
    bench *b = (bench *)*state;
    signet_bytes out;
    size_t used;

    b->session.filters = filters;
    b->session.filter_count = 9;
    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_OK);
    assert_int_equal(drain(b), 0x82);
    while (b->mqtt.tx_len + 4 + 2 <= TX) {
        assert_int_equal(feed(b, message, sizeof message), SIGNET_OK);
    }
    assert_int_equal(FEED(b, 0x90, 10, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                     SIGNET_OK);
    assert_int_equal(drain(b), 0x40);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            signet_mqtt_input(&b->mqtt, signet_view(NULL, 0), b->now, &used),
            SIGNET_OK);
    }
    out = signet_mqtt_output(&b->mqtt);
    assert_int_equal(out.len, sizeof expected);
    assert_memory_equal(out.ptr, expected, sizeof expected);
    drain(b);
    assert_int_equal(b->seen.opened, 0);
    assert_int_equal(FEED(b, 0x90, 3, 0, 2, 1), SIGNET_OK);
    assert_int_equal(b->seen.opened, 1);
}

static void a_filter_longer_than_tx_is_told(void **state)
{
    char filter[TX];
    const char *const filters[] = {filter};
    bench *b = (bench *)*state;

    memset(filter, 'a', sizeof filter);
    filter[sizeof filter - 1] = 0;
    b->session.filters = filters;
    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_ERR_TOO_SMALL);
}

/* ---- deadlines and clocks ---- */

static void connack_has_a_deadline(void **state)
{
    bench *b = (bench *)*state;
    uint64_t next = 0;

    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now + 5, &next), SIGNET_OK);
    assert_int_equal(next, b->now + SIGNET_MQTT_RESPONSE_MS);
    assert_int_equal(signet_mqtt_tick(&b->mqtt, next - 1, &next), SIGNET_OK);
    assert_int_equal(signet_mqtt_tick(&b->mqtt, next, &next),
                     SIGNET_ERR_TIMEOUT);
}

/* Bytes push out the time for SUBACK, but not for ever. */
static void suback_has_two_deadlines(void **state)
{
    bench *b = (bench *)*state;
    uint64_t start = b->now;
    uint64_t next;
    signet_status status = SIGNET_OK;

    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_OK);
    drain(b);
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now + 19999, &next),
                     SIGNET_OK);
    while (status == SIGNET_OK && b->now < start + 1000000) {
        b->now += 15000;
        assert_int_equal(FEED(b, 0x30, 3, 0, 1, 't'), SIGNET_OK);
        drain(b);
        status = signet_mqtt_tick(&b->mqtt, b->now, &next);
    }
    assert_int_equal(status, SIGNET_ERR_TIMEOUT);
    assert_in_range(b->now - start, SIGNET_MQTT_SUBSCRIBE_MS,
                    SIGNET_MQTT_SUBSCRIBE_MS + 15000);
}

static void suback_silence_times_out(void **state)
{
    bench *b = (bench *)*state;
    uint64_t next;

    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_OK);
    drain(b);
    assert_int_equal(
        signet_mqtt_tick(&b->mqtt, b->now + SIGNET_MQTT_RESPONSE_MS, &next),
        SIGNET_ERR_TIMEOUT);
}

static void check_keep_alive(bench *b)
{
    uint64_t next = 0;
    uint64_t start = b->now;

    bring_up(b);
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
    /* Earlier only where the clock's own end comes first. */
    assert_true(next == UINT64_MAX || next - b->now == PING_MS);
    b->now = start + PING_MS - 1;
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
    assert_int_equal(drain(b), 0);
    b->now = start + PING_MS;
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
    assert_int_equal(drain(b), 0xC0);
    /* One is outstanding: no second. */
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now + 1, &next), SIGNET_OK);
    assert_int_equal(next - b->now, SIGNET_MQTT_RESPONSE_MS);
    assert_int_equal(drain(b), 0);
    assert_int_equal(FEED(b, 0xD0, 0), SIGNET_OK);
    b->now += PING_MS;
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
    assert_int_equal(drain(b), 0xC0);
    assert_int_equal(
        signet_mqtt_tick(&b->mqtt, b->now + SIGNET_MQTT_RESPONSE_MS - 1, &next),
        SIGNET_OK);
    assert_int_equal(
        signet_mqtt_tick(&b->mqtt, b->now + SIGNET_MQTT_RESPONSE_MS, &next),
        SIGNET_ERR_MQTT_KEEP_ALIVE);
}

static void keep_alive_pings_and_times_out(void **state)
{
    check_keep_alive((bench *)*state);
}

/* paho-embedded#239, coreMQTT#250: the timer wraps between two packets. */
static void keep_alive_survives_a_wrap_of_64_bits(void **state)
{
    bench *b = (bench *)*state;

    b->now = UINT64_MAX - 10000;
    check_keep_alive(b);
}

/* A port that widens a 32-bit counter: now falls from 2^32-1 to 0. */
static void keep_alive_survives_a_wrap_of_32_bits(void **state)
{
    bench *b = (bench *)*state;
    uint64_t next = 0;

    b->now = 0xFFFFF000u;
    bring_up(b);
    b->now = 0x10; /* 4112 ms later */
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
    assert_int_equal(drain(b), 0);
    assert_int_equal(next, 0x10 + PING_MS - 4112);
}

/* A clock read just before another one: not 49 days of silence. */
static void a_clock_slightly_behind_does_no_harm(void **state)
{
    bench *b = (bench *)*state;
    uint64_t next = 0;

    bring_up(b);
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now - 3, &next), SIGNET_OK);
    assert_int_equal(drain(b), 0);
}

/* coreMQTT#288: a device that only sends at QoS 0 finds a dead broker too. */
static void silence_shows_although_we_send(void **state)
{
    bench *b = (bench *)*state;
    uint64_t next = 0;
    signet_status status = SIGNET_OK;
    uint64_t start = b->now;

    bring_up(b);
    while (status == SIGNET_OK && b->now < start + 1000000) {
        b->now += 1000;
        assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 0, NULL),
                         SIGNET_OK);
        drain(b);
        status = signet_mqtt_tick(&b->mqtt, b->now, &next);
        drain(b);
    }
    assert_int_equal(status, SIGNET_ERR_MQTT_KEEP_ALIVE);
    assert_in_range(b->now - start, PING_MS,
                    PING_MS + SIGNET_MQTT_RESPONSE_MS + 1000);
}

/* Who sends and hears often enough needs no PINGREQ. */
static void a_busy_session_does_not_ping(void **state)
{
    bench *b = (bench *)*state;
    uint64_t next = 0;

    bring_up(b);
    for (int i = 0; i < 100; i++) {
        b->now += 10000;
        assert_int_equal(FEED(b, 0x30, 3, 0, 1, 't'), SIGNET_OK);
        assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 0, NULL),
                         SIGNET_OK);
        assert_int_equal(drain(b), 0x30);
        assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
        assert_false(b->mqtt.ping_outstanding);
    }
}

/* A long message on a slow link delays PINGRESP: that is no silence. */
static void a_slow_long_message_is_no_silence(void **state)
{
    static const uint8_t head[] = {0x30, 0x83, 0x20, 0, 1, 't'};
    bench *b = (bench *)*state;
    uint64_t next = 0;

    bring_up(b);
    b->now += PING_MS;
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
    assert_int_equal(drain(b), 0xC0);
    assert_int_equal(feed(b, head, sizeof head), SIGNET_OK);
    for (int i = 0; i < 4096; i++) {
        b->now += 1000;
        assert_int_equal(FEED(b, 'x'), SIGNET_OK);
        assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
    }
    assert_int_equal(b->seen.messages, 1);
    assert_int_equal(FEED(b, 0xD0, 0), SIGNET_OK);
}

static void keep_alive_0_is_off(void **state)
{
    bench *b = (bench *)*state;
    uint64_t next = 0;

    b->session.keep_alive_s = 0;
    bring_up(b);
    assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now + 90000000, &next),
                     SIGNET_OK);
    assert_true(next == UINT64_MAX);
    assert_int_equal(drain(b), 0);
}

/* ---- sending ---- */

static void publish_and_puback(void **state)
{
    bench *b = (bench *)*state;
    uint16_t token = 0;

    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, &token),
                     SIGNET_ERR_STATE);
    bring_up(b);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, &token),
                     SIGNET_OK);
    assert_int_not_equal(token, 0);
    assert_int_equal(drain(b), 0x32);
    assert_int_equal(FEED(b, 0x40, 2, (uint8_t)(token >> 8), (uint8_t)token),
                     SIGNET_OK);
    assert_int_equal(b->seen.acknowledged, 1);
    assert_int_equal(b->seen.last_token, token);
    /* Again, and one never given out: nothing happens. */
    assert_int_equal(FEED(b, 0x40, 2, (uint8_t)(token >> 8), (uint8_t)token),
                     SIGNET_OK);
    assert_int_equal(FEED(b, 0x40, 2, 0xAB, 0xCD), SIGNET_OK);
    assert_int_equal(b->seen.acknowledged, 1);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 0, &token),
                     SIGNET_OK);
    assert_int_equal(token, 0);
}

static void send_refuses_and_keeps_nothing(void **state)
{
    uint8_t big[TX] = {0};
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t/#", text("x"), 1, NULL),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 2, NULL),
                     SIGNET_ERR_ARGUMENT);
    /* Topic 1, at most 9 bytes beside topic and payload; 6 stay free. */
    assert_int_equal(
        signet_mqtt_send(&b->mqtt, "t", signet_view(big, TX - 15), 1, NULL),
        SIGNET_ERR_TOO_LARGE);
    assert_int_equal(drain(b), 0);
    assert_int_equal(
        signet_mqtt_send(&b->mqtt, "t", signet_view(big, TX - 16), 1, NULL),
        SIGNET_OK);
    assert_int_equal(
        signet_mqtt_send(&b->mqtt, "t", signet_view(big, 1), 0, NULL),
        SIGNET_ERR_FULL);
    assert_int_equal(drain(b), 0x32);
    assert_int_equal(
        signet_mqtt_send(&b->mqtt, "t", signet_view(big, 1), 0, NULL),
        SIGNET_OK);
}

static void inflight_is_a_limit(void **state)
{
    bench *b = (bench *)*state;
    uint16_t first = 0;

    bring_up(b);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1,
                                          i == 0 ? &first : NULL),
                         SIGNET_OK);
    }
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, NULL),
                     SIGNET_ERR_FULL);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 0, NULL),
                     SIGNET_OK);
    drain(b);
    assert_int_equal(FEED(b, 0x40, 2, (uint8_t)(first >> 8), (uint8_t)first),
                     SIGNET_OK);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, NULL),
                     SIGNET_OK);
}

/* Identifiers run around past 0 and past those under way. */
static void packet_identifiers_are_reused(void **state)
{
    bench *b = (bench *)*state;
    uint16_t held = 0;

    bring_up(b);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, &held),
                     SIGNET_OK);
    for (long i = 0; i < 140000; i++) {
        uint16_t token = 0;

        assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, &token),
                         SIGNET_OK);
        assert_int_not_equal(token, 0);
        assert_int_not_equal(token, held);
        drain(b);
        assert_int_equal(
            FEED(b, 0x40, 2, (uint8_t)(token >> 8), (uint8_t)token), SIGNET_OK);
    }
    assert_int_equal(b->seen.acknowledged, 140000);
}

/* zephyr#42825, wolfMQTT#363, #373: a partial write does not end the session
 * and what TLS could not send is offered again, unmoved and unchanged. */
static void output_is_stable_until_taken(void **state)
{
    bench *b = (bench *)*state;
    signet_bytes first;
    signet_bytes again;

    bring_up(b);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("hello"), 0, NULL),
                     SIGNET_OK);
    first = signet_mqtt_output(&b->mqtt);
    signet_mqtt_sent(&b->mqtt, 0, b->now);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("more"), 0, NULL),
                     SIGNET_OK);
    again = signet_mqtt_output(&b->mqtt);
    assert_ptr_equal(again.ptr, first.ptr);
    assert_int_equal(again.len, first.len);
    signet_mqtt_sent(&b->mqtt, 3, b->now);
    again = signet_mqtt_output(&b->mqtt);
    assert_ptr_equal(again.ptr, first.ptr + 3);
    assert_int_equal(again.len, first.len - 3 + 9);
    /* Offered bytes do not move to make room: full until some are taken. */
    {
        uint8_t big[TX - 23] = {0};

        assert_int_equal(signet_mqtt_send(&b->mqtt, "t",
                                          signet_view(big, sizeof big), 0,
                                          NULL),
                         SIGNET_ERR_FULL);
        again = signet_mqtt_output(&b->mqtt);
        assert_ptr_equal(again.ptr, first.ptr + 3);
        signet_mqtt_sent(&b->mqtt, 10, b->now);
        assert_int_equal(signet_mqtt_send(&b->mqtt, "t",
                                          signet_view(big, sizeof big), 0,
                                          NULL),
                         SIGNET_OK);
    }
    assert_int_not_equal(drain(b), 0);
}

static void stop_says_disconnect(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    signet_mqtt_stop(&b->mqtt);
    assert_int_equal(drain(b), 0xE0);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 0, NULL),
                     SIGNET_ERR_STATE);
    assert_int_equal(FEED(b, 0xD0, 0), SIGNET_ERR_STATE);
    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    signet_mqtt_stop(&b->mqtt);
    assert_int_equal(drain(b), 0);
}

/* ---- receiving ---- */

static void messages_arrive_and_are_acknowledged(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(FEED(b, 0x32, 6, 0, 1, 't', 0, 9, 'x'), SIGNET_OK);
    assert_int_equal(b->seen.messages, 1);
    assert_string_equal(b->seen.topic, "t");
    assert_int_equal(b->seen.len, 1);
    {
        signet_bytes out = signet_mqtt_output(&b->mqtt);
        static const uint8_t puback[] = {0x40, 2, 0, 9};

        assert_int_equal(out.len, 4);
        assert_memory_equal(out.ptr, puback, 4);
    }
    drain(b);
    /* QoS 0 and an empty payload. */
    assert_int_equal(FEED(b, 0x30, 3, 0, 1, 't'), SIGNET_OK);
    assert_int_equal(b->seen.messages, 2);
    assert_int_equal(b->seen.len, 0);
    assert_int_equal(drain(b), 0);
}

/* The whole conversation, in pieces of every size from 1 to its length. */
static void input_in_pieces_of_any_size(void **state)
{
    static const uint8_t conversation[] = {
        0x90, 3,   0,   1,    1, 0x32, 8,   0,    1,   't',  0, 1,
        'a',  'b', 'c', 0x30, 4, 0,    1,   'u',  'z', 0xD0, 0, 0x32,
        6,    0,   1,   't',  0, 2,    'y', 0x40, 2,   0,    77};
    bench *b = (bench *)*state;

    for (size_t piece = 1; piece <= sizeof conversation; piece++) {
        b->seen.opened = 0;
        b->seen.messages = 0;
        (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
        b->mqtt.next_packet_id = 1;
        drain(b);
        assert_int_equal(FEED(b, 0x20, 2, 0, 0), SIGNET_OK);
        drain(b);
        for (size_t at = 0; at < sizeof conversation; at += piece) {
            size_t n = sizeof conversation - at;

            assert_int_equal(feed(b, conversation + at, n < piece ? n : piece),
                             SIGNET_OK);
        }
        assert_int_equal(b->seen.opened, 1);
        assert_int_equal(b->seen.messages, 3);
        assert_false(b->seen.disorder);
    }
}

/* coreMQTT#161: a message larger than the buffer is not dropped. */
static void long_messages_arrive_in_parts(void **state)
{
    static const size_t sizes[] = {50, 58, 59, 60, 61, 64, 65, 128, 300000};
    bench *b = (bench *)*state;
    uint8_t *packet = (uint8_t *)malloc(400000);
    size_t len;

    bring_up(b);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        signet_mqtt_publish publish = {
            .topic = text("down/x"), .packet_id = 0x0102, .qos = 1};
        uint8_t *payload = (uint8_t *)malloc(sizes[i]);
        static const size_t pieces[] = {1, 7, 64, 1000, 400000};

        for (size_t k = 0; k < sizes[i]; k++) {
            payload[k] = (uint8_t)(k * 31 >> 3);
        }
        publish.payload = signet_view(payload, sizes[i]);
        assert_int_equal(
            signet_mqtt_put_publish(&publish, packet, 400000, &len), SIGNET_OK);
        packet[len] = 0xD0; /* a packet follows */
        packet[len + 1] = 0;
        len += 2;
        for (size_t p = 0; p < 5; p++) {
            b->seen.messages = 0;
            b->seen.parts = 0;
            for (size_t at = 0; at < len; at += pieces[p]) {
                size_t n = len - at;

                assert_int_equal(
                    feed(b, packet + at, n < pieces[p] ? n : pieces[p]),
                    SIGNET_OK);
            }
            assert_int_equal(b->seen.messages, 1);
            assert_false(b->seen.disorder);
            assert_string_equal(b->seen.topic, "down/x");
            assert_int_equal(b->seen.total, sizes[i]);
            assert_memory_equal(b->seen.payload, payload, sizes[i]);
            /* A part leaves room for the topic only. */
            assert_int_equal(b->seen.parts > 1, sizes[i] > RX - 6);
            assert_int_equal(drain(b), 0x40);
        }
        free(payload);
    }
    free(packet);
}

static void a_part_is_not_acknowledged(void **state)
{
    static const uint8_t head[] = {0x32, 200, 1, 0, 1, 't', 0, 1};
    uint8_t rest[195];
    bench *b = (bench *)*state;

    memset(rest, 'x', sizeof rest);
    bring_up(b);
    assert_int_equal(feed(b, head, sizeof head), SIGNET_OK);
    assert_int_equal(feed(b, rest, 194), SIGNET_OK);
    assert_true(b->seen.parts >= 2);
    assert_int_equal(b->seen.messages, 0);
    assert_int_equal(drain(b), 0);
    assert_int_equal(feed(b, rest, 1), SIGNET_OK);
    assert_int_equal(b->seen.messages, 1);
    assert_int_equal(drain(b), 0x40);
    assert_int_equal(b->seen.len, 195);
}

static void a_topic_longer_than_rx_is_told(void **state)
{
    uint8_t packet[103] = {0x30, 101, 0, 90};
    bench *b = (bench *)*state;

    memset(packet + 4, 'a', sizeof packet - 4);
    bring_up(b);
    assert_int_equal(feed(b, packet, sizeof packet), SIGNET_ERR_TOO_LARGE);
    assert_int_equal(b->seen.parts, 0);
}

static void an_oversized_packet_of_another_type_is_refused(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(FEED(b, 0x90, 100), SIGNET_ERR_MQTT_PROTOCOL);
    (void)signet_mqtt_start(&b->mqtt, &b->session, b->now);
    drain(b);
    assert_int_equal(FEED(b, 0x30, 100, 0, 1, 't'), SIGNET_ERR_MQTT_PROTOCOL);
}

static void a_long_message_with_a_bad_topic_is_refused(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(FEED(b, 0x30, 100, 0, 1, '#'), SIGNET_ERR_MQTT_PROTOCOL);
    assert_int_equal(b->seen.parts, 0);
    /* A topic longer than the message: seen before it arrives. */
    b->seen.opened = 0;
    bring_up(b);
    assert_int_equal(FEED(b, 0x30, 100, 0, 99, 't'), SIGNET_ERR_MQTT_PROTOCOL);
}

/* Nothing is acknowledged, and nothing lost, while tx has no room. */
static void no_room_for_puback_holds_the_message_back(void **state)
{
    static const uint8_t message[] = {0x32, 6, 0, 1, 't', 0, 9, 'x'};
    bench *b = (bench *)*state;
    size_t delivered_before;
    size_t total = 0;
    size_t used;

    bring_up(b);
    /* The peer reads nothing: tx fills up with acknowledgements. */
    for (int i = 0; i < 100; i++) {
        assert_int_equal(signet_mqtt_input(&b->mqtt,
                                           signet_view(message, sizeof message),
                                           b->now, &used),
                         SIGNET_OK);
        total += used;
        if (used < sizeof message) {
            break;
        }
    }
    delivered_before = b->seen.messages;
    assert_int_equal(delivered_before, (TX - 2) / 4);
    assert_true(total < 100 * sizeof message);
    assert_true(total > delivered_before * sizeof message);
    /* Keep-alive still finds its two bytes. */
    b->now += PING_MS;
    {
        uint64_t next;

        assert_int_equal(signet_mqtt_tick(&b->mqtt, b->now, &next), SIGNET_OK);
        assert_true(b->mqtt.ping_outstanding);
    }
    /* Now it reads: what was held back comes, without new input. */
    drain(b);
    assert_int_equal(
        signet_mqtt_input(&b->mqtt, signet_view(NULL, 0), b->now, &used),
        SIGNET_OK);
    assert_int_equal(b->seen.messages, total / sizeof message);
    assert_int_equal(drain(b), 0x40);
}

static void no_room_for_puback_holds_the_last_part_back(void **state)
{
    static const uint8_t message[] = {0x32, 6, 0, 1, 't', 0, 9, 'x'};
    static const uint8_t head[] = {0x32, 105, 0, 1, 't', 0, 1};
    uint8_t body[100] = {0};
    bench *b = (bench *)*state;
    unsigned before;
    size_t used;

    bring_up(b);
    while (b->mqtt.tx_len + 4 + 2 <= TX) {
        assert_int_equal(feed(b, message, sizeof message), SIGNET_OK);
    }
    before = b->seen.messages;
    assert_int_equal(feed(b, head, sizeof head), SIGNET_OK);
    assert_int_equal(feed(b, body, sizeof body), SIGNET_OK);
    assert_int_equal(b->seen.messages, before);
    /* Not one byte more is taken before it is done. */
    assert_int_equal(
        signet_mqtt_input(&b->mqtt, signet_view(body, 1), b->now, &used),
        SIGNET_OK);
    assert_int_equal(used, 0);
    drain(b);
    assert_int_equal(
        signet_mqtt_input(&b->mqtt, signet_view(NULL, 0), b->now, &used),
        SIGNET_OK);
    assert_int_equal(b->seen.messages, before + 1);
    assert_int_equal(b->seen.len, 100);
}

static void answer(seen_events *seen)
{
    bench *b = (bench *)seen->arg;

    assert_int_equal(
        signet_mqtt_send(&b->mqtt, "up/reply", text("done"), 1, NULL),
        SIGNET_OK);
}

/* wolfMQTT#192, #252: publishing from inside an event. */
static void events_may_publish(void **state)
{
    bench *b = (bench *)*state;
    signet_bytes out;

    bring_up(b);
    b->seen.on_message = answer;
    b->seen.arg = b;
    assert_int_equal(
        FEED(b, 0x32, 6, 0, 1, 't', 0, 9, 'x', 0x30, 4, 0, 1, 't', 'y'),
        SIGNET_OK);
    assert_int_equal(b->seen.messages, 2);
    out = signet_mqtt_output(&b->mqtt);
    assert_int_equal(out.len, 4 + 2 * 18);
    assert_int_equal(out.ptr[0], 0x40);
    assert_int_equal(out.ptr[4], 0x32);
}

static void stop_in_event(seen_events *seen)
{
    signet_mqtt_stop(&((bench *)seen->arg)->mqtt);
}

static void an_event_may_stop_the_session(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    b->seen.on_message = stop_in_event;
    b->seen.arg = b;
    assert_int_equal(FEED(b, 0x30, 4, 0, 1, 't', 'x', 0x30, 4, 0, 1, 't', 'y'),
                     SIGNET_OK);
    assert_int_equal(b->seen.messages, 1);
    assert_int_equal(drain(b), 0xE0);
}

static void a_restart_forgets_the_former_session(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, NULL),
                         SIGNET_OK);
    }
    assert_int_equal(FEED(b, 0x30, 0xFF, 1, 0, 1, 't'), SIGNET_OK);
    b->seen.opened = 0;
    bring_up(b);
    assert_int_equal(signet_mqtt_send(&b->mqtt, "t", text("x"), 1, NULL),
                     SIGNET_OK);
    assert_int_equal(FEED(b, 0x30, 4, 0, 1, 't', 'x'), SIGNET_OK);
    assert_int_equal(b->seen.messages, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(opens_after_suback),
        T(opens_at_connack_without_filters),
        T(start_checks_its_arguments),
        T(connack_refusals_are_precise),
        T(session_present_after_clean_is_refused),
        T(connack_before_connect_was_sent_is_refused),
        T(packets_out_of_turn_are_refused),
        T(unsuback_and_foreign_suback_are_refused),
        T(qos_2_ends_the_session_precisely),
        T(refused_subscription_is_told),
        T(many_filters_go_in_rounds),
        T(a_round_waits_for_room),
        T(a_filter_longer_than_tx_is_told),
        T(connack_has_a_deadline),
        T(suback_has_two_deadlines),
        T(suback_silence_times_out),
        T(keep_alive_pings_and_times_out),
        T(keep_alive_survives_a_wrap_of_64_bits),
        T(keep_alive_survives_a_wrap_of_32_bits),
        T(a_clock_slightly_behind_does_no_harm),
        T(silence_shows_although_we_send),
        T(a_busy_session_does_not_ping),
        T(a_slow_long_message_is_no_silence),
        T(keep_alive_0_is_off),
        T(publish_and_puback),
        T(send_refuses_and_keeps_nothing),
        T(inflight_is_a_limit),
        T(packet_identifiers_are_reused),
        T(output_is_stable_until_taken),
        T(stop_says_disconnect),
        T(messages_arrive_and_are_acknowledged),
        T(input_in_pieces_of_any_size),
        T(long_messages_arrive_in_parts),
        T(a_part_is_not_acknowledged),
        T(a_topic_longer_than_rx_is_told),
        T(an_oversized_packet_of_another_type_is_refused),
        T(a_long_message_with_a_bad_topic_is_refused),
        T(no_room_for_puback_holds_the_message_back),
        T(no_room_for_puback_holds_the_last_part_back),
        T(events_may_publish),
        T(an_event_may_stop_the_session),
        T(a_restart_forgets_the_former_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
