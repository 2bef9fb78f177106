/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
/* The messenger against a real broker. */
#include "cmocka_all.h"
#include "device_session.h"

#include <signal.h>

#define LONG_MESSAGE 300000u

static broker the_broker;

static int start_broker(void **state)
{
    (void)state;
    broker_open(&the_broker, "");
    return 0;
}

static int stop_broker(void **state)
{
    (void)state;
    broker_close(&the_broker);
    return 0;
}

static const char *const down[] = {"dev/one/down/#", NULL};

static int set_up(void **state)
{
    device_session *d = (device_session *)calloc(1, sizeof *d);

    device_session_init(d, &the_broker, "one", down);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    device_session *d = (device_session *)*state;

    assert_false(d->seen.disorder);
    device_session_free(d);
    free(d);
    return 0;
}

static signet_status publish(device_session *d, const char *topic,
                             const void *payload, size_t len, uint8_t qos)
{
    return d->view.ops->publish(d->view.ctx, topic,
                                signet_view((const uint8_t *)payload, len), qos,
                                NULL);
}

static void publishes_and_an_observer_receives(void **state)
{
    static const char *const arguments[] = {"-t", "dev/+/up/#", "-C", "2",
                                            "-q", "1",          "-v", NULL};
    static const char expected[] = "dev/one/up/a first\ndev/one/up/b second\n";
    device_session *d = (device_session *)*state;
    broker_client observer;
    char line[sizeof expected] = {0};
    uint8_t byte;

    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    assert_false(d->seen.present);
    broker_client_start(&observer, &the_broker, "mosquitto_sub", arguments);
    /* Repeat until it is subscribed: only then does it see anything. */
    for (int i = 0; i < 500; i++) {
        assert_int_equal(publish(d, "dev/one/up/a", "first", 5, 1), SIGNET_OK);
        DEVICE_UNTIL(d, d->seen.acknowledged == (unsigned)i + 1);
        if (broker_client_byte(&observer, 10, &byte)) {
            break;
        }
    }
    line[0] = (char)byte;
    assert_int_equal(publish(d, "dev/one/up/b", "second", 6, 0), SIGNET_OK);
    for (size_t i = 1; i < sizeof expected - 1; i++) {
        device_session_step(d);
        assert_true(broker_client_byte(&observer, 5000, &byte));
        line[i] = (char)byte;
    }
    assert_string_equal(line, expected);
    assert_int_equal(broker_client_wait(&observer), 0);
}

static void receives_what_another_client_sends(void **state)
{
    static const char *const arguments[] = {
        "-t", "dev/one/down/cmd", "-m", "go on", "-q", "1", NULL};
    device_session *d = (device_session *)*state;
    broker_client sender;

    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    broker_client_start(&sender, &the_broker, "mosquitto_pub", arguments);
    DEVICE_UNTIL(d, d->seen.messages == 1);
    assert_string_equal(d->seen.topic, "dev/one/down/cmd");
    assert_int_equal(d->seen.len, 5);
    assert_memory_equal(d->seen.payload, "go on", 5);
    assert_int_equal(broker_client_wait(&sender), 0);
}

/* 300 KB through a buffer of 1 KB, and the session goes on afterwards. */
static void a_long_message_comes_in_parts(void **state)
{
    char path[TEMPORARY_SIZE + 16];
    const char *arguments[] = {"-t", "dev/one/down/file", "-f", path, "-q", "1",
                               NULL};
    device_session *d = (device_session *)*state;
    uint8_t *content = (uint8_t *)malloc(LONG_MESSAGE);
    broker_client sender;
    FILE *file;

    for (size_t i = 0; i < LONG_MESSAGE; i++) {
        content[i] = (uint8_t)(i * 2654435761u >> 13);
    }
    (void)snprintf(path, sizeof path, "%s/long", the_broker.folder);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, LONG_MESSAGE, file), LONG_MESSAGE);
    assert_int_equal(fclose(file), 0);
    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    for (unsigned i = 1; i <= 2; i++) {
        broker_client_start(&sender, &the_broker, "mosquitto_pub", arguments);
        DEVICE_UNTIL(d, d->seen.messages == i);
        assert_int_equal(broker_client_wait(&sender), 0);
        assert_int_equal(d->seen.len, LONG_MESSAGE);
        assert_memory_equal(d->seen.payload, content, LONG_MESSAGE);
        assert_true(d->seen.parts >= i * (LONG_MESSAGE / sizeof d->rx));
    }
    /* Acknowledged, so the connection and keep-alive still work. */
    assert_int_equal(publish(d, "dev/one/up/x", "ok", 2, 1), SIGNET_OK);
    DEVICE_UNTIL(d, d->seen.acknowledged == 1);
    free(content);
}

