/* SPDX-License-Identifier: MIT */
/* Durable messages: order, window, repetition, acknowledgement, reboot. */
#include "cmocka_all.h"
#include "memory_flash.h"
#include "signet/cloud.h"

#include <stdlib.h>

#define WINDOW 4u
#define TIMEOUT_MS 5000u
#define EPOCH 77u

typedef struct bench {
    memory_flash flash;
    signet_log log;
    signet_outbox outbox;
    uint64_t now;
    uint32_t sequences[512]; /* of the records, in order of adding */
    uint32_t count;
} bench;

/* The log may leave gaps between sequences at a restart, so the tests name a
 * record by its place: 1 is the first one added. */
static uint32_t sequence_of(const bench *b, uint32_t place)
{
    assert_in_range(place, 1, b->count);
    return b->sequences[place - 1];
}

static uint32_t place_of(const bench *b, uint32_t sequence)
{
    uint32_t place = 1;

    while (place <= b->count && b->sequences[place - 1] != sequence) {
        place++;
    }
    assert_true(place <= b->count);
    return place;
}

static void boot(bench *b)
{
    memset(&b->log, 0, sizeof b->log);
    assert_int_equal(signet_log_mount(&b->log, &b->flash.flash), SIGNET_OK);
    signet_outbox_init(&b->outbox, &b->log, WINDOW, TIMEOUT_MS);
}

static int set_up(void **state)
{
    bench *b = (bench *)calloc(1, sizeof *b);

    memory_flash_init(&b->flash);
    assert_int_equal(signet_log_format(&b->flash.flash, EPOCH), SIGNET_OK);
    boot(b);
    b->now = 0xFFFFF000u;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static signet_status add_record(bench *b, size_t len)
{
    static const uint8_t record[300] = {1, 2, 3};
    uint32_t sequence = 0;
    signet_status status =
        signet_outbox_add(&b->outbox, signet_view(record, len), &sequence);

    if (status == SIGNET_OK) {
        assert_in_range(b->count, 0, 511);
        b->sequences[b->count++] = sequence;
    }
    return status;
}

static void add(bench *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(add_record(b, 3), SIGNET_OK);
    }
}

static signet_status acknowledge(bench *b, uint32_t place)
{
    return signet_outbox_acknowledge(&b->outbox, EPOCH, sequence_of(b, place));
}

/* The place of the record to send now, marked as sent; 0: none. */
static uint32_t send(bench *b, uint32_t expected_oldest)
{
    signet_log_entry entry;
    uint32_t oldest = 0;
    signet_status status =
        signet_outbox_next(&b->outbox, b->now, &entry, &oldest);

    if (status != SIGNET_OK) {
        assert_int_equal(status, SIGNET_ERR_NOT_FOUND);
        return 0;
    }
    assert_int_equal(oldest, sequence_of(b, expected_oldest));
    signet_outbox_sent(&b->outbox, entry.sequence, b->now);
    return place_of(b, entry.sequence);
}

static void an_empty_log_sends_nothing(void **state)
{
    bench *b = (bench *)*state;

    assert_int_equal(send(b, 0), 0);
    assert_int_equal(b->outbox.resend_at_ms, 0);
}

static void records_go_in_order_within_the_window(void **state)
{
    bench *b = (bench *)*state;

    add(b, 7);
    for (uint32_t i = 1; i <= WINDOW; i++) {
        assert_int_equal(send(b, 1), i);
    }
    assert_int_equal(send(b, 1), 0);
    assert_int_equal(acknowledge(b, 2), SIGNET_OK);
    assert_int_equal(send(b, 3), 5);
    assert_int_equal(send(b, 3), 6);
    assert_int_equal(send(b, 3), 0);
    assert_int_equal(acknowledge(b, 6), SIGNET_OK);
    assert_int_equal(send(b, 7), 7);
    assert_int_equal(acknowledge(b, 7), SIGNET_OK);
    assert_int_equal(send(b, 0), 0);
    assert_int_equal(b->outbox.resend_at_ms, 0);
}

/* A record that was not handed over is offered again. */
static void next_alone_sends_nothing(void **state)
{
    bench *b = (bench *)*state;
    signet_log_entry entry;
    uint32_t oldest;

    add(b, 2);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(
            signet_outbox_next(&b->outbox, b->now, &entry, &oldest), SIGNET_OK);
        assert_int_equal(place_of(b, entry.sequence), 1);
    }
}

static void without_an_answer_all_is_sent_again(void **state)
{
    bench *b = (bench *)*state;

    add(b, 3);
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(send(b, 1), i);
        b->now += 100;
    }
    assert_int_equal(b->outbox.resend_at_ms, b->now - 300 + TIMEOUT_MS);
    b->now += TIMEOUT_MS - 301;
    assert_int_equal(send(b, 1), 0);
    b->now += 1;
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(send(b, 1), i);
    }
    assert_int_equal(send(b, 1), 0);
}

/* Later records do not push the time-out of the first one out, nor does an
 * acknowledgement that brings nothing new. */
