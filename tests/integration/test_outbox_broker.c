/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
/*
 * A durable outbox over a broker that dies. An observer stands for the
 * service: what it saw in one piece from the start it has committed, and
 * that is acknowledged, as the agent does on the service's signed word.
 */
#include "cmocka_all.h"
#include "device_session.h"
#include "memory_flash.h"

#include <signal.h>
#include <stdio.h>

#define EPOCH 5u
#define WINDOW 8u
#define TIMEOUT_MS 400u
#define RECORDS 120u
#define MAX_SEQUENCE 1024u

typedef struct world {
    broker broker;
    broker_client observer;
    device_session device;
    memory_flash flash;
    signet_log log;
    signet_outbox outbox;
    uint32_t given[RECORDS];
    unsigned added;
    unsigned committed; /* records, in order */
    bool seen[MAX_SEQUENCE];
    char line[16];
    size_t line_len;
    unsigned sessions;
} world;

static const char *const nothing[] = {NULL};

static void start_observer(world *w)
{
    static const char *const arguments[] = {"-t", "dev/one/up/message", "-q",
                                            "1", NULL};

    broker_client_start(&w->observer, &w->broker, "mosquitto_sub", arguments);
}

static void add_records(world *w, unsigned until)
{
    while (w->added < until) {
        uint8_t record[40] = {0};

        assert_int_equal(signet_outbox_add(&w->outbox,
                                           signet_view(record, sizeof record),
                                           &w->given[w->added]),
                         SIGNET_OK);
        assert_true(w->given[w->added] < MAX_SEQUENCE);
        w->added++;
    }
}

/* Lines of the observer are sequences. */
static void watch_observer(world *w)
{
    uint8_t byte;

    while (broker_client_byte(&w->observer, 0, &byte)) {
        if (byte != '\n') {
            assert_true(w->line_len < sizeof w->line - 1);
            w->line[w->line_len++] = (char)byte;
            continue;
        }
        w->line[w->line_len] = 0;
        w->line_len = 0;
        w->seen[strtoul(w->line, NULL, 10) % MAX_SEQUENCE] = true;
    }
}

/* The service commits in order; what it committed is acknowledged. */
static void commit(world *w)
{
    unsigned before = w->committed;

    while (w->committed < w->added && w->seen[w->given[w->committed]]) {
        w->committed++;
    }
    if (w->committed != before) {
        assert_int_equal(signet_outbox_acknowledge(&w->outbox, EPOCH,
                                                   w->given[w->committed - 1]),
                         SIGNET_OK);
    }
}

static void pump(world *w)
{
    signet_log_entry entry;
    uint32_t oldest;
    char text[16];
    int len;

    while (signet_outbox_next(&w->outbox, device_now_ms(), &entry, &oldest) ==
           SIGNET_OK) {
        len = snprintf(text, sizeof text, "%lu", (unsigned long)entry.sequence);
        if (w->device.view.ops->publish(
                w->device.view.ctx, "dev/one/up/message",
                signet_view((const uint8_t *)text, (size_t)len), 1,
                NULL) != SIGNET_OK) {
            return;
        }
        signet_outbox_sent(&w->outbox, entry.sequence, device_now_ms());
    }
}

/* One turn of a device's loop: reconnect, send what is due, note what was
 * committed. */
static void turn(world *w)
{
    if (w->device.messenger.phase == 0) {
        device_session_open(&w->device);
    }
    device_session_step(&w->device);
    if (w->device.seen.opened != w->sessions) {
        w->sessions = w->device.seen.opened;
        signet_outbox_restart(&w->outbox);
    }
    pump(w);
    watch_observer(w);
    commit(w);
}

static void turn_until(world *w, unsigned committed)
{
    for (uint64_t end = device_now_ms() + 30000;
         w->committed < committed && device_now_ms() < end;) {
        turn(w);
    }
    assert_true(w->committed >= committed);
}

static void turn_for(world *w, uint64_t ms)
{
    for (uint64_t end = device_now_ms() + ms; device_now_ms() < end;) {
        turn(w);
    }
}

static void mount(world *w)
{
    memset(&w->log, 0, sizeof w->log);
    assert_int_equal(signet_log_mount(&w->log, &w->flash.flash), SIGNET_OK);
    signet_outbox_init(&w->outbox, &w->log, WINDOW, TIMEOUT_MS);
}

static int set_up(void **state)
{
    world *w = (world *)calloc(1, sizeof *w);

    broker_open(&w->broker, "");
    memory_flash_init(&w->flash);
    assert_int_equal(signet_log_format(&w->flash.flash, EPOCH), SIGNET_OK);
    mount(w);
    device_session_init(&w->device, &w->broker, "one", nothing);
    start_observer(w);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world *w = (world *)*state;

    device_session_free(&w->device);
    broker_client_stop(&w->observer);
    broker_close(&w->broker);
    free(w);
    return 0;
}

static void every_sequence_arrives_although_the_broker_dies(void **state)
{
    world *w = (world *)*state;

    add_records(w, 20);
    turn_until(w, 10);
    /* Killed while records are under way, and gone for a while. */
    add_records(w, 60);
    turn(w);
    broker_kill(&w->broker, SIGKILL);
    turn_for(w, 300);
    add_records(w, 100);
    broker_start(&w->broker);
    turn_until(w, 70);
    broker_kill(&w->broker, SIGKILL);
    broker_start(&w->broker);
    add_records(w, RECORDS);
    turn_until(w, RECORDS);
    assert_true(w->sessions >= 3);
    for (unsigned i = 0; i < RECORDS; i++) {
        assert_true(w->seen[w->given[i]]);
    }
    /* Nothing is left to send. */
    {
        signet_log_entry entry;

        assert_int_equal(signet_log_next(&w->log, 0, &entry),
                         SIGNET_ERR_NOT_FOUND);
    }
}

static void what_was_queued_survives_the_device_too(void **state)
{
    world *w = (world *)*state;

    add_records(w, 30);
    turn_until(w, 5);
    /* The device loses its power: only flash stays. */
    w->device.view.ops->close(w->device.view.ctx);
    mount(w);
    turn_until(w, 30);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_sequence_arrives_although_the_broker_dies),
        T(what_was_queued_survives_the_device_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
