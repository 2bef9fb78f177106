/* SPDX-License-Identifier: MIT */
/* Messages and reports: from the log until the service has committed them. */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "agent_device.h"

#define MINUTE_MS 60000ull
#define HOUR_MS (60u * MINUTE_MS)
#define MANY 40u

static struct agent_device device;
/* What was sent, by number; a restart may leave a gap between them. */
static uint32_t sequences[MANY + 1u];

static int set_up(void **state)
{
    (void)state;
    agent_device_new(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    agent_device_free(&device);
    return 0;
}

static void send_numbered(uint32_t n)
{
    char text[32];

    (void)snprintf(text, sizeof text, "message %u", (unsigned)n);
    sequences[n] = agent_device_send(&device, text);
    assert_true(sequences[n] > sequences[n - 1u]);
}

static const struct agent_record *find(uint32_t n)
{
    return agent_service_find(&device.service, 0, sequences[n]);
}

static void assert_all_arrived(uint32_t count)
{
    uint32_t n;

    for (n = 1; n <= count; n++) {
        const struct agent_record *record = find(n);
        char text[32];

        assert_non_null(record);
        (void)snprintf(text, sizeof text, "message %u", (unsigned)n);
        assert_int_equal(record->len, strlen(text));
        assert_memory_equal(record->body, text, record->len);
    }
    assert_int_equal(device.service.committed[0], sequences[count]);
    assert_int_equal(agent_device_held(&device.messages), 0);
}

static void push_report(int32_t code)
{
    signet_report_event event;

    memset(&event, 0, sizeof event);
    event.kind = SIGNET_REPORT_ERROR;
    event.severity = SIGNET_SEVERITY_ERROR;
    event.code = code;
    assert_int_equal(
        signet_report_push(&device.report, &event, device.uptime_ms),
        SIGNET_OK);
}

/* ---- nothing is lost ---- */

static void sends_what_waited(void **state)
{
    uint32_t n;

    (void)state;
    agent_device_boot(&device);
    for (n = 1; n <= MANY; n++) {
        send_numbered(n);
    }
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 5000));
    agent_device_run(&device, 1000);
    assert_all_arrived(MANY);
    /* Nothing was sent twice without need. */
    assert_int_equal(find(1)->times, 1);
    assert_int_equal(find(MANY)->times, 1);
}

static void survives_outages_and_resets(void **state)
{
    uint32_t n;

    (void)state;
    agent_device_online(&device);
    for (n = 1; n <= MANY; n++) {
        send_numbered(n);
        device.script.operation = n % 7 < 3 ? SIGNET_ERR_CONNECT : SIGNET_OK;
        device.script.lose = n % 5 == 0;
        agent_device_run(&device, 700);
        if (n % 11 == 0) {
            agent_device_boot(&device);
        }
    }
    device.script.lose = false;
    device.script.operation = SIGNET_OK;
    agent_device_run(&device, MINUTE_MS);
    assert_all_arrived(MANY);
}

static void waits_for_the_service_not_for_the_broker(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.service.silent = true;
    send_numbered(1);
    agent_device_run(&device, 10000);
    /* Every copy was taken by the broker, and that counts for nothing. */
    assert_int_equal(agent_device_held(&device.messages), 1);
    device.service.silent = false;
    agent_device_run(&device, 5000);
    assert_all_arrived(1);
}

static void keeps_to_its_window(void **state)
{
    unsigned before;
    uint32_t n;

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, 5000);
    device.service.silent = true;
    before = device.script.published;
    for (n = 1; n <= MANY; n++) {
        send_numbered(n);
    }
    agent_device_run(&device, 1000);
    assert_int_equal(device.script.published - before, DEVICE_WINDOW);
}

/* ---- acknowledgements that are none ---- */

static void forged_acknowledgement_frees_nothing(void **state)
{
    unsigned before;

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, 5000);
    device.service.forge = true;
    before = device.script.published;
    send_numbered(1);
    agent_device_run(&device, HOUR_MS + MINUTE_MS);
    assert_int_equal(agent_device_held(&device.messages), 1);
    /* The report of it is answered like that, too: it must not feed itself. */
    assert_in_range(agent_device_held(&device.reports), 1, 3);
    assert_in_range(device.script.published - before, 100, 10000);
    device.service.forge = false;
    agent_device_run(&device, 10000);
    assert_all_arrived(1);
    assert_in_range(agent_device_reports(&device, SIGNET_ERR_KEY_ID), 1, 3);
}

static void acknowledgement_for_another_device_frees_nothing(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.service.other_name = "0123456789abcdef0123456789abcdef";
    send_numbered(1);
    agent_device_run(&device, 3000);
    assert_int_equal(agent_device_held(&device.messages), 1);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                     SIGNET_ERR_DEVICE_ID);
    device.service.other_name = NULL;
    agent_device_run(&device, 5000);
    assert_all_arrived(1);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_DEVICE_ID), 1);
}

static void inject_down(const char *rest, const char *bytes, size_t len)
{
    char topic[80];

    (void)snprintf(topic, sizeof topic, "signet/dev/%s/down/%s",
                   device.service.device_id, rest);
    script_messenger_inject(&device.script, topic,
                            signet_view((const uint8_t *)bytes, len));
}

