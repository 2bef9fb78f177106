/* SPDX-License-Identifier: MIT */
/* Fault capture into no-init RAM, and what the next boot makes of it. */
#include "cmocka_all.h"
#include "guard.h"
#include "memory_flash.h"
#include "report.pb.h"
#include "signet/report.h"

#include <pb_decode.h>
#include <stdlib.h>

typedef struct bench {
    memory_flash flash;
    signet_log log;
    signet_report report;
    signet_report_slot slots[4];
    signet_report_config config;
    signet_report_capture_area area;
    signet_fault_context fault;
    uint8_t stack[300];
    uint32_t read;
} bench;

static uint32_t enter(void *ctx)
{
    (void)ctx;
    return 0;
}

static void leave(void *ctx, uint32_t state)
{
    (void)ctx;
    (void)state;
}

static const signet_lock_ops lock_ops = {enter, leave};
static const signet_time at_boot = {.uptime_ms = 5, .wall_s = 0};

static int set_up(void **state)
{
    bench *b = (bench *)calloc(1, sizeof *b);

    memory_flash_init(&b->flash);
    assert_int_equal(signet_log_format(&b->flash.flash, 7), SIGNET_OK);
    assert_int_equal(signet_log_mount(&b->log, &b->flash.flash), SIGNET_OK);
    b->config.log = &b->log;
    b->config.lock.ops = &lock_ops;
    b->config.slots = b->slots;
    b->config.slot_count = 4;
    b->config.boot_count = 10;
    b->config.version = "2.0.0";
    b->config.memory_consent = true;
    signet_report_init(&b->report, &b->config);
    b->area.noinit = guard_new(SIGNET_REPORT_NOINIT_SIZE);
    b->area.len = SIGNET_REPORT_NOINIT_SIZE;
    b->area.memory_consent = true;
    b->area.boot_count = 9;
    memcpy(b->area.version, "1.0.0", 6);
    b->area.build_id_len = 20;
    memset(b->area.build_id, 0xB1, 20);
    /* What power-on leaves there. */
    memset(b->area.noinit, 0xA5, SIGNET_REPORT_NOINIT_SIZE);
    for (size_t i = 0; i < sizeof b->stack; i++) {
        b->stack[i] = (uint8_t)i;
    }
    b->fault.kind = 11;
    b->fault.status = 0x8200;
    b->fault.address = 0xDEAD;
    b->fault.pc = 0x1234;
    b->fault.lr = 0x5678;
    b->fault.stack_pointer = 0x20001000;
    for (size_t i = 0; i < 13; i++) {
        b->fault.registers[i] = 0x1000 + i;
    }
    b->fault.stack = signet_view(b->stack, 64);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bench *b = (bench *)*state;

    guard_free(b->area.noinit, SIGNET_REPORT_NOINIT_SIZE);
    free(b);
    return 0;
}

static signet_status recover(bench *b, signet_reset_reason reason)
{
    return signet_report_recover(&b->report, b->area.noinit, b->area.len,
                                 reason, at_boot);
}

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
    return true;
}

static void assert_no_fault_left(bench *b)
{
    signet_ReportRecord record;

    assert_int_equal(signet_report_recover(&b->report, b->area.noinit,
                                           b->area.len, SIGNET_RESET_REQUESTED,
                                           at_boot),
                     SIGNET_OK);
    assert_false(next_record(b, &record));
}

static void a_fault_becomes_a_record(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    signet_report_capture(&b->area, &b->fault);
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.kind, SIGNET_REPORT_FAULT);
    assert_int_equal(record.severity, SIGNET_SEVERITY_FATAL);
    assert_int_equal(record.code, 11);
    assert_int_equal(record.boot, 9);
    assert_int_equal(record.count, 1);
    /* Of the image that crashed, not of the one that reads it. */
    assert_string_equal(record.image_version, "1.0.0");
    assert_int_equal(record.build_id.size, 20);
    assert_int_equal(record.build_id.bytes[19], 0xB1);
    assert_int_equal(record.pc, 0x1234);
    assert_int_equal(record.lr, 0x5678);
    assert_int_equal(record.address, 0xDEAD);
    assert_int_equal(record.status, 0x8200);
    assert_int_equal(record.reset_reason, SIGNET_RESET_FAULT);
    assert_int_equal(record.stack_pointer, 0x20001000);
    assert_int_equal(record.registers_count, 13);
    assert_int_equal(record.registers[12], 0x100C);
    assert_int_equal(record.stack.size, 64);
    assert_memory_equal(record.stack.bytes, b->stack, 64);
    assert_no_fault_left(b);
}

/* memory contents need consent at capture and at recovery. */
static void no_consent_no_memory(void **state)
{
    for (int i = 0; i < 2; i++) {
        bench *b = (bench *)*state;
        signet_ReportRecord record;

        b->area.memory_consent = i == 0;
        b->report.config.memory_consent = i != 0;
        signet_report_capture(&b->area, &b->fault);
        assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
        assert_true(next_record(b, &record));
        assert_int_equal(record.pc, 0x1234);
        assert_int_equal(record.stack_pointer, 0);
        assert_int_equal(record.registers_count, 0);
        assert_int_equal(record.stack.size, 0);
    }
}

