/* SPDX-License-Identifier: MIT */
/* The MQTT messenger on a stream that waits, takes little, and fails. */
#include "cmocka_all.h"
#include "pipe_stream.h"
#include "session_events.h"
#include "signet/cloud.h"

typedef struct bench {
    pipe_stream pipe;
    signet_mqtt_messenger messenger;
    signet_messenger view;
    signet_mqtt_inflight inflight[8];
    seen_events seen;
    uint8_t tx[256];
    uint8_t rx[64];
    signet_messenger_session session;
    signet_time now;
    uint64_t next;
} bench;

static int set_up(void **state)
{
    bench *b = (bench *)calloc(1, sizeof *b);
    const signet_mqtt_memory memory = {b->tx, 256, b->rx, 64, b->inflight, 8};

    seen_init(&b->seen);
    pipe_init(&b->pipe);
    signet_mqtt_messenger_init(&b->messenger, &b->pipe.stream, &memory);
    b->view = signet_mqtt_messenger_view(&b->messenger);
    b->session.client_id = "dev";
    b->session.keep_alive_s = 40;
    b->session.events = seen_callbacks(&b->seen);
    b->now.uptime_ms = 5000;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bench *b = (bench *)*state;

    /* Whatever a test did, the stream's contract was kept. */
    assert_int_equal(b->pipe.breaches, 0);
    seen_free(&b->seen);
    free(b);
    return 0;
}

static signet_status open_now(bench *b)
{
    return b->view.ops->open(b->view.ctx, &b->session, b->now);
}

static void step(bench *b)
{
    assert_int_equal(b->view.ops->step(b->view.ctx, b->now, &b->next),
                     SIGNET_OK);
}

static signet_status publish(bench *b, const char *payload, uint8_t qos)
{
    return b->view.ops->publish(
        b->view.ctx, "up/x",
        signet_view((const uint8_t *)payload, strlen(payload)), qos, NULL);
}

#define PUT(b, ...)                                                            \
    pipe_put(&(b)->pipe, (const uint8_t[]){__VA_ARGS__},                       \
             sizeof((uint8_t[]){__VA_ARGS__}))

static void bring_up(bench *b)
{
    assert_int_equal(open_now(b), SIGNET_OK);
    step(b);
    PUT(b, 0x20, 2, 0, 0);
    step(b);
    assert_int_equal(b->seen.opened, 1);
    b->pipe.sent_len = 0;
}

static void opens_publishes_and_closes(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(open_now(b), SIGNET_ERR_STATE);
    assert_int_equal(publish(b, "hello", 1), SIGNET_OK);
    step(b);
    assert_int_equal(b->pipe.sent[0], 0x32);
    assert_int_equal(b->pipe.sent_len, 15);
    b->pipe.sent_len = 0;
    b->view.ops->close(b->view.ctx);
    assert_int_equal(b->pipe.sent[0], 0xE0);
    assert_int_equal(b->pipe.closes, 1);
    b->view.ops->close(b->view.ctx);
    assert_int_equal(b->pipe.closes, 1);
    assert_int_equal(b->seen.closed, 0);
    step(b);
    assert_true(b->next == UINT64_MAX);
    assert_int_equal(publish(b, "x", 0), SIGNET_ERR_STATE);
}

/* What was queued goes out before DISCONNECT if the stream takes it. */
static void close_sends_what_is_queued(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(publish(b, "last words", 0), SIGNET_OK);
    b->view.ops->close(b->view.ctx);
    assert_int_equal(b->pipe.sent_len, 18 + 2);
    assert_int_equal(b->pipe.sent[0], 0x30);
    assert_int_equal(b->pipe.sent[18], 0xE0);
}

static void open_refuses_what_cannot_work(void **state)
{
    bench *b = (bench *)*state;
    signet_messenger_session good = b->session;

    b->session.events.closed = NULL;
    assert_int_equal(open_now(b), SIGNET_ERR_ARGUMENT);
    b->session = good;
    b->session.client_id = "";
    assert_int_equal(open_now(b), SIGNET_ERR_ARGUMENT);
    assert_int_equal(b->pipe.opens, 0);
    b->session = good;
    assert_int_equal(open_now(b), SIGNET_OK);
}

static void pending_connect_is_not_closed_and_has_an_end(void **state)
{
    bench *b = (bench *)*state;

    b->pipe.open_status = SIGNET_PENDING;
    assert_int_equal(open_now(b), SIGNET_OK);
    for (int i = 0; i < 100; i++) {
        step(b);
        assert_in_range(b->next, b->now.uptime_ms + 1, b->now.uptime_ms + 100);
        b->now.uptime_ms = b->next;
    }
    assert_int_equal(publish(b, "x", 0), SIGNET_ERR_STATE);
    assert_int_equal(b->seen.closed, 0);
    b->now.uptime_ms = 5000 + 60000;
    step(b);
    assert_int_equal(b->seen.closed, 1);
    assert_int_equal(b->seen.why, SIGNET_ERR_TIMEOUT);
    assert_int_equal(b->pipe.closes, 1);
}

