/* SPDX-License-Identifier: MIT */
/* Pushing, de-duplication, eviction, flushing. */
#include "cmocka_all.h"
#include "memory_flash.h"
#include "report.pb.h"
#include "signet/report.h"

#include <pb_decode.h>
#include <stdlib.h>

#define SLOTS 4u

typedef struct bench {
    memory_flash flash;
    signet_log log;
    signet_report report;
    signet_report_slot slots[SLOTS];
    signet_report_config config;
    unsigned depth;   /* of the lock */
    unsigned entered; /* how often it was taken */
    unsigned at;      /* call interrupt when entered so often */
    void (*interrupt)(struct bench *b);
    uint32_t read; /* sequence read last */
} bench;

static uint32_t enter(void *ctx)
{
    bench *b = (bench *)ctx;

    b->entered++;
    if (b->interrupt != NULL && b->depth == 0 && b->entered == b->at) {
        /* An interrupt just before the section: never inside. */
        b->interrupt(b);
    }
    b->depth++;
    return 5;
}

static void leave(void *ctx, uint32_t state)
{
    bench *b = (bench *)ctx;

    assert_int_equal(state, 5);
    assert_true(b->depth > 0);
    b->depth--;
}

static const signet_lock_ops lock_ops = {enter, leave};
static const uint8_t build_id[] = {0xAA, 0xBB, 0xCC};

static int set_up(void **state)
{
    bench *b = (bench *)calloc(1, sizeof *b);

    memory_flash_init(&b->flash);
    assert_int_equal(signet_log_format(&b->flash.flash, 7), SIGNET_OK);
    assert_int_equal(signet_log_mount(&b->log, &b->flash.flash), SIGNET_OK);
    b->config.log = &b->log;
    b->config.lock.ops = &lock_ops;
    b->config.lock.ctx = b;
    b->config.slots = b->slots;
    b->config.slot_count = SLOTS;
    b->config.boot_count = 9;
    b->config.version = "1.2.3";
    b->config.build_id = signet_view(build_id, sizeof build_id);
    memset(b->slots, 0xFF, sizeof b->slots);
    signet_report_init(&b->report, &b->config);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bench *b = (bench *)*state;

    assert_int_equal(b->depth, 0);
    free(b);
    return 0;
}

static signet_status push(bench *b, int32_t code, signet_severity severity,
                          uint64_t now_ms)
{
    const signet_report_event event = {
        .kind = SIGNET_REPORT_ERROR, .severity = severity, .code = code};

    return signet_report_push(&b->report, &event, now_ms);
}

static signet_status flush(bench *b)
{
    const signet_time now = {.uptime_ms = 1000, .wall_s = 1800000000};

    return signet_report_flush(&b->report, now);
}

/* Decode the next record of the log. */
static bool next_record(bench *b, signet_ReportRecord *record)
{
    const signet_ReportRecord zero = signet_ReportRecord_init_zero;
    uint8_t bytes[SIGNET_REPORT_MAX_SIZE];
    signet_log_entry entry;
    pb_istream_t stream;

    if (signet_log_next(&b->log, b->read, &entry) != SIGNET_OK) {
        return false;
    }
    b->read = entry.sequence;
    assert_int_equal(signet_log_read(&b->log, &entry, bytes, sizeof bytes),
                     SIGNET_OK);
    *record = zero;
    stream = pb_istream_from_buffer(bytes, entry.len);
    assert_true(pb_decode(&stream, signet_ReportRecord_fields, record));
    assert_int_equal(record->version, 1);
    return true;
}