/* Without consent no register and no stack byte stands in the area at all. */
static void no_consent_no_trace(void **state)
{
    bench *b = (bench *)*state;

    memset(b->stack, 0x77, sizeof b->stack);
    b->fault.stack = signet_view(b->stack, sizeof b->stack);
    for (size_t i = 0; i < 13; i++) {
        b->fault.registers[i] = 0x7777777777777777u;
    }
    b->area.memory_consent = false;
    signet_report_capture(&b->area, &b->fault);
    for (size_t i = 0; i + 1 < SIGNET_REPORT_NOINIT_SIZE; i++) {
        assert_false(b->area.noinit[i] == 0x77 &&
                     b->area.noinit[i + 1] == 0x77);
    }
}

/* After recovery nothing of the stack stays in RAM. */
static void recovery_wipes_the_area(void **state)
{
    bench *b = (bench *)*state;

    signet_report_capture(&b->area, &b->fault);
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    for (size_t i = 0; i < SIGNET_REPORT_NOINIT_SIZE; i++) {
        assert_int_equal(b->area.noinit[i], 0);
    }
}

/* zephyr#63673: the first fault of a loop is the one worth having. */
static void a_crash_loop_keeps_the_first(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    signet_report_capture(&b->area, &b->fault);
    b->fault.pc = 0x9999;
    for (int i = 0; i < 4; i++) {
        signet_report_capture(&b->area, &b->fault);
    }
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.pc, 0x1234);
    assert_int_equal(record.count, 5);
    /* Recovered: the next one is captured anew. */
    signet_report_capture(&b->area, &b->fault);
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.pc, 0x9999);
    assert_int_equal(record.count, 1);
}

/* A reset in the middle of counting costs the count, not the capture. */
static void a_torn_count_keeps_the_capture(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    signet_report_capture(&b->area, &b->fault);
    signet_report_capture(&b->area, &b->fault);
    b->area.noinit[11] ^= 0x40;
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.pc, 0x1234);
    assert_int_equal(record.count, 1);
    /* And counting goes on from there. */
    signet_report_capture(&b->area, &b->fault);
    b->area.noinit[11] ^= 0x40;
    signet_report_capture(&b->area, &b->fault);
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.count, 2);
}

/* Every single-bit error anywhere in a capture: never a wrong report. */
static void each_flipped_bit_is_seen(void **state)
{
    bench *b = (bench *)*state;
    uint8_t good[SIGNET_REPORT_NOINIT_SIZE];
    signet_ReportRecord record;

    signet_report_capture(&b->area, &b->fault);
    memcpy(good, b->area.noinit, sizeof good);
    /* 16 bytes of head, 272 of body. */
    for (size_t bit = 0; bit < (16 + 272) * 8u; bit++) {
        signet_status expected = bit < 32 ? SIGNET_OK : SIGNET_ERR_CORRUPT;

        if (bit >= 64 && bit < 128) {
            continue; /* the counters, tested above */
        }
        memcpy(b->area.noinit, good, sizeof good);
        b->area.noinit[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(recover(b, SIGNET_RESET_FAULT), expected);
        assert_false(next_record(b, &record));
    }
    assert_int_equal(b->report.dropped, 272 * 8 + 32);
}

/* Noise, whatever it looks like, is no fault: lengths are checked although
 * the CRC holds. */
static void a_valid_crc_over_bad_lengths_is_corrupt(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
    } bad[] = {{18, 2}, {19, 0}, {56, 33}, {57, 21}, {58, 2}, {16, 0xFF}};
    bench *b = (bench *)*state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t *area = b->area.noinit;
        size_t len;

        signet_report_capture(&b->area, &b->fault);
        area[bad[i].at] = bad[i].value;
        len = signet_get_be16(area + 16);
        len = len < 1008 ? len : 1008;
        signet_put_be32(area + 4, signet_crc32(0, area + 16, len));
        assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_ERR_CORRUPT);
    }
}

static void noise_after_power_on_is_silent(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    assert_int_equal(recover(b, SIGNET_RESET_POWER_ON), SIGNET_OK);
    signet_report_capture(&b->area, &b->fault);
    b->area.noinit[40] ^= 1;
    assert_int_equal(recover(b, SIGNET_RESET_BROWN_OUT), SIGNET_OK);
    assert_int_equal(b->report.dropped, 0);
    assert_false(next_record(b, &record));
}

/* A watchdog that ends the capture at any store leaves the former state or a
 * whole capture: the magic is written last. */
static void the_magic_is_written_last(void **state)
{
    bench *b = (bench *)*state;
    uint8_t whole[SIGNET_REPORT_NOINIT_SIZE];
    signet_ReportRecord record;

    signet_report_capture(&b->area, &b->fault);
    memcpy(whole, b->area.noinit, sizeof whole);
    for (size_t done = 4; done < 288; done += 4) {
        memcpy(b->area.noinit, whole, sizeof whole);
        memset(b->area.noinit, 0, 4);
        memset(b->area.noinit + done, 0xA5, sizeof whole - done);
        assert_int_equal(recover(b, SIGNET_RESET_WATCHDOG), SIGNET_OK);
        assert_false(next_record(b, &record));
    }
}