/* golioth#660: an attempt can be given up. */
static void connecting_can_be_cancelled(void **state)
{
    bench *b = (bench *)*state;

    b->pipe.open_status = SIGNET_PENDING;
    assert_int_equal(open_now(b), SIGNET_OK);
    step(b);
    b->view.ops->close(b->view.ctx);
    assert_int_equal(b->pipe.closes, 1);
    assert_int_equal(b->seen.closed, 0);
    b->pipe.open_status = SIGNET_OK;
    bring_up(b);
}

static void failures_to_connect_are_told_as_they_are(void **state)
{
    static const signet_status reasons[] = {
        SIGNET_ERR_RESOLVE,  SIGNET_ERR_CONNECT,  SIGNET_ERR_TLS,
        SIGNET_ERR_TLS_PEER, SIGNET_ERR_TLS_NAME, SIGNET_ERR_TLS_REFUSED};
    bench *b = (bench *)*state;

    for (size_t i = 0; i < 6; i++) {
        b->pipe.open_status = reasons[i];
        assert_int_equal(open_now(b), SIGNET_OK);
        step(b);
        assert_int_equal(b->seen.closed, i + 1);
        assert_int_equal(b->seen.why, reasons[i]);
    }
    b->pipe.open_status = SIGNET_OK;
    bring_up(b);
}

/* TLS 1.3 tells of a refused client certificate at the first read. */
static void a_late_refusal_is_told_as_it_is(void **state)
{
    bench *b = (bench *)*state;

    assert_int_equal(open_now(b), SIGNET_OK);
    step(b);
    b->pipe.end_status = SIGNET_ERR_TLS_REFUSED;
    step(b);
    assert_int_equal(b->seen.why, SIGNET_ERR_TLS_REFUSED);
}

/* The refusal, then the end of the stream, both before the next step; and a
 * write that would fail by then: the refusal is what is told. */
static void the_brokers_word_comes_before_the_end(void **state)
{
    bench *b = (bench *)*state;

    assert_int_equal(open_now(b), SIGNET_OK);
    step(b);
    PUT(b, 0x20, 2, 0, 5);
    b->pipe.end_status = SIGNET_CLOSED;
    b->pipe.write_status = SIGNET_ERR_IO;
    step(b);
    assert_int_equal(b->seen.closed, 1);
    assert_int_equal(b->seen.why, SIGNET_ERR_MQTT_AUTHORISATION);
}

static void an_orderly_end_is_told(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    b->pipe.end_status = SIGNET_CLOSED;
    step(b);
    assert_int_equal(b->seen.why, SIGNET_CLOSED);
    assert_true(b->next == UINT64_MAX);
    step(b);
    assert_int_equal(b->seen.closed, 1);
}

static void a_write_error_is_told(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    assert_int_equal(publish(b, "x", 0), SIGNET_OK);
    b->pipe.write_status = SIGNET_ERR_IO;
    step(b);
    assert_int_equal(b->seen.why, SIGNET_ERR_IO);
}

static signet_status refused_at_write(void *ctx, const uint8_t *data,
                                      size_t len, size_t *written)
{
    pipe_stream *pipe = (pipe_stream *)ctx;

    (void)data;
    (void)len;
    *written = 0;
    pipe->read_only = true;
    pipe->end_status = SIGNET_ERR_TLS_REFUSED;
    return SIGNET_ERR_IO;
}

/* The server's alert arrives between our read and our write. */
static void a_failed_write_asks_for_the_reason(void **state)
{
    bench *b = (bench *)*state;
    signet_stream_ops ops = *b->pipe.stream.ops;

    assert_int_equal(open_now(b), SIGNET_OK);
    ops.write = refused_at_write;
    b->pipe.stream.ops = &ops;
    step(b);
    assert_int_equal(b->seen.why, SIGNET_ERR_TLS_REFUSED);
}

static void silence_after_connect_times_out(void **state)
{
    bench *b = (bench *)*state;

    assert_int_equal(open_now(b), SIGNET_OK);
    step(b);
    assert_int_equal(b->next, 5000 + SIGNET_MQTT_RESPONSE_MS);
    b->now.uptime_ms = b->next;
    step(b);
    assert_int_equal(b->seen.why, SIGNET_ERR_TIMEOUT);
}

/* The time to CONNACK counts from the stream, not from the wait for it. */
static void a_slow_handshake_does_not_eat_the_time_for_connack(void **state)
{
    bench *b = (bench *)*state;

    b->pipe.open_status = SIGNET_PENDING;
    assert_int_equal(open_now(b), SIGNET_OK);
    step(b);
    b->now.uptime_ms += 50000;
    b->pipe.open_status = SIGNET_OK;
    step(b);
    assert_int_equal(b->seen.closed, 0);
    b->now.uptime_ms += 10000;
    PUT(b, 0x20, 2, 0, 0);
    step(b);
    assert_int_equal(b->seen.opened, 1);
}

