/* SPDX-License-Identifier: MIT */
/* Which listener, as whom, and what becomes of certificates. */
#include "cmocka_all.h"

#include <pb_encode.h>
#include <stdio.h>
#include <string.h>

#include "agent.pb.h"
#include "agent_device.h"

#define MINUTE_MS 60000ull
#define HOUR_MS (60u * MINUTE_MS)

static struct agent_device device;

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

static unsigned told(signet_agent_event event)
{
    return agent_device_count(&device, event);
}

/* The broker ends the session. */
static void kick(void)
{
    device.script.operation = SIGNET_CLOSED;
    agent_device_step(&device);
    device.script.operation = SIGNET_OK;
}

static bool is_online(void)
{
    return device.agent.connected &&
           device.agent.phase == SIGNET_AGENT_PHASE_OPERATION;
}

/* ---- the way in ---- */

static void comes_online(void **state)
{
    (void)state;
    agent_device_online(&device);
    assert_int_equal(told(SIGNET_AGENT_ENROLLING), 1);
    assert_int_equal(told(SIGNET_AGENT_ENROLLED), 1);
    assert_int_equal(told(SIGNET_AGENT_OFFLINE), 0);
    assert_int_equal(device.script.enrolments, 1);
    assert_int_equal(device.script.operations, 1);
    assert_memory_equal(device.service.measurement,
                        device.factory_image.fields.digest, 32);
    /* The time came with the certificate. */
    assert_in_range(device.wall_at_s, KIT_NOW, KIT_NOW + 5);
    agent_device_run(&device, 5000);
    assert_int_equal(device.service.times, 0);
}

static void keeps_its_certificate_over_a_reset(void **state)
{
    (void)state;
    agent_device_online(&device);
    agent_device_online(&device);
    assert_int_equal(told(SIGNET_AGENT_ENROLLING), 1);
    assert_int_equal(device.wall_at_s, 0);
    agent_device_run(&device, 1000);
    assert_int_equal(device.service.times, 1);
    assert_in_range(device.wall_at_s, KIT_NOW, KIT_NOW + 10);
}

static void connects_at_once(void **state)
{
    (void)state;
    agent_device_boot(&device);
    agent_device_step(&device);
    /* The messenger works when it is stepped: not a second later. */
    assert_int_equal(device.wanted_ms, device.uptime_ms);
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 100));
}

static void nobody_answers_the_enrolment(void **state)
{
    (void)state;
    device.service.no_enrolment = true;
    agent_device_boot(&device);
    assert_true(agent_device_await(&device, SIGNET_AGENT_REFUSED, HOUR_MS));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_REFUSED),
                     SIGNET_ERR_TIMEOUT);
    device.service.no_enrolment = false;
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_ONLINE, 2 * MINUTE_MS));
    agent_device_run(&device, 5000);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_TIMEOUT), 1);
}

static void request_larger_than_the_messenger_takes(void **state)
{
    (void)state;
    device.script.tx_cap = 512;
    agent_device_boot(&device);
    assert_true(agent_device_await(&device, SIGNET_AGENT_REFUSED, 5000));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_REFUSED),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_TOO_LARGE), 1);
}

static void answer_and_end_of_session_together(void **state)
{
    (void)state;
    agent_device_boot(&device);
    while (device.service.certificates == 0) {
        agent_device_run(&device, 1);
    }
    device.script.hang_up = true;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, MINUTE_MS));
    assert_int_equal(device.service.certificates, 1);
}

/* ---- refusals ---- */

/* The first report at once, then one an hour; attempts become rare. */
static void refused_for_a_day(void **state)
{
    unsigned reports;

    (void)state;
    device.service.refusal = SIGNET_ERR_MEASUREMENT;
    agent_device_boot(&device);
    assert_true(agent_device_await(&device, SIGNET_AGENT_REFUSED, 5000));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_REFUSED),
                     SIGNET_ERR_MEASUREMENT);
    agent_device_run(&device, 1);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_MEASUREMENT), 1);
    agent_device_run(&device, 24 * HOUR_MS);
    assert_in_range(device.service.certificates, 20, 100);
    reports = agent_device_reports(&device, SIGNET_ERR_MEASUREMENT);
    assert_in_range(reports, 2, 26);
    assert_int_equal(agent_device_held(&device.reports), reports);
    device.service.refusal = SIGNET_OK;
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_ONLINE, 61 * MINUTE_MS));
    /* A session that lasted forgets the long waits of that day. */
    agent_device_run(&device, MINUTE_MS);
    kick();
    device.script.refuse = 1;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ENROLLED, MINUTE_MS));
}

