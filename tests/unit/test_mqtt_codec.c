/* SPDX-License-Identifier: MIT */
/* MQTT 3.1.1 packets: bytes as the standard gives them, every truncation,
 * every malformed form, inputs ending at a guard page. */
#include "cmocka_all.h"
#include "guard.h"
#include "signet/cloud.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static signet_bytes text(const char *s)
{
    return signet_view((const uint8_t *)s, strlen(s));
}

static void assert_packet(const uint8_t *expected, size_t expected_len,
                          const uint8_t *got, size_t got_len)
{
    assert_int_equal(got_len, expected_len);
    assert_memory_equal(got, expected, expected_len);
}

/* ---- writing ---- */

static void connect_as_in_the_standard(void **state)
{
    static const uint8_t expected[] = {0x10, 20,   0, 4,  'M', 'Q', 'T', 'T',
                                       4,    0xC2, 0, 10, 0,   1,   'd', 0,
                                       1,    'u',  0, 2,  'p', 'w'};
    const signet_mqtt_connect connect = {.client_id = "d",
                                         .user_name = "u",
                                         .password = text("pw"),
                                         .keep_alive_s = 10,
                                         .clean = true};
    size_t len = 0;
    uint8_t *out = guard_new(sizeof expected);

    (void)state;
    assert_int_equal(
        signet_mqtt_put_connect(&connect, out, sizeof expected, &len),
        SIGNET_OK);
    assert_packet(expected, sizeof expected, out, len);
    guard_free(out, sizeof expected);
}