/* zephyr#42825: EAGAIN, and one byte at a time, drop nothing. */
static void a_stingy_stream_loses_nothing(void **state)
{
    static const char *const words[] = {"alpha", "beta", "gamma", "delta"};
    bench *b = (bench *)*state;
    uint8_t expected[128];
    size_t expected_len = 0;

    bring_up(b);
    b->pipe.write_most = 1;
    b->pipe.write_pending_each = 2;
    for (size_t i = 0; i < 4; i++) {
        signet_mqtt_publish message = {
            .topic = signet_view((const uint8_t *)"up/x", 4),
            .payload =
                signet_view((const uint8_t *)words[i], strlen(words[i]))};
        size_t len = 0;

        assert_int_equal(publish(b, words[i], 0), SIGNET_OK);
        assert_int_equal(
            signet_mqtt_put_publish(&message, expected + expected_len,
                                    sizeof expected - expected_len, &len),
            SIGNET_OK);
        expected_len += len;
        step(b);
        assert_in_range(b->next, 0, b->now.uptime_ms + 100);
    }
    for (int i = 0; i < 200; i++) {
        step(b);
    }
    assert_int_equal(b->pipe.sent_len, expected_len);
    assert_memory_equal(b->pipe.sent, expected, expected_len);
    assert_int_equal(b->seen.closed, 0);
}

/* A write that succeeds with nothing is no progress, and no endless loop. */
static void a_write_of_nothing_is_waiting(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    b->pipe.write_most = 0;
    assert_int_equal(publish(b, "x", 0), SIGNET_OK);
    step(b);
    assert_int_equal(b->seen.closed, 0);
    b->pipe.write_most = 100;
    step(b);
    assert_int_equal(b->pipe.sent_len, 9);
}

static void a_stuck_stream_ends_by_keep_alive(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    b->pipe.write_status = SIGNET_PENDING;
    assert_int_equal(publish(b, "x", 0), SIGNET_OK);
    for (int i = 0; i < 100000 && b->seen.closed == 0; i++) {
        step(b);
        b->now.uptime_ms += 50;
    }
    assert_int_equal(b->seen.why, SIGNET_ERR_MQTT_KEEP_ALIVE);
    assert_in_range(b->now.uptime_ms, 5000 + 35000, 5000 + 35000 + 20100);
}

/* One step takes a bounded share of a flood and asks to go on at once. */
static void a_flood_is_taken_in_bounded_steps(void **state)
{
    bench *b = (bench *)*state;
    unsigned steps = 0;

    bring_up(b);
    for (int i = 0; i < 500; i++) {
        PUT(b, 0x32, 8, 0, 1, 't', 0, 9, 'a', 'b', 'c');
    }
    do {
        step(b);
        steps++;
    } while (b->next == b->now.uptime_ms && steps < 1000);
    assert_int_equal(b->seen.messages, 500);
    assert_true(steps >= 500 * 10 / (64 * 8));
    assert_int_equal(b->pipe.sent_len, 500 * 4);
}

/* Acknowledgements that find no room wait, and so does what follows them;
 * sending makes them go on without a new byte from the broker. */
static void held_back_messages_go_on_when_room_comes(void **state)
{
    bench *b = (bench *)*state;

    bring_up(b);
    b->pipe.write_status = SIGNET_PENDING;
    for (int i = 0; i < 80; i++) {
        PUT(b, 0x32, 6, 0, 1, 't', 0, 9, 'x');
    }
    for (int i = 0; i < 20; i++) {
        step(b);
    }
    assert_int_equal(b->seen.messages, (256 - 2) / 4);
    b->pipe.write_status = SIGNET_OK;
    for (int i = 0; i < 20; i++) {
        step(b);
    }
    assert_int_equal(b->seen.messages, 80);
    assert_int_equal(b->pipe.sent_len, 80 * 4);
}

static void reopening_works_after_each_end(void **state)
{
    bench *b = (bench *)*state;

    for (unsigned i = 1; i <= 5; i++) {
        b->seen.opened = 0;
        b->pipe.end_status = SIGNET_PENDING;
        bring_up(b);
        assert_int_equal(publish(b, "half", 1), SIGNET_OK);
        b->pipe.end_status = i % 2 != 0 ? SIGNET_CLOSED : SIGNET_ERR_IO;
        PUT(b, 0x30, 0xFF, 1, 0, 1, 't');
        step(b);
        assert_int_equal(b->seen.closed, i);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(opens_publishes_and_closes),
        T(close_sends_what_is_queued),
        T(open_refuses_what_cannot_work),
        T(pending_connect_is_not_closed_and_has_an_end),
        T(connecting_can_be_cancelled),
        T(failures_to_connect_are_told_as_they_are),
        T(a_late_refusal_is_told_as_it_is),
        T(the_brokers_word_comes_before_the_end),
        T(an_orderly_end_is_told),
        T(a_write_error_is_told),
        T(a_failed_write_asks_for_the_reason),
        T(silence_after_connect_times_out),
        T(a_slow_handshake_does_not_eat_the_time_for_connack),
        T(a_stingy_stream_loses_nothing),
        T(a_write_of_nothing_is_waiting),
        T(a_stuck_stream_ends_by_keep_alive),
        T(a_flood_is_taken_in_bounded_steps),
        T(held_back_messages_go_on_when_room_comes),
        T(reopening_works_after_each_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