/* Our own check of what the service gave is a refusal as well, told once. */
static void certificate_for_too_long_is_refused(void **state)
{
    (void)state;
    device.service.life_s = SIGNET_CERT_MAX_LIFE_S + 1;
    agent_device_boot(&device);
    assert_true(agent_device_await(&device, SIGNET_AGENT_REFUSED, 5000));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_REFUSED),
                     SIGNET_ERR_CERT_VALIDITY);
    assert_int_equal(told(SIGNET_AGENT_MESSAGE_REFUSED), 0);
    assert_int_equal(told(SIGNET_AGENT_ENROLLED), 0);
    agent_device_run(&device, 1);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_CERT_VALIDITY),
                     1);
}

static void each_refusal_has_its_own_status(void **state)
{
    static const signet_status why[] = {
        SIGNET_ERR_UNKNOWN_DEVICE, SIGNET_ERR_DEVICE_REVOKED,
        SIGNET_ERR_TRUST_FLOOR,    SIGNET_ERR_LIFE_CYCLE,
        SIGNET_ERR_MEASUREMENT,    SIGNET_ERR_CHALLENGE};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof why / sizeof why[0]; i++) {
        device.service.refusal = why[i];
        agent_device_boot(&device);
        assert_true(agent_device_await(&device, SIGNET_AGENT_REFUSED, 5000));
        assert_int_equal(agent_device_last(&device, SIGNET_AGENT_REFUSED),
                         why[i]);
        agent_device_run(&device, 1);
        assert_int_equal(agent_device_reports(&device, why[i]), 1);
    }
}

static void broker_refuses_the_alias(void **state)
{
    (void)state;
    device.script.enrolment = SIGNET_ERR_TLS_REFUSED;
    agent_device_boot(&device);
    assert_true(agent_device_await(&device, SIGNET_AGENT_OFFLINE, 5000));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_OFFLINE),
                     SIGNET_ERR_TLS_REFUSED);
    agent_device_run(&device, HOUR_MS);
    assert_in_range(agent_device_reports(&device, SIGNET_ERR_TLS_REFUSED), 1,
                    2);
    assert_in_range(device.script.enrolments, 5, 40);
}

static void broker_is_not_the_one_we_trust(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.script.operation = SIGNET_ERR_TLS_NAME;
    agent_device_run(&device, MINUTE_MS);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_TLS_NAME), 1);
    /* It says nothing about our certificate. */
    device.script.operation = SIGNET_OK;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, MINUTE_MS));
    assert_int_equal(device.service.certificates, 1);
}

static void certificate_refused_enrols_again(void **state)
{
    (void)state;
    agent_device_online(&device);
    kick();
    device.script.refuse = 1;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, MINUTE_MS));
    assert_int_equal(device.service.certificates, 2);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_OFFLINE),
                     SIGNET_ERR_TLS_REFUSED);
    agent_device_run(&device, 5000);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_TLS_REFUSED), 1);
    /* The new one serves from here on. */
    kick();
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, MINUTE_MS));
    assert_int_equal(device.service.certificates, 2);
}

/* Enrolment works, but what it gives is refused: flash must not suffer. */
static void every_new_certificate_is_refused(void **state)
{
    (void)state;
    device.script.operation = SIGNET_ERR_MQTT_AUTHORISATION;
    agent_device_boot(&device);
    agent_device_run(&device, 24 * HOUR_MS);
    assert_in_range(device.service.certificates, 10, 100);
    assert_in_range(
        agent_device_reports(&device, SIGNET_ERR_MQTT_AUTHORISATION), 2, 26);
}

/* ---- renewal ---- */

static void renews_after_half_its_life(void **state)
{
    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, 11 * HOUR_MS);
    assert_int_equal(device.service.certificates, 1);
    agent_device_run(&device, 5 * HOUR_MS);
    assert_int_equal(device.service.certificates, 2);
    assert_int_equal(told(SIGNET_AGENT_ONLINE), 2);
    assert_int_equal(told(SIGNET_AGENT_OFFLINE), 0);
    assert_true(is_online());
}