/* A hostile broker for an hour: some reports, not one a message. */
static void flood_of_garbage_costs_little(void **state)
{
    uint32_t steps;
    unsigned i;

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, 5000);
    steps = device.report_flash.steps;
    for (i = 0; i < 3600; i++) {
        inject_down("ack", "garbage", 7);
        inject_down("time", "\xd2\x84", 2);
        inject_down("nonsense", "x", 1);
        agent_device_run(&device, 1000);
    }
    assert_in_range(agent_device_count(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                    10000, 11000);
    agent_device_run(&device, MINUTE_MS);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_NOT_FOUND), 2);
    /* Some ten records and their acknowledgements. */
    assert_true(device.report_flash.steps - steps < 1000);
}

static void foreign_topics_are_refused(void **state)
{
    (void)state;
    agent_device_online(&device);
    script_messenger_inject(&device.script, "signet/dev/other/down/ack",
                            signet_view((const uint8_t *)"x", 1));
    agent_device_run(&device, 10);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                     SIGNET_ERR_NOT_FOUND);
}

/* ---- records that cannot be sent ---- */

static void record_too_large_does_not_stop_the_others(void **state)
{
    char large[500];

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, 1000);
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    device.script.tx_cap = 400;
    send_numbered(1);
    sequences[2] = agent_device_send(&device, large);
    send_numbered(3);
    /* It is not dropped with what stands before it and is not committed. */
    device.service.silent = true;
    agent_device_run(&device, 10000);
    assert_int_equal(agent_device_held(&device.messages), 3);
    device.service.silent = false;
    agent_device_run(&device, 10000);
    assert_non_null(find(1));
    assert_null(find(2));
    assert_non_null(find(3));
    assert_int_equal(device.service.committed[0], sequences[3]);
    assert_int_equal(agent_device_held(&device.messages), 0);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_TOO_LARGE), 1);
}

/* Flash forgets a bit of a record that was already found. */
static void damage(const char *text)
{
    size_t len = strlen(text);
    size_t i;

    for (i = 0; i + len <= DEVICE_LOG_SIZE; i++) {
        uint8_t *at = device.message_flash.bytes + i;

        if (memcmp(at, text, len) == 0) {
            *at ^= 1;
            return;
        }
    }
    fail_msg("%s is not in the log", text);
}

static void damaged_record_does_not_stop_the_others(void **state)
{
    (void)state;
    agent_device_boot(&device);
    send_numbered(1);
    send_numbered(2);
    send_numbered(3);
    damage("message 2");
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 5000));
    agent_device_run(&device, 10000);
    assert_non_null(find(1));
    assert_null(find(2));
    assert_non_null(find(3));
    assert_int_equal(device.service.committed[0], sequences[3]);
    assert_int_equal(agent_device_held(&device.messages), 0);
}

/* ---- both logs ---- */

static void queue_of_messages_does_not_hold_back_reports(void **state)
{
    uint32_t n;

    (void)state;
    device.script.room = 1;
    agent_device_boot(&device);
    for (n = 1; n <= MANY; n++) {
        send_numbered(n);
    }
    push_report(4242);
    while (agent_service_reports(&device.service, 4242) == 0) {
        agent_device_run(&device, 1);
        assert_true(device.uptime_ms < MINUTE_MS);
    }
    assert_true(device.service.committed[0] < sequences[MANY / 2]);
    agent_device_run(&device, MINUTE_MS);
    assert_all_arrived(MANY);
    assert_int_equal(agent_device_reports(&device, 4242), 1);
}

static void says_when_it_cannot_keep_a_message(void **state)
{
    static const uint8_t large[SIGNET_REPORT_MAX_SIZE + 1];
    signet_status status = SIGNET_OK;
    uint32_t last = 0;

    (void)state;
    agent_device_boot(&device);
    assert_int_equal(signet_agent_send(&device.agent,
                                       signet_view(large, sizeof large), NULL),
                     SIGNET_ERR_TOO_LARGE);
    while (status == SIGNET_OK && last < 1000) {
        status = signet_agent_send(
            &device.agent, signet_view(large, SIGNET_REPORT_MAX_SIZE), &last);
    }
    assert_int_equal(status, SIGNET_ERR_FULL);
    agent_device_run(&device, MINUTE_MS);
    assert_int_equal(device.service.committed[0], last);
    assert_int_equal(agent_device_held(&device.messages), 0);
}

/* Without a clock and without anything to do, a step a second; not more. */
static void rests_when_there_is_nothing_to_do(void **state)
{
    unsigned steps;

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, MINUTE_MS);
    steps = device.steps;
    agent_device_run(&device, HOUR_MS);
    assert_in_range(device.steps - steps, 3600, 3700);
}

/* The messenger has no room and nothing moves: no busy loop. */
static void rests_while_there_is_no_room(void **state)
{
    unsigned steps;
    uint32_t n;

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, 10000);
    device.service.silent = true;
    device.script.room = 1;
    for (n = 1; n <= MANY; n++) {
        send_numbered(n);
    }
    signet_agent_check_for_update(&device.agent);
    steps = device.steps;
    agent_device_run(&device, MINUTE_MS);
    assert_in_range(device.steps - steps, 60, 1000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sends_what_waited),
        TEST(survives_outages_and_resets),
        TEST(waits_for_the_service_not_for_the_broker),
        TEST(keeps_to_its_window),
        TEST(forged_acknowledgement_frees_nothing),
        TEST(acknowledgement_for_another_device_frees_nothing),
        TEST(flood_of_garbage_costs_little),
        TEST(foreign_topics_are_refused),
        TEST(record_too_large_does_not_stop_the_others),
        TEST(damaged_record_does_not_stop_the_others),
        TEST(queue_of_messages_does_not_hold_back_reports),
        TEST(says_when_it_cannot_keep_a_message),
        TEST(rests_when_there_is_nothing_to_do),
        TEST(rests_while_there_is_no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