static void an_event_becomes_a_record(void **state)
{
    static const uint8_t payload[SIGNET_REPORT_PAYLOAD] = {1, 2, 3};
    const signet_report_event event = {.kind = SIGNET_REPORT_REFUSAL,
                                       .severity = SIGNET_SEVERITY_ERROR,
                                       .code = SIGNET_ERR_SIGNATURE,
                                       .pc = 0x123456789AULL,
                                       .lr = 0x42,
                                       .payload = {payload, sizeof payload}};
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    assert_int_equal(signet_report_push(&b->report, &event, 77), SIGNET_OK);
    assert_int_equal(flush(b), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.kind, SIGNET_REPORT_REFUSAL);
    assert_int_equal(record.severity, SIGNET_SEVERITY_ERROR);
    assert_int_equal(record.code, SIGNET_ERR_SIGNATURE);
    assert_int_equal(record.boot, 9);
    assert_int_equal(record.first_ms, 77);
    assert_int_equal(record.last_ms, 77);
    assert_int_equal(record.count, 1);
    assert_int_equal(record.wall_s, 1800000000);
    assert_string_equal(record.image_version, "1.2.3");
    assert_int_equal(record.build_id.size, 3);
    assert_memory_equal(record.build_id.bytes, build_id, 3);
    assert_true(record.pc == 0x123456789AULL);
    assert_int_equal(record.lr, 0x42);
    assert_int_equal(record.payload.size, sizeof payload);
    assert_memory_equal(record.payload.bytes, payload, sizeof payload);
    assert_int_equal(record.registers_count, 0);
    assert_false(next_record(b, &record));
    /* Once: the slot is free. */
    assert_int_equal(flush(b), SIGNET_OK);
    assert_false(next_record(b, &record));
}

static void a_payload_too_long_is_refused(void **state)
{
    uint8_t payload[SIGNET_REPORT_PAYLOAD + 1] = {0};
    const signet_report_event event = {.kind = SIGNET_REPORT_ERROR,
                                       .payload = {payload, sizeof payload}};
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    assert_int_equal(signet_report_push(&b->report, &event, 1),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(flush(b), SIGNET_OK);
    assert_false(next_record(b, &record));
}

static void the_same_event_is_counted(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 10), SIGNET_OK);
    assert_int_equal(push(b, 1, SIGNET_SEVERITY_ERROR, 20), SIGNET_OK);
    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 30), SIGNET_OK);
    assert_int_equal(flush(b), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.count, 3);
    assert_int_equal(record.first_ms, 10);
    assert_int_equal(record.last_ms, 30);
    assert_int_equal(record.severity, SIGNET_SEVERITY_ERROR);
    assert_false(next_record(b, &record));
}

/* golioth#500: an uplink that fails each second must not fill the uplink. */
static void a_lasting_outage_is_one_report(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    for (uint64_t second = 0; second < 86400; second++) {
        assert_int_equal(
            push(b, SIGNET_ERR_CONNECT, SIGNET_SEVERITY_WARNING, second * 1000),
            SIGNET_OK);
    }
    assert_int_equal(flush(b), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.count, 86400);
    assert_int_equal(record.last_ms, 86399000);
    assert_false(next_record(b, &record));
    assert_int_equal(b->report.dropped, 0);
}

/* Each of kind, code, pc and lr makes another report. */
static void what_differs_is_kept_apart(void **state)
{
    const signet_report_event events[SLOTS] = {
        {.kind = SIGNET_REPORT_ERROR, .code = 1, .pc = 1, .lr = 1},
        {.kind = SIGNET_REPORT_ASSERT, .code = 1, .pc = 1, .lr = 1},
        {.kind = SIGNET_REPORT_ERROR, .code = 1, .pc = 2, .lr = 1},
        {.kind = SIGNET_REPORT_ERROR, .code = 1, .pc = 1, .lr = 2}};
    bench *b = (bench *)*state;

    for (size_t i = 0; i < SLOTS; i++) {
        assert_int_equal(signet_report_push(&b->report, &events[i], 1),
                         SIGNET_OK);
    }
    for (size_t i = 0; i < SLOTS; i++) {
        assert_int_equal(b->slots[i].count, 1);
    }
}

/* Two events that agree in the fingerprint are still told apart. */
static void a_fingerprint_collision_is_no_duplicate(void **state)
{
    bench *b = (bench *)*state;

    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 1), SIGNET_OK);
    assert_int_equal(push(b, 2, SIGNET_SEVERITY_INFO, 1), SIGNET_OK);
    b->slots[0].fingerprint = b->slots[1].fingerprint;
    assert_int_equal(push(b, 2, SIGNET_SEVERITY_INFO, 2), SIGNET_OK);
    assert_int_equal(b->slots[0].count, 1);
    assert_int_equal(b->slots[1].count, 2);
}