/* While it is refused, the certificate in force goes on working. */
static void works_on_while_renewal_is_refused(void **state)
{
    unsigned hour;

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, 11 * HOUR_MS);
    device.service.refusal = SIGNET_ERR_RATE;
    for (hour = 11; hour < 22; hour++) {
        uint32_t sequence = agent_device_send(&device, "hourly");

        agent_device_run(&device, HOUR_MS);
        assert_int_equal(device.service.committed[0], sequence);
    }
    assert_in_range(device.service.certificates, 2, 40);
    assert_in_range(device.script.operations, 2, 60);
    device.service.refusal = SIGNET_OK;
    agent_device_run(&device, 61 * MINUTE_MS);
    assert_true(is_online());
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_ENROLLED),
                     SIGNET_OK);
    assert_int_equal(told(SIGNET_AGENT_ENROLLED), 2);
}

static void works_on_while_enrolment_is_away(void **state)
{
    uint32_t sequence;

    (void)state;
    agent_device_online(&device);
    device.script.enrolment = SIGNET_ERR_CONNECT;
    agent_device_run(&device, 20 * HOUR_MS);
    sequence = agent_device_send(&device, "late");
    agent_device_run(&device, MINUTE_MS);
    assert_int_equal(device.service.committed[0], sequence);
    assert_in_range(device.script.enrolments, 2, 40);
    assert_int_equal(agent_device_held(&device.reports), 0);
}

static void refused_candidate_gives_way_to_the_former(void **state)
{
    uint8_t former[SIGNET_X509_MAX_SIZE];

    (void)state;
    agent_device_online(&device);
    memcpy(former, device.script.leaf, sizeof former);
    agent_device_run(&device, 11 * HOUR_MS);
    device.script.refuse = 1;
    assert_true(agent_device_await(&device, SIGNET_AGENT_OFFLINE, 5 * HOUR_MS));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_OFFLINE),
                     SIGNET_ERR_TLS_REFUSED);
    assert_memory_not_equal(device.script.leaf, former, sizeof former);
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, MINUTE_MS));
    assert_memory_equal(device.script.leaf, former, device.script.leaf_len);
    /* And renewal is tried again. */
    agent_device_run(&device, 10 * MINUTE_MS);
    assert_memory_not_equal(device.script.leaf, former, sizeof former);
    assert_true(is_online());
}

/* The broker goes away just when the candidate is to be tried. */
static void untried_candidate_is_not_kept_for_ever(void **state)
{
    uint8_t former[SIGNET_X509_MAX_SIZE];

    (void)state;
    agent_device_online(&device);
    memcpy(former, device.script.leaf, sizeof former);
    agent_device_run(&device, 11 * HOUR_MS);
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_ENROLLING, 5 * HOUR_MS));
    device.script.operation = SIGNET_ERR_CONNECT;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ENROLLED, 5000));
    assert_true(device.agent.testing);
    agent_device_run(&device, 10 * MINUTE_MS);
    assert_false(device.agent.testing);
    device.script.operation = SIGNET_OK;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, MINUTE_MS));
    assert_memory_equal(device.script.leaf, former, device.script.leaf_len);
    agent_device_run(&device, 10 * MINUTE_MS);
    assert_true(is_online());
    assert_memory_not_equal(device.script.leaf, former, sizeof former);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_CONNECT), 0);
}

static void certificate_that_ended_during_an_outage(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.script.operation = SIGNET_ERR_CONNECT;
    device.script.enrolment = SIGNET_ERR_CONNECT;
    agent_device_run(&device, 25 * HOUR_MS);
    device.script.operation = SIGNET_OK;
    device.script.enrolment = SIGNET_OK;
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_ONLINE, 61 * MINUTE_MS));
    assert_int_equal(device.service.certificates, 2);
}

/* ---- outages ---- */