static void a_message_to_itself_while_many_are_under_way(void **state)
{
    device_session *d = (device_session *)*state;
    unsigned sent = 0;

    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    for (uint64_t end = device_now_ms() + 10000;
         sent < 500 && device_now_ms() < end;) {
        uint8_t payload[100] = {0};
        signet_status status =
            publish(d, "dev/one/down/self", payload, sizeof payload, 1);

        if (status == SIGNET_OK) {
            sent++;
        } else {
            assert_int_equal(status, SIGNET_ERR_FULL);
            device_session_step(d);
        }
    }
    DEVICE_UNTIL(d, d->seen.acknowledged == 500);
    DEVICE_UNTIL(d, d->seen.messages == 500);
}

/* The lasting session: what came while the device was away is delivered. */
static void a_lasting_session_keeps_messages(void **state)
{
    static const char *const arguments[] = {
        "-t", "dev/one/down/later", "-m", "kept", "-q", "1", NULL};
    device_session *d = (device_session *)*state;
    broker_client sender;

    d->session.clean = false;
    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    d->view.ops->close(d->view.ctx);
    broker_client_start(&sender, &the_broker, "mosquitto_pub", arguments);
    assert_int_equal(broker_client_wait(&sender), 0);
    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 2);
    assert_true(d->seen.present);
    DEVICE_UNTIL(d, d->seen.messages == 1);
    assert_memory_equal(d->seen.payload, "kept", 4);
}

/* Another connection with the same client identifier ends this one. */
static void a_takeover_is_an_orderly_end(void **state)
{
    device_session *d = (device_session *)*state;
    device_session *other = (device_session *)calloc(1, sizeof *other);

    device_session_init(other, &the_broker, "one", down);
    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    device_session_open(other);
    DEVICE_UNTIL(other, other->seen.opened == 1);
    DEVICE_UNTIL(d, d->seen.closed == 1);
    assert_true(d->seen.why == SIGNET_CLOSED || d->seen.why == SIGNET_ERR_IO);
    device_session_free(other);
    free(other);
}

static void keep_alive_holds_an_idle_session(void **state)
{
    device_session *d = (device_session *)*state;
    uint64_t end;

    /* mosquitto ends a session after 1.5 s of silence. */
    d->session.keep_alive_s = 1;
    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    for (end = device_now_ms() + 4000; device_now_ms() < end;) {
        device_session_step(d);
    }
    assert_int_equal(d->seen.closed, 0);
}

static void no_broker_is_told(void **state)
{
    device_session *d = (device_session *)*state;

    broker_kill(&the_broker, SIGKILL);
    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.closed == 1);
    assert_int_equal(d->seen.why, SIGNET_ERR_CONNECT);
    broker_start(&the_broker);
    device_session_open(d);
    DEVICE_UNTIL(d, d->seen.opened == 1);
    broker_kill(&the_broker, SIGKILL);
    DEVICE_UNTIL(d, d->seen.closed == 2);
    assert_true(d->seen.why == SIGNET_CLOSED || d->seen.why == SIGNET_ERR_IO);
    broker_start(&the_broker);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(publishes_and_an_observer_receives),
        T(receives_what_another_client_sends),
        T(a_long_message_comes_in_parts),
        T(a_message_to_itself_while_many_are_under_way),
        T(a_lasting_session_keeps_messages),
        T(a_takeover_is_an_orderly_end),
        T(keep_alive_holds_an_idle_session),
        T(no_broker_is_told),
    };

    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
