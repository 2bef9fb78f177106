/* SPDX-License-Identifier: MIT */
/* The first refusal of a kind is reported, the others are counted. */
#include "cmocka_all.h"

#include <pb_decode.h>
#include <string.h>

#include "agent_device.h"
#include "internal.h"
#include "report.pb.h"

#define HOUR_MS 3600000ull

static struct agent_device device;

static int set_up(void **state)
{
    (void)state;
    agent_device_new(&device);
    agent_device_boot(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    agent_device_free(&device);
    return 0;
}

static void at(uint64_t ms)
{
    device.agent.now.uptime_ms = ms;
    signet_agent_report_repeats(&device.agent);
}

static void refuse(signet_status status)
{
    signet_agent_report(&device.agent, SIGNET_REPORT_REFUSAL,
                        SIGNET_SEVERITY_WARNING, status);
}

/* The n-th report in the log, oldest first, since the last look. */
static signet_ReportRecord take(void)
{
    signet_ReportRecord record = signet_ReportRecord_init_zero;
    uint8_t body[SIGNET_REPORT_MAX_SIZE];
    signet_log_entry entry;
    pb_istream_t stream;

    assert_int_equal(signet_log_next(&device.reports, 0, &entry), SIGNET_OK);
    assert_int_equal(
        signet_log_read(&device.reports, &entry, body, sizeof body), SIGNET_OK);
    stream = pb_istream_from_buffer(body, entry.len);
    assert_true(pb_decode(&stream, signet_ReportRecord_fields, &record));
    assert_int_equal(signet_log_acknowledge(&device.reports, entry.sequence),
                     SIGNET_OK);
    return record;
}

static void flush(void)
{
    assert_int_equal(signet_report_flush(&device.report, device.agent.now),
                     SIGNET_OK);
}

static void assert_nothing_new(void)
{
    flush();
    assert_int_equal(agent_device_held(&device.reports), 0);
}

static void assert_reported(signet_status status, uint32_t repeats)
{
    signet_ReportRecord record;

    flush();
    record = take();
    assert_int_equal(record.code, status);
    assert_int_equal(record.kind, SIGNET_REPORT_REFUSAL);
    assert_int_equal(record.count, 1);
    if (repeats == 0) {
        assert_int_equal(record.payload.size, 0);
    } else {
        assert_int_equal(record.payload.size, 4);
        assert_int_equal(signet_get_be32(record.payload.bytes), repeats);
    }
}

static void first_at_once_then_a_count_an_hour(void **state)
{
    unsigned i;

    (void)state;
    at(1000);
    refuse(SIGNET_ERR_SIGNATURE);
    assert_reported(SIGNET_ERR_SIGNATURE, 0);
    for (i = 0; i < 700; i++) {
        at(2000 + i);
        refuse(SIGNET_ERR_SIGNATURE);
    }
    at(HOUR_MS);
    assert_nothing_new();
    at(1000 + HOUR_MS);
    assert_reported(SIGNET_ERR_SIGNATURE, 700);
    at(1000 + 2 * HOUR_MS);
    assert_nothing_new();
    /* An hour of peace: the next one is news again. */
    refuse(SIGNET_ERR_SIGNATURE);
    assert_reported(SIGNET_ERR_SIGNATURE, 0);
}

static void kinds_and_statuses_are_told_apart(void **state)
{
    (void)state;
    at(1000);
    refuse(SIGNET_ERR_SIGNATURE);
    refuse(SIGNET_ERR_KEY_ID);
    signet_agent_report(&device.agent, SIGNET_REPORT_UPDATE,
                        SIGNET_SEVERITY_WARNING, SIGNET_ERR_KEY_ID);
    flush();
    assert_int_equal(agent_device_held(&device.reports), 3);
}

/* More kinds than places: the oldest goes, its count is not forgotten. */
static void count_survives_eviction(void **state)
{
    unsigned i;

    (void)state;
    at(1000);
    refuse(SIGNET_ERR_SIGNATURE);
    refuse(SIGNET_ERR_SIGNATURE);
    assert_reported(SIGNET_ERR_SIGNATURE, 0);
    for (i = 1; i < SIGNET_AGENT_REFUSALS; i++) {
        at(1000 + i);
        refuse((signet_status)(SIGNET_ERR_VENDOR - (int)i));
        assert_reported((signet_status)(SIGNET_ERR_VENDOR - (int)i), 0);
    }
    at(2000);
    refuse(SIGNET_ERR_CLOCK);
    assert_reported(SIGNET_ERR_SIGNATURE, 1);
    assert_reported(SIGNET_ERR_CLOCK, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_at_once_then_a_count_an_hour),
        TEST(kinds_and_statuses_are_told_apart),
        TEST(count_survives_eviction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