static void broker_away_for_hours(void **state)
{
    uint32_t steps;
    unsigned operations;

    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, MINUTE_MS);
    device.script.operation = SIGNET_ERR_CONNECT;
    agent_device_run(&device, MINUTE_MS);
    steps = device.report_flash.steps + device.message_flash.steps;
    operations = device.script.operations;
    agent_device_run(&device, 6 * HOUR_MS);
    /* Back-off: on average every 15 s, never in a row. */
    assert_in_range(device.script.operations - operations, 700, 2200);
    /* An outage is no reason to write. */
    assert_int_equal(device.report_flash.steps + device.message_flash.steps,
                     steps);
    device.script.operation = SIGNET_OK;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 31000));
    assert_int_equal(device.service.certificates, 1);
    /* A session that lasted makes the next wait a short one. */
    agent_device_run(&device, MINUTE_MS);
    kick();
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_ONLINE, DEVICE_RETRY_MS + 10));
}

static void kicked_out_again_and_again_slows_down(void **state)
{
    unsigned i;

    (void)state;
    agent_device_online(&device);
    for (i = 0; i < 200; i++) {
        agent_device_run(&device, 1000);
        kick();
        assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 31000));
    }
    /* 200 sessions of a second: waits soon had the longest as their bound. */
    assert_true(device.uptime_ms > 30 * MINUTE_MS);
}

/* A port whose uptime has 32 bits only: 49 days. */
static void uptime_wraps(void **state)
{
    uint32_t sequence;

    (void)state;
    device.uptime_mask = UINT32_MAX;
    agent_device_boot(&device);
    device.uptime_ms = 0xFFFFFFFFull - 1500;
    device.service.no_enrolment = true;
    agent_device_run(&device, 1000);
    device.service.no_enrolment = false;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 10000));
    sequence = agent_device_send(&device, "after the wrap");
    agent_device_run(&device, 5000);
    assert_int_equal(device.service.committed[0], sequence);
    assert_true(device.uptime_ms > UINT32_MAX);
}

static void retry_stands_across_the_wrap(void **state)
{
    (void)state;
    device.uptime_mask = UINT32_MAX;
    device.script.enrolment = SIGNET_ERR_CONNECT;
    agent_device_boot(&device);
    device.uptime_ms = 0xFFFFFFFFull - 5 * MINUTE_MS;
    while (device.uptime_ms < 0xFFFFFFFFull - 10) {
        agent_device_run(&device, 1);
        device.uptime_ms += 3; /* faster: waits straddle the wrap */
    }
    device.script.enrolment = SIGNET_OK;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, MINUTE_MS));
}

/* ---- time ---- */

static void asks_again_for_the_time(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.service.stale_time = true;
    agent_device_online(&device);
    agent_device_run(&device, 10 * MINUTE_MS);
    assert_int_equal(device.wall_at_s, 0);
    /* 2, 4 .. 128 s apart. */
    assert_in_range(device.service.times, 5, 12);
    device.service.stale_time = false;
    agent_device_run(&device, 3 * MINUTE_MS);
    assert_int_not_equal(device.wall_at_s, 0);
}

/* A round trip longer than the time-out: the nonce must still be known. */
static void learns_the_time_over_a_slow_link(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.script.delay_ms = 5000;
    agent_device_online(&device);
    agent_device_run(&device, 2 * MINUTE_MS);
    assert_int_not_equal(device.wall_at_s, 0);
}

static void time_below_the_floor_is_refused(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.service.time_error_s = -30 * 86400;
    agent_device_online(&device);
    agent_device_run(&device, 10000);
    assert_int_equal(device.wall_at_s, 0);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_CLOCK), 1);
}

static void time_in_another_format_is_refused(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.service.version = 2;
    agent_device_online(&device);
    agent_device_run(&device, 3000);
    assert_int_equal(device.wall_at_s, 0);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                     SIGNET_ERR_VERSION);
}

static void time_for_another_device_is_refused(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.service.other_name = "0123456789abcdef0123456789abcdef";
    agent_device_online(&device);
    agent_device_run(&device, 3000);
    assert_int_equal(device.wall_at_s, 0);
    assert_true(agent_device_reports(&device, SIGNET_ERR_DEVICE_ID) >= 1);
}

static int64_t clock_error(void)
{
    uint64_t told =
        device.wall_at_s + (device.uptime_ms - device.wall_set_ms) / 1000;

    return (int64_t)(told - KIT_NOW - device.world_ms / 1000);
}

/* The service's clock is ten years ahead for some minutes, in which the device
 * asks for the time, and enrols. It must come back by itself, and soon. */