static void a_long_stack_is_cut_to_fit(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;
    signet_log_entry entry;

    b->fault.stack = signet_view(b->stack, sizeof b->stack);
    memset(b->area.version, 'v', 32);
    b->area.boot_count = UINT32_MAX;
    b->fault.kind = 0x80000000u;
    b->fault.status = UINT32_MAX;
    b->fault.address = UINT64_MAX;
    b->fault.pc = UINT64_MAX;
    b->fault.lr = UINT64_MAX;
    b->fault.stack_pointer = UINT64_MAX;
    for (size_t i = 0; i < 13; i++) {
        b->fault.registers[i] = UINT64_MAX;
    }
    signet_report_capture(&b->area, &b->fault);
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_int_equal(signet_log_next(&b->log, 0, &entry), SIGNET_OK);
    assert_in_range(entry.len, SIGNET_REPORT_MAX_SIZE - 2,
                    SIGNET_REPORT_MAX_SIZE);
    assert_true(next_record(b, &record));
    assert_int_equal(record.registers_count, 13);
    assert_in_range(record.stack.size, 100, 256);
    assert_memory_equal(record.stack.bytes, b->stack, record.stack.size);
}

static void no_stack_is_fine(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    b->fault.stack = signet_view(NULL, 0);
    signet_report_capture(&b->area, &b->fault);
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.stack.size, 0);
    assert_int_equal(record.registers_count, 13);
}

static void a_short_area_is_refused(void **state)
{
    bench *b = (bench *)*state;

    b->area.len = SIGNET_REPORT_NOINIT_SIZE - 1;
    signet_report_capture(&b->area, &b->fault);
    assert_int_equal(b->area.noinit[0], 0xA5);
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_ERR_ARGUMENT);
}

static void failing_flash_keeps_the_capture(void **state)
{
    bench *b = (bench *)*state;
    signet_ReportRecord record;

    signet_report_capture(&b->area, &b->fault);
    b->flash.fail = SIGNET_ERR_IO;
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_ERR_IO);
    b->flash.fail = SIGNET_OK;
    assert_int_equal(recover(b, SIGNET_RESET_FAULT), SIGNET_OK);
    assert_true(next_record(b, &record));
    assert_int_equal(record.pc, 0x1234);
    /* The start was noted once, although recover was called twice. */
    assert_int_equal(b->slots[0].count, 1);
}

static void why_the_device_started_is_reported(void **state)
{
    static const struct {
        signet_reset_reason reason;
        signet_report_kind kind;
        signet_severity severity;
    } cases[] = {
        {SIGNET_RESET_UNKNOWN, SIGNET_REPORT_REBOOT, SIGNET_SEVERITY_WARNING},
        {SIGNET_RESET_POWER_ON, SIGNET_REPORT_REBOOT, SIGNET_SEVERITY_INFO},
        {SIGNET_RESET_REQUESTED, SIGNET_REPORT_REBOOT, SIGNET_SEVERITY_INFO},
        {SIGNET_RESET_WATCHDOG, SIGNET_REPORT_WATCHDOG, SIGNET_SEVERITY_ERROR},
        {SIGNET_RESET_FAULT, SIGNET_REPORT_REBOOT, SIGNET_SEVERITY_ERROR},
        {SIGNET_RESET_BROWN_OUT, SIGNET_REPORT_REBOOT, SIGNET_SEVERITY_WARNING},
        {SIGNET_RESET_PIN, SIGNET_REPORT_REBOOT, SIGNET_SEVERITY_INFO},
    };
    bench *b = (bench *)*state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        signet_ReportRecord record;

        signet_report_init(&b->report, &b->config);
        assert_int_equal(recover(b, cases[i].reason), SIGNET_OK);
        assert_int_equal(signet_report_flush(&b->report, at_boot), SIGNET_OK);
        assert_true(next_record(b, &record));
        assert_int_equal(record.kind, cases[i].kind);
        assert_int_equal(record.severity, cases[i].severity);
        assert_int_equal(record.code, cases[i].reason);
        assert_int_equal(record.reset_reason, cases[i].reason);
        assert_int_equal(record.boot, 10);
        assert_string_equal(record.image_version, "2.0.0");
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_fault_becomes_a_record),
        T(no_consent_no_memory),
        T(no_consent_no_trace),
        T(recovery_wipes_the_area),
        T(a_crash_loop_keeps_the_first),
        T(a_torn_count_keeps_the_capture),
        T(each_flipped_bit_is_seen),
        T(a_valid_crc_over_bad_lengths_is_corrupt),
        T(noise_after_power_on_is_silent),
        T(the_magic_is_written_last),
        T(a_long_stack_is_cut_to_fit),
        T(no_stack_is_fine),
        T(a_short_area_is_refused),
        T(failing_flash_keeps_the_capture),
        T(why_the_device_started_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