static void severity_decides_who_goes(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;
    bool seen[10] = {false};

    assert_int_equal(push(b, 0, SIGNET_SEVERITY_ERROR, 1), SIGNET_OK);
    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 2), SIGNET_OK);
    assert_int_equal(push(b, 2, SIGNET_SEVERITY_INFO, 3), SIGNET_OK);
    assert_int_equal(push(b, 2, SIGNET_SEVERITY_INFO, 3), SIGNET_OK);
    assert_int_equal(push(b, 3, SIGNET_SEVERITY_ERROR, 4), SIGNET_OK);
    /* No less severe one: the newcomer goes. */
    assert_int_equal(push(b, 4, SIGNET_SEVERITY_INFO, 5), SIGNET_ERR_DROPPED);
    /* The older of the least severe goes, then the other, counted twice. */
    assert_int_equal(push(b, 5, SIGNET_SEVERITY_WARNING, 6), SIGNET_OK);
    assert_int_equal(push(b, 6, SIGNET_SEVERITY_FATAL, 7), SIGNET_OK);
    assert_int_equal(flush(b), SIGNET_OK);
    /* The most severe first, DROPPED last. */
    assert_true(next_record(b, &record));
    assert_int_equal(record.code, 6);
    while (next_record(b, &record) && record.kind == SIGNET_REPORT_ERROR) {
        seen[record.code] = true;
    }
    assert_true(seen[0] && seen[3] && seen[5]);
    assert_false(seen[1] || seen[2] || seen[4]);
    assert_int_equal(record.kind, SIGNET_REPORT_DROPPED);
    assert_int_equal(record.count, 1 + 1 + 2);
    assert_int_equal(record.code, SIGNET_ERR_DROPPED);
    assert_int_equal(flush(b), SIGNET_OK);
    assert_false(next_record(b, &record));
}

static void counts_saturate(void **state)
{
    bench *b = (bench *)*state;

    assert_int_equal(push(b, 0, SIGNET_SEVERITY_INFO, 1), SIGNET_OK);
    b->slots[0].count = UINT32_MAX;
    assert_int_equal(push(b, 0, SIGNET_SEVERITY_INFO, 2), SIGNET_OK);
    assert_true(b->slots[0].count == UINT32_MAX);
    b->report.dropped = 5;
    for (int32_t i = 1; i <= (int32_t)SLOTS; i++) {
        assert_int_equal(push(b, i, SIGNET_SEVERITY_ERROR, 3), SIGNET_OK);
    }
    assert_true(b->report.dropped == UINT32_MAX);
}

/* ---- interrupts during a flush ---- */

static void same_event(bench *b)
{
    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 50), SIGNET_OK);
}

static void an_event_during_its_own_flush_is_not_lost(void **state)
{
    /* take, then release: before each of the two sections. */
    for (unsigned at = 1; at <= 2; at++) {
        bench *b = (bench *)*state;
        signet_ReportRecord record;
        uint32_t total = 0;

        assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 10), SIGNET_OK);
        assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 20), SIGNET_OK);
        b->interrupt = same_event;
        b->at = b->entered + at;
        assert_int_equal(flush(b), SIGNET_OK);
        b->interrupt = NULL;
        assert_int_equal(flush(b), SIGNET_OK);
        while (next_record(b, &record)) {
            /* Not before what the former record told. */
            assert_int_equal(record.first_ms, total == 2 ? 20 : 10);
            assert_true(record.last_ms >= record.first_ms);
            total += record.count;
        }
        assert_int_equal(total, 3);
    }
}

static void fill_all(bench *b)
{
    for (int32_t i = 10; i < 10 + (int32_t)SLOTS; i++) {
        /* One slot is on its way: the last event finds none. */
        assert_int_equal(push(b, i, SIGNET_SEVERITY_FATAL, 50),
                         i < 9 + (int32_t)SLOTS ? SIGNET_OK
                                                : SIGNET_ERR_DROPPED);
    }
}