static void wrong_future_time_does_not_last(void **state)
{
    uint32_t sequence = 0;
    (void)state;

    agent_device_online(&device);
    device.service.time_error_s = 10ll * 365 * 86400;
    agent_device_online(&device);
    agent_device_run(&device, 20 * MINUTE_MS);
    device.service.time_error_s = 0;
    sequence = agent_device_send(&device, "after all");
    agent_device_run(&device, 2 * HOUR_MS);
    assert_non_null(agent_service_find(&device.service, 0, sequence));
    agent_device_run(&device, 26 * HOUR_MS);
    assert_true(is_online());
    assert_in_range(clock_error() + 2, 0, 4);
}

/* A certificate by a service with a wrong clock is one that the broker does
 * not take: it must not raise the floor. */
static void untried_certificate_does_not_raise_the_floor(void **state)
{
    (void)state;
    device.service.time_error_s = 20 * 86400;
    agent_device_boot(&device);
    agent_device_run(&device, 10 * MINUTE_MS);
    assert_int_equal(told(SIGNET_AGENT_ONLINE), 0);
    device.service.time_error_s = 0;
    agent_device_run(&device, 2 * HOUR_MS);
    assert_true(is_online());
}

/* Until the next session is about to be opened. */
static void await_opening(void)
{
    for (unsigned i = 0; i < 1000 && !device.script.is_open; i++) {
        device.uptime_ms += 10;
        agent_device_step(&device);
    }
    assert_true(device.script.is_open && !device.script.is_up);
}

/* Down to the device in the step in which the session comes up. */
static void greet_with_time(const char *aad, const pb_msgdesc_t *fields,
                            const void *message)
{
    char topic[80];
    uint8_t payload[128];
    uint8_t reply[AGENT_SERVICE_REPLY];
    pb_ostream_t stream = pb_ostream_from_buffer(payload, sizeof payload);

    assert_true(pb_encode(&stream, fields, message));
    (void)snprintf(topic, sizeof topic, "signet/dev/%s/down/time",
                   device.service.device_id);
    script_messenger_inject(
        &device.script, topic,
        signet_view(reply, agent_service_sign(
                               &device.service, aad,
                               signet_view(payload, stream.bytes_written),
                               reply, sizeof reply)));
    agent_device_step(&device);
}

/* A broker can replay any reply of the service on any topic. Messages are log
 * 0, which protobuf leaves out, and the epoch stands where the time does. */
static void acknowledgement_is_no_time(void **state)
{
    signet_LogAck ack = signet_LogAck_init_zero;
    (void)state;

    agent_device_online(&device);
    device.service.silent = true;
    agent_device_boot(&device);
    await_opening();
    ack.version = 1;
    memcpy(ack.device_id, device.service.device_id, 33);
    ack.epoch = 0xF0000000u;
    ack.sequence = 1;
    greet_with_time(SIGNET_AAD_LOG_ACK, signet_LogAck_fields, &ack);
    assert_true(is_online());
    assert_int_equal(device.wall_at_s, 0);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                     SIGNET_ERR_SIGNATURE);
}

/* The broker kept the answer back until the next session. */
static void time_for_an_earlier_session_is_stale(void **state)
{
    signet_TimeReply reply = signet_TimeReply_init_zero;
    (void)state;

    agent_device_online(&device);
    device.service.silent = true;
    agent_device_online(&device);
    agent_device_run(&device, 100);
    assert_true(device.service.times > 0);
    reply.version = 1;
    memcpy(reply.device_id, device.service.device_id, 33);
    memcpy(reply.nonce, device.agent.time_nonce, sizeof reply.nonce);
    reply.time = KIT_NOW;
    kick();
    await_opening();
    greet_with_time(SIGNET_AAD_TIME_REPLY, signet_TimeReply_fields, &reply);
    assert_true(is_online());
    assert_int_equal(device.wall_at_s, 0);
}

/* ---- set-up ---- */

static signet_status init_with(void (*bend)(signet_agent_config *))
{
    static signet_agent other;
    signet_agent_config config;

    agent_device_boot(&device);
    config = device.config;
    bend(&config);
    return signet_agent_init(&other, &config);
}