static void only_progress_starts_the_time_anew(void **state)
{
    bench *b = (bench *)*state;

    add(b, 2);
    assert_int_equal(send(b, 1), 1);
    assert_int_equal(send(b, 1), 2);
    assert_int_equal(acknowledge(b, 1), SIGNET_OK);
    b->now += 1000;
    assert_int_equal(send(b, 2), 0); /* progress is seen here */
    b->now += TIMEOUT_MS - 1;
    add(b, 1);
    assert_int_equal(send(b, 2), 3);
    assert_int_equal(acknowledge(b, 1), SIGNET_OK);
    b->now += 1;
    assert_int_equal(send(b, 2), 2);
}

static void a_new_session_sends_again_at_once(void **state)
{
    bench *b = (bench *)*state;

    add(b, 3);
    assert_int_equal(send(b, 1), 1);
    assert_int_equal(send(b, 1), 2);
    signet_outbox_restart(&b->outbox);
    assert_int_equal(b->outbox.resend_at_ms, 0);
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(send(b, 1), i);
    }
}

/* coreMQTT#311: what was not acknowledged survives a reboot. */
static void a_reboot_sends_what_was_not_acknowledged(void **state)
{
    bench *b = (bench *)*state;

    add(b, 5);
    for (uint32_t i = 1; i <= 4; i++) {
        assert_int_equal(send(b, 1), i);
    }
    assert_int_equal(acknowledge(b, 2), SIGNET_OK);
    boot(b);
    for (uint32_t i = 3; i <= 5; i++) {
        assert_int_equal(send(b, 3), i);
    }
    /* An acknowledgement that was under way meanwhile counts. */
    boot(b);
    assert_int_equal(acknowledge(b, 4), SIGNET_OK);
    assert_int_equal(send(b, 5), 5);
}

static void foreign_acknowledgements_free_nothing(void **state)
{
    bench *b = (bench *)*state;

    add(b, 2);
    assert_int_equal(
        signet_outbox_acknowledge(&b->outbox, EPOCH + 1, sequence_of(b, 2)),
        SIGNET_ERR_NOT_FOUND);
    assert_int_equal(
        signet_outbox_acknowledge(&b->outbox, EPOCH, sequence_of(b, 2) + 1),
        SIGNET_ERR_NOT_FOUND);
    assert_int_equal(signet_outbox_acknowledge(&b->outbox, EPOCH, UINT32_MAX),
                     SIGNET_ERR_NOT_FOUND);
    assert_int_equal(send(b, 1), 1);
    /* 0 and repetitions succeed and do nothing. */
    assert_int_equal(signet_outbox_acknowledge(&b->outbox, EPOCH, 0),
                     SIGNET_OK);
    assert_int_equal(acknowledge(b, 1), SIGNET_OK);
    assert_int_equal(acknowledge(b, 1), SIGNET_OK);
    assert_int_equal(send(b, 2), 2);
}

/* golioth#447: an outage fills the queue; what it held stays, in order, and
 * goes out when the way is free. */
static void a_full_outbox_keeps_what_it_has(void **state)
{
    bench *b = (bench *)*state;
    uint32_t sent = 0;
    uint32_t oldest;
    uint32_t place;

    while (add_record(b, 300) == SIGNET_OK) {
    }
    assert_int_equal(add_record(b, 300), SIGNET_ERR_FULL);
    assert_true(b->count > 20);
    for (oldest = 1; sent < b->count; oldest++) {
        while ((place = send(b, oldest)) != 0) {
            assert_int_equal(place, sent + 1);
            sent = place;
        }
        assert_int_equal(acknowledge(b, oldest), SIGNET_OK);
    }
    add(b, 1);
}

/* Records that became unreadable leave a gap in the sequence; a gap wider than
 * the window does not block what follows. */
static void a_gap_wider_than_the_window_does_not_block(void **state)
{
    bench *b = (bench *)*state;
    uint32_t sent = 0;

    while (b->count < 30) {
        assert_int_equal(add_record(b, 100), SIGNET_OK);
    }
    assert_int_equal(acknowledge(b, 2), SIGNET_OK);
    /* Most of two blocks is damaged, their headers are not. */
    memset(b->flash.bytes + 300, 0, MEMORY_FLASH_BLOCK - 300);
    memset(b->flash.bytes + MEMORY_FLASH_BLOCK + 300, 0,
           MEMORY_FLASH_BLOCK - 300);
    boot(b);
    for (int i = 0; i < 40; i++) {
        signet_log_entry entry;
        uint32_t oldest;

        if (signet_outbox_next(&b->outbox, b->now, &entry, &oldest) !=
            SIGNET_OK) {
            break;
        }
        assert_true(entry.sequence > sent);
        sent = entry.sequence;
        signet_outbox_sent(&b->outbox, sent, b->now);
        assert_int_equal(signet_outbox_acknowledge(&b->outbox, EPOCH, sent),
                         SIGNET_OK);
    }
    assert_int_equal(place_of(b, sent), 30);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_empty_log_sends_nothing),
        T(records_go_in_order_within_the_window),
        T(next_alone_sends_nothing),
        T(without_an_answer_all_is_sent_again),
        T(only_progress_starts_the_time_anew),
        T(a_new_session_sends_again_at_once),
        T(a_reboot_sends_what_was_not_acknowledged),
        T(foreign_acknowledgements_free_nothing),
        T(a_full_outbox_keeps_what_it_has),
        T(a_gap_wider_than_the_window_does_not_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