static void overflow(bench *b)
{
    for (int32_t i = 0; i <= (int32_t)SLOTS; i++) {
        (void)push(b, i, SIGNET_SEVERITY_FATAL, 50);
    }
}

/* What is dropped while DROPPED is being written is counted for the next. */
static void a_drop_during_its_report_is_counted(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    b->report.dropped = 3;
    b->interrupt = overflow;
    b->at = b->entered + 3; /* nothing to take, read, then subtract */
    assert_int_equal(flush(b), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.kind, SIGNET_REPORT_DROPPED);
    assert_int_equal(record.count, 3);
    assert_int_equal(b->report.dropped, 1);
}

/* The slot whose record is being written is neither evicted nor mixed up. */
static void a_slot_on_its_way_is_not_evicted(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;
    uint32_t total = 0;

    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 10), SIGNET_OK);
    b->interrupt = fill_all;
    b->at = b->entered + 2;
    assert_int_equal(flush(b), SIGNET_OK);
    b->interrupt = NULL;
    assert_int_equal(flush(b), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.code, 1);
    assert_int_equal(record.count, 1);
    while (next_record(b, &record)) {
        total += record.count;
    }
    /* Three found a slot, the fourth was counted. */
    assert_int_equal(total, SLOTS);
}

/* ---- a log that does not take it ---- */

static void a_full_log_keeps_everything_waiting(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;
    uint8_t filler[200] = {0};
    uint32_t last = 0;

    while (signet_log_append(&b->log, signet_view(filler, sizeof filler),
                             &last) == SIGNET_OK) {
    }
    while (signet_log_append(&b->log, signet_view(filler, 1), &last) ==
           SIGNET_OK) {
    }
    for (int32_t i = 0; i <= (int32_t)SLOTS; i++) {
        (void)push(b, i, SIGNET_SEVERITY_ERROR, 1);
    }
    assert_int_equal(flush(b), SIGNET_ERR_FULL);
    assert_int_equal(flush(b), SIGNET_ERR_FULL);
    assert_int_equal(signet_log_acknowledge(&b->log, last), SIGNET_OK);
    assert_int_equal(flush(b), SIGNET_OK);
    b->read = last;
    for (size_t i = 0; i < SLOTS; i++) {
        assert_true(next_record(b, &record));
        assert_int_equal(record.kind, SIGNET_REPORT_ERROR);
        assert_int_equal(record.count, 1);
    }
    assert_true(next_record(b, &record));
    assert_int_equal(record.kind, SIGNET_REPORT_DROPPED);
    assert_int_equal(record.count, 1);
    assert_false(next_record(b, &record));
}

static void failing_flash_keeps_everything_waiting(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 1), SIGNET_OK);
    b->flash.fail = SIGNET_ERR_IO;
    assert_int_equal(flush(b), SIGNET_ERR_IO);
    assert_int_equal(b->slots[0].count, 1);
    b->flash.fail = SIGNET_OK;
    assert_int_equal(flush(b), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.code, 1);
}

/* A version and build id longer than a record holds are cut, not refused. */
static void long_names_are_cut(void **state)
{
    static const char version[] = "0123456789012345678901234567890123456789";
    static const uint8_t id[64] = {0x11};
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    b->config.version = version;
    b->config.build_id = signet_view(id, sizeof id);
    signet_report_init(&b->report, &b->config);
    assert_int_equal(push(b, 1, SIGNET_SEVERITY_INFO, 1), SIGNET_OK);
    assert_int_equal(flush(b), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(strlen(record.image_version), 32);
    assert_int_equal(record.build_id.size, 20);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_event_becomes_a_record),
        T(a_payload_too_long_is_refused),
        T(the_same_event_is_counted),
        T(a_lasting_outage_is_one_report),
        T(what_differs_is_kept_apart),
        T(a_fingerprint_collision_is_no_duplicate),
        T(severity_decides_who_goes),
        T(counts_saturate),
        T(an_event_during_its_own_flush_is_not_lost),
        T(a_slot_on_its_way_is_not_evicted),
        T(a_drop_during_its_report_is_counted),
        T(a_full_log_keeps_everything_waiting),
        T(failing_flash_keeps_everything_waiting),
        T(long_names_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