static void no_host(signet_agent_config *config)
{
    config->operational.host = NULL;
}
static void no_server_name(signet_agent_config *config)
{
    config->enrolment.server_name = NULL;
}
static void no_log(signet_agent_config *config)
{
    config->messages = NULL;
}
static void no_window(signet_agent_config *config)
{
    config->window = 0;
}
static void small_buffer(signet_agent_config *config)
{
    config->buffer_len = SIGNET_AGENT_BUFFER(SIGNET_REPORT_MAX_SIZE) - 1;
}
static void smallest_buffer(signet_agent_config *config)
{
    config->buffer_len = SIGNET_AGENT_BUFFER(SIGNET_REPORT_MAX_SIZE);
}
static void short_retry(signet_agent_config *config)
{
    config->retry_max_ms = config->retry_ms - 1;
}

static void checks_its_configuration(void **state)
{
    (void)state;
    assert_int_equal(init_with(no_host), SIGNET_ERR_ARGUMENT);
    assert_int_equal(init_with(no_server_name), SIGNET_ERR_ARGUMENT);
    assert_int_equal(init_with(no_log), SIGNET_ERR_ARGUMENT);
    assert_int_equal(init_with(no_window), SIGNET_ERR_ARGUMENT);
    assert_int_equal(init_with(short_retry), SIGNET_ERR_ARGUMENT);
    assert_int_equal(init_with(small_buffer), SIGNET_ERR_ARGUMENT);
    assert_int_equal(init_with(smallest_buffer), SIGNET_OK);
}

static void two_agents_side_by_side(void **state)
{
    static struct agent_device other;
    uint32_t here = 0;
    uint32_t there = 0;
    unsigned i;

    (void)state;
    agent_device_new(&other);
    agent_device_boot(&device);
    agent_device_boot(&other);
    for (i = 0; i < 300; i++) {
        agent_device_run(&device, 100);
        agent_device_run(&other, 100);
        if (i % 20 == 10) {
            here = agent_device_send(&device, "here");
            there = agent_device_send(&other, "there");
        }
        /* An outage of one is none of the other's business. */
        other.script.operation = i > 100 && i < 150 ? SIGNET_CLOSED : SIGNET_OK;
    }
    agent_device_run(&other, MINUTE_MS);
    assert_int_equal(told(SIGNET_AGENT_OFFLINE), 0);
    assert_true(agent_device_count(&other, SIGNET_AGENT_OFFLINE) > 0);
    assert_int_equal(device.service.committed[0], here);
    assert_int_equal(other.service.committed[0], there);
    assert_memory_equal(agent_service_find(&device.service, 0, here)->body,
                        "here", 4);
    assert_memory_equal(agent_service_find(&other.service, 0, there)->body,
                        "there", 5);
    assert_string_not_equal(device.service.device_id, other.service.device_id);
    agent_device_free(&other);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(comes_online),
        TEST(keeps_its_certificate_over_a_reset),
        TEST(connects_at_once),
        TEST(nobody_answers_the_enrolment),
        TEST(request_larger_than_the_messenger_takes),
        TEST(answer_and_end_of_session_together),
        TEST(refused_for_a_day),
        TEST(certificate_for_too_long_is_refused),
        TEST(each_refusal_has_its_own_status),
        TEST(broker_refuses_the_alias),
        TEST(broker_is_not_the_one_we_trust),
        TEST(certificate_refused_enrols_again),
        TEST(every_new_certificate_is_refused),
        TEST(renews_after_half_its_life),
        TEST(works_on_while_renewal_is_refused),
        TEST(works_on_while_enrolment_is_away),
        TEST(refused_candidate_gives_way_to_the_former),
        TEST(untried_candidate_is_not_kept_for_ever),
        TEST(certificate_that_ended_during_an_outage),
        TEST(broker_away_for_hours),
        TEST(kicked_out_again_and_again_slows_down),
        TEST(uptime_wraps),
        TEST(retry_stands_across_the_wrap),
        TEST(asks_again_for_the_time),
        TEST(learns_the_time_over_a_slow_link),
        TEST(time_below_the_floor_is_refused),
        TEST(time_in_another_format_is_refused),
        TEST(time_for_another_device_is_refused),
        TEST(wrong_future_time_does_not_last),
        TEST(untried_certificate_does_not_raise_the_floor),
        TEST(acknowledgement_is_no_time),
        TEST(time_for_an_earlier_session_is_stale),
        TEST(checks_its_configuration),
        TEST(two_agents_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