static void connect_refuses(void **state)
{
    uint8_t out[64];
    size_t len;
    signet_mqtt_connect connect = {.client_id = "", .clean = false};

    (void)state;
    assert_int_equal(signet_mqtt_put_connect(&connect, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    connect.clean = true;
    assert_int_equal(signet_mqtt_put_connect(&connect, out, sizeof out, &len),
                     SIGNET_OK);
    connect.password = text("secret");
    assert_int_equal(signet_mqtt_put_connect(&connect, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    connect.password = text("");
    connect.client_id = "\xC0\x80";
    assert_int_equal(signet_mqtt_put_connect(&connect, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    connect.client_id = "d";
    connect.user_name = "\xFF";
    assert_int_equal(signet_mqtt_put_connect(&connect, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    connect.user_name = "u";
    connect.password = signet_view(out, 65536);
    assert_int_equal(signet_mqtt_put_connect(&connect, out, sizeof out, &len),
                     SIGNET_ERR_TOO_LARGE);
}

static void strings_over_64k_are_refused(void **state)
{
    char *big = (char *)malloc(65537);
    const signet_mqtt_connect connect = {.client_id = big, .clean = true};
    const char *filters[] = {big};
    uint8_t out[16];
    size_t len;

    (void)state;
    assert_non_null(big);
    memset(big, 'a', 65536);
    big[65536] = 0;
    assert_int_equal(signet_mqtt_put_connect(&connect, out, sizeof out, &len),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(
        signet_mqtt_put_subscribe(1, filters, 1, 1, out, sizeof out, &len),
        SIGNET_ERR_TOO_LARGE);
    free(big);
}

static void publish_as_in_the_standard(void **state)
{
    static const uint8_t expected[] = {0x3B, 10, 0, 3,   'a', '/',
                                       'b',  0,  7, 'x', 'y', 'z'};
    const signet_mqtt_publish publish = {.topic = text("a/b"),
                                         .payload = text("xyz"),
                                         .packet_id = 7,
                                         .qos = 1,
                                         .duplicate = true,
                                         .retain = true};
    uint8_t *out = guard_new(sizeof expected);
    size_t len = 0;

    (void)state;
    for (size_t cap = 0; cap < sizeof expected; cap++) {
        assert_int_equal(signet_mqtt_put_publish(&publish, out, cap, &len),
                         SIGNET_ERR_TOO_SMALL);
    }
    assert_int_equal(
        signet_mqtt_put_publish(&publish, out, sizeof expected, &len),
        SIGNET_OK);
    assert_packet(expected, sizeof expected, out, len);
    guard_free(out, sizeof expected);
}

/* Remaining length at each edge of its four sizes (2.2.3, table 2.4). */
static void remaining_length_has_four_sizes(void **state)
{
    static const struct {
        size_t remaining;
        size_t header;
    } cases[] = {{127, 2},   {128, 3},     {16383, 3},
                 {16384, 4}, {2097151, 4}, {2097152, 5}};
    uint8_t *payload = (uint8_t *)calloc(1, 2097152);
    uint8_t *out = (uint8_t *)malloc(2097160);

    (void)state;
    assert_non_null(payload);
    assert_non_null(out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        signet_mqtt_publish publish = {
            .topic = text("t"),
            .payload = signet_view(payload, cases[i].remaining - 3)};
        signet_mqtt_packet packet;
        size_t len = 0;
        size_t used = 0;

        assert_int_equal(signet_mqtt_put_publish(&publish, out, 2097160, &len),
                         SIGNET_OK);
        assert_int_equal(len, cases[i].header + cases[i].remaining);
        assert_int_equal(
            signet_mqtt_parse(signet_view(out, len), &packet, &used),
            SIGNET_OK);
        assert_int_equal(used, len);
        assert_int_equal(packet.publish.payload.len, cases[i].remaining - 3);
    }
    free(payload);
    free(out);
}

static void publish_refuses(void **state)
{
    static const char *const bad[] = {"",
                                      "a/#",
                                      "+/a",
                                      "a+",
                                      "device/0123456789/up/#",
                                      "\xC1\x81",
                                      "device/0123456789/up/\xED\xA0\x80"};
    signet_mqtt_publish publish = {.payload = text("x")};
    uint8_t out[64];
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        publish.topic = text(bad[i]);
        assert_int_equal(
            signet_mqtt_put_publish(&publish, out, sizeof out, &len),
            SIGNET_ERR_ARGUMENT);
    }
    publish.topic = signet_view((const uint8_t *)"a\0b", 3);
    assert_int_equal(signet_mqtt_put_publish(&publish, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    publish.topic = text("t");
    publish.qos = 2;
    publish.packet_id = 1;
    assert_int_equal(signet_mqtt_put_publish(&publish, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    publish.qos = 1;
    publish.packet_id = 0;
    assert_int_equal(signet_mqtt_put_publish(&publish, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    publish.qos = 0;
    publish.duplicate = true;
    assert_int_equal(signet_mqtt_put_publish(&publish, out, sizeof out, &len),
                     SIGNET_ERR_ARGUMENT);
    publish.duplicate = false;
    publish.payload.len = 268435455;
    assert_int_equal(signet_mqtt_put_publish(&publish, out, sizeof out, &len),
                     SIGNET_ERR_TOO_LARGE);
    publish.payload.len = SIZE_MAX;
    assert_int_equal(signet_mqtt_put_publish(&publish, out, sizeof out, &len),
                     SIGNET_ERR_TOO_LARGE);
}

static void small_packets(void **state)
{
    static const uint8_t subscribe[] = {0x82, 12,  0, 5, 0, 3,   'a',
                                        '/',  '#', 1, 0, 1, '+', 1};
    static const uint8_t puback[] = {0x40, 2, 0x12, 0x34};
    static const uint8_t pingreq[] = {0xC0, 0};
    static const uint8_t disconnect[] = {0xE0, 0};
    static const char *const filters[] = {"a/#", "+"};
    uint8_t out[32];
    size_t len = 0;

    (void)state;
    assert_int_equal(
        signet_mqtt_put_subscribe(5, filters, 2, 1, out, sizeof out, &len),
        SIGNET_OK);
    assert_packet(subscribe, sizeof subscribe, out, len);
    assert_int_equal(signet_mqtt_put_puback(0x1234, out, 4, &len), SIGNET_OK);
    assert_packet(puback, sizeof puback, out, len);
    assert_int_equal(signet_mqtt_put_pingreq(out, 2, &len), SIGNET_OK);
    assert_packet(pingreq, sizeof pingreq, out, len);
    assert_int_equal(signet_mqtt_put_disconnect(out, 2, &len), SIGNET_OK);
    assert_packet(disconnect, sizeof disconnect, out, len);
}

static void small_packets_refuse(void **state)
{
    static const char *const empty[] = {""};
    static const char *const filters[] = {"a"};
    uint8_t out[32];
    size_t len;

    (void)state;
    assert_int_equal(signet_mqtt_put_puback(0, out, 4, &len),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_mqtt_put_puback(1, out, 3, &len),
                     SIGNET_ERR_TOO_SMALL);
    assert_int_equal(signet_mqtt_put_pingreq(out, 1, &len),
                     SIGNET_ERR_TOO_SMALL);
    assert_int_equal(
        signet_mqtt_put_subscribe(0, filters, 1, 1, out, sizeof out, &len),
        SIGNET_ERR_ARGUMENT);
    assert_int_equal(
        signet_mqtt_put_subscribe(1, filters, 0, 1, out, sizeof out, &len),
        SIGNET_ERR_ARGUMENT);
    assert_int_equal(
        signet_mqtt_put_subscribe(1, filters, 1, 2, out, sizeof out, &len),
        SIGNET_ERR_ARGUMENT);
    assert_int_equal(
        signet_mqtt_put_subscribe(1, empty, 1, 1, out, sizeof out, &len),
        SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_mqtt_put_subscribe(1, filters, 1, 1, out, 7, &len),
                     SIGNET_ERR_TOO_SMALL);
}

/* ---- reading ---- */

/* Parse len bytes that end at a guard page. */
static signet_status parse(const uint8_t *bytes, size_t len,
                           signet_mqtt_packet *packet, size_t *used)
{
    uint8_t *copy = guard_copy(bytes, len);
    signet_status status =
        signet_mqtt_parse(signet_view(copy, len), packet, used);

    /* Views point into copy: only their lengths are looked at afterwards. */
    guard_free(copy, len);
    return status;
}

#define GOOD(...)                                                              \
    {                                                                          \
        .bytes = {__VA_ARGS__}, .len = sizeof((uint8_t[]){__VA_ARGS__})        \
    }

typedef struct sample {
    uint8_t bytes[24];
    size_t len;
} sample;

static const sample good[] = {
    GOOD(0x20, 2, 0, 0),
    GOOD(0x20, 2, 1, 0),
    GOOD(0x20, 2, 0, 5),
    GOOD(0x30, 3, 0, 1, 't'),
    GOOD(0x31, 5, 0, 1, 't', 'x', 'y'),
    GOOD(0x32, 6, 0, 1, 't', 0, 9, 'x'),
    GOOD(0x3A, 5, 0, 1, 't', 0xFF, 0xFF),
    GOOD(0x30, 0x84, 0, 0, 1, 't', 'x'), /* padded length: not forbidden */
    GOOD(0x30, 13, 0, 10, 'd', 'e', 'v', '/', 0xC3, 0xA9, '/', 'x', 'y', 'z',
         1),
    GOOD(0x40, 2, 0, 1),
    GOOD(0x90, 3, 0, 1, 0),
    GOOD(0x90, 6, 0, 1, 0, 1, 2, 0x80),
    GOOD(0xB0, 2, 0, 1),
    GOOD(0xD0, 0),
};

static void whole_packets_parse_and_truncated_ones_wait(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        signet_mqtt_packet packet;
        size_t used = 0;

        for (size_t len = 0; len < good[i].len; len++) {
            assert_int_equal(parse(good[i].bytes, len, &packet, &used),
                             SIGNET_PENDING);
        }
        assert_int_equal(parse(good[i].bytes, good[i].len, &packet, &used),
                         SIGNET_OK);
        assert_int_equal(used, good[i].len);
        assert_int_equal(packet.type, good[i].bytes[0] >> 4);
    }
}

static const sample malformed[] = {
    /* types no server sends, and QoS 2 that was never granted */
    GOOD(0x00),
    GOOD(0x10),
    GOOD(0x50),
    GOOD(0x62),
    GOOD(0x70),
    GOOD(0x82),
    GOOD(0xA2),
    GOOD(0xC0),
    GOOD(0xE0),
    GOOD(0xF0),
    GOOD(0x34),
    GOOD(0x36),
    /* reserved flags; DUP at QoS 0 */
    GOOD(0x21),
    GOOD(0x41),
    GOOD(0x98),
    GOOD(0xB2),
    GOOD(0xD1),
    GOOD(0x38),
    /* a remaining length of five bytes */
    GOOD(0x30, 0x80, 0x80, 0x80, 0x80),
    GOOD(0x30, 0xFF, 0xFF, 0xFF, 0xFF),
    /* lengths that do not fit the type */
    GOOD(0x20, 1),
    GOOD(0x20, 3),
    GOOD(0x40, 1),
    GOOD(0x40, 3),
    GOOD(0x90, 2),
    GOOD(0xB0, 3),
    GOOD(0xD0, 1),
    GOOD(0x30, 2),
    GOOD(0x40, 0xFF, 0x7F),
    /* CONNACK: reserved flag, unknown code, present although refused */
    GOOD(0x20, 2, 2, 0),
    GOOD(0x20, 2, 0, 6),
    GOOD(0x20, 2, 1, 5),
    /* packet identifier 0 */
    GOOD(0x40, 2, 0, 0),
    GOOD(0x90, 3, 0, 0, 1),
    GOOD(0xB0, 2, 0, 0),
    GOOD(0x32, 5, 0, 1, 't', 0, 0),
    /* SUBACK codes */
    GOOD(0x90, 3, 0, 1, 3),
    GOOD(0x90, 4, 0, 1, 0, 0x81),
    /* PUBLISH: topic longer than the packet, no room for the identifier */
    GOOD(0x30, 3, 0, 2, 't'),
    GOOD(0x30, 3, 0xFF, 0xFF, 't'),
    GOOD(0x32, 4, 0, 1, 't', 0),
    GOOD(0x32, 3, 0, 1, 't'),
    /* topics: empty, NUL, wildcards, broken UTF-8 */
    GOOD(0x30, 3, 0, 0, 'x'),
    GOOD(0x30, 4, 0, 2, 'a', 0),
    GOOD(0x30, 3, 0, 1, '#'),
    GOOD(0x30, 4, 0, 2, 'a', '+'),
    GOOD(0x30, 11, 0, 9, 'd', 'e', 'v', '/', '0', '1', '2', '/', '#'),
    GOOD(0x30, 11, 0, 9, 'd', 'e', 'v', 0, '0', '1', '2', '/', 'x'),
    GOOD(0x30, 11, 0, 9, '+', 'e', 'v', '/', '0', '1', '2', '/', 'x'),
    GOOD(0x30, 3, 0, 1, 0x80),
    GOOD(0x30, 4, 0, 2, 0xC0, 0xAF),
    GOOD(0x30, 3, 0, 1, 0xC3),
    GOOD(0x30, 4, 0, 2, 0xC3, 'a'),
    GOOD(0x30, 5, 0, 3, 0xE0, 0x9F, 0xBF),
    GOOD(0x30, 5, 0, 3, 0xED, 0xA0, 0x80),
    GOOD(0x30, 5, 0, 3, 0xE2, 0x82, 'x'),
    GOOD(0x30, 6, 0, 4, 0xF0, 0x8F, 0xBF, 0xBF),
    GOOD(0x30, 6, 0, 4, 0xF4, 0x90, 0x80, 0x80),
    GOOD(0x30, 6, 0, 4, 0xF5, 0x80, 0x80, 0x80),
    GOOD(0x30, 6, 0, 4, 0xF0, 0x9F, 0x92, 'x'),
    GOOD(0x30, 4, 0, 2, 0xBF, 0x80),
    GOOD(0x30, 6, 0, 4, 0xF9, 0x80, 0x80, 0x80),
};

static void malformed_packets_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        signet_mqtt_packet packet;
        size_t used = 0;

        if (parse(malformed[i].bytes, malformed[i].len, &packet, &used) !=
            SIGNET_ERR_MQTT_PROTOCOL) {
            fail_msg("malformed[%zu] was not refused", i);
        }
    }
}

/* All 65,536 first two bytes: no answer but the three, no read beyond. */
static void every_short_header(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 65536; i++) {
        uint8_t bytes[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        signet_mqtt_packet packet;
        size_t used = 0;
        signet_status status =
            signet_mqtt_parse(signet_view(bytes, 2), &packet, &used);

        assert_true(status == SIGNET_OK || status == SIGNET_PENDING ||
                    status == SIGNET_ERR_MQTT_PROTOCOL);
        if (status == SIGNET_OK) {
            assert_int_equal(bytes[0], 0xD0);
        }
    }
}

/* Each byte at each place of topics around a machine word's length: the fast
 * check agrees with the rules. */
static void topic_check_sees_every_place(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 19; len++) {
        for (size_t at = 0; at < len; at++) {
            for (unsigned value = 0; value < 128; value++) {
                uint8_t topic[20];
                uint8_t out[32];
                signet_mqtt_publish publish = {.topic =
                                                   signet_view(topic, len)};
                size_t out_len;
                bool bad = value == 0 || value == '#' || value == '+';

                memset(topic, 'a', sizeof topic);
                topic[at] = (uint8_t)value;
                assert_int_equal(signet_mqtt_put_publish(&publish, out,
                                                         sizeof out, &out_len),
                                 bad ? SIGNET_ERR_ARGUMENT : SIGNET_OK);
            }
        }
    }
}

static void publish_views_point_into_the_input(void **state)
{
    static const uint8_t bytes[] = {0x3B, 8, 0, 3,   'a', '/',
                                    'b',  0, 7, 'x', 0xD0};
    signet_mqtt_packet packet;
    size_t used = 0;

    (void)state;
    assert_int_equal(
        signet_mqtt_parse(signet_view(bytes, sizeof bytes), &packet, &used),
        SIGNET_OK);
    assert_int_equal(used, 10);
    assert_ptr_equal(packet.publish.topic.ptr, bytes + 4);
    assert_ptr_equal(packet.publish.payload.ptr, bytes + 9);
    assert_int_equal(packet.publish.payload.len, 1);
    assert_int_equal(packet.publish.packet_id, 7);
    assert_int_equal(packet.publish.qos, 1);
    assert_true(packet.publish.duplicate);
    assert_true(packet.publish.retain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connect_as_in_the_standard),
        cmocka_unit_test(connect_refuses),
        cmocka_unit_test(strings_over_64k_are_refused),
        cmocka_unit_test(publish_as_in_the_standard),
        cmocka_unit_test(remaining_length_has_four_sizes),
        cmocka_unit_test(publish_refuses),
        cmocka_unit_test(small_packets),
        cmocka_unit_test(small_packets_refuse),
        cmocka_unit_test(whole_packets_parse_and_truncated_ones_wait),
        cmocka_unit_test(malformed_packets_are_refused),
        cmocka_unit_test(every_short_header),
        cmocka_unit_test(topic_check_sees_every_place),
        cmocka_unit_test(publish_views_point_into_the_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
