/* SPDX-License-Identifier: MIT */
/* An enrolment that goes well, its retries, renewal, roll-back. What a device
 * refuses is in tests/attack. */
#include "cmocka_all.h"

#include <string.h>

#include "identity_device.h"
#include "identity_service.h"

static struct kit_key root;
static struct kit_service service;
static struct kit_device device;
static signet_enrol enrol;
static signet_time now;

static int make_all(void **state)
{
    (void)state;
    kit_key_make(&root);
    kit_service_make(&service);
    return 0;
}

static int make(void **state)
{
    (void)state;
    kit_device_make(&device);
    kit_device_provision(&device, &root);
    now.uptime_ms = 1000;
    now.wall_s = 0;
    service.time_s = KIT_NOW;
    return kit_device_start(&device) == SIGNET_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    kit_device_free(&device);
    return 0;
}

static signet_status begin(struct kit_device *of, signet_enrol *with)
{
    return signet_enrol_begin(
        with, &of->identity,
        signet_view(service.issuer_cert, service.issuer_cert_len),
        service.key.public_key, now);
}

/* One message there and its answer back. */
static signet_status exchange(struct kit_device *of, signet_enrol *with)
{
    uint8_t reply[KIT_REPLY_MAX];
    signet_bytes message;
    size_t len = 0;

    assert_int_equal(signet_enrol_output(with, now, &message), SIGNET_OK);
    len = kit_service_answer(&service, of->identity.device_id, message, reply,
                             sizeof(reply));
    return signet_enrol_input(with, signet_view(reply, len), now);
}

static void run_to_done(void)
{
    assert_int_equal(begin(&device, &enrol), SIGNET_OK);
    assert_int_equal(enrol.state, SIGNET_ENROL_NONCE);
    assert_int_equal(exchange(&device, &enrol), SIGNET_OK);
    assert_int_equal(enrol.state, SIGNET_ENROL_CERTIFICATE);
    assert_int_equal(exchange(&device, &enrol), SIGNET_OK);
    assert_int_equal(enrol.state, SIGNET_ENROL_DONE);
}

static signet_x509 active_certificate(void)
{
    signet_key key;
    signet_bytes certificate;
    signet_x509 read;
    uint8_t public_key[64];

    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_OK);
    assert_int_equal(signet_x509_read(certificate, &read), SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                     SIGNET_OK);
    assert_memory_equal(public_key, read.key, 64);
    return read;
}

static void an_enrolment_gives_a_certificate_for_a_day(void **state)
{
    signet_key key;
    signet_bytes certificate;
    signet_bytes message;
    (void)state;

    run_to_done();
    assert_true(enrol.service_time_s == KIT_NOW);
    assert_int_equal(signet_enrol_output(&enrol, now, &message),
                     SIGNET_ERR_NOT_FOUND);
    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_ERR_NOT_FOUND); /* not committed */
    assert_int_equal(signet_enrol_candidate(&enrol, &key, &certificate),
                     SIGNET_OK);
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    assert_int_equal(enrol.state, SIGNET_ENROL_IDLE);
    assert_true(active_certificate().not_after_s == KIT_NOW - 60 + 86400);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_true(active_certificate().not_after_s == KIT_NOW - 60 + 86400);
    assert_true(device.identity.time_floor_s == KIT_NOW);
}

static void retries_are_the_same_bytes_ever_later(void **state)
{
    static const uint64_t waits[] = {3000, 6000, 12000, 24000, 48000};
    uint8_t first[SIGNET_ENROL_MAX_SIZE];
    signet_bytes message;
    size_t len = 0;
    (void)state;

    assert_int_equal(begin(&device, &enrol), SIGNET_OK);
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        assert_int_equal(signet_enrol_output(&enrol, now, &message), SIGNET_OK);
        if (i == 0) {
            len = message.len;
            memcpy(first, message.ptr, len);
        }
        assert_int_equal(message.len, len);
        assert_memory_equal(message.ptr, first, len);
        now.uptime_ms += waits[i] - 1;
        assert_int_equal(signet_enrol_output(&enrol, now, &message),
                         SIGNET_ERR_NOT_FOUND);
        now.uptime_ms++;
    }
    assert_int_equal(signet_enrol_output(&enrol, now, &message),
                     SIGNET_ERR_TIMEOUT);
    assert_int_equal(enrol.state, SIGNET_ENROL_FAILED);
    assert_int_equal(enrol.refusal, SIGNET_ERR_TIMEOUT);
    assert_int_equal(signet_enrol_output(&enrol, now, &message),
                     SIGNET_ERR_NOT_FOUND);
}

static void a_lost_certificate_request_is_repeated(void **state)
{
    uint8_t first[SIGNET_ENROL_MAX_SIZE];
    signet_bytes message;
    size_t len = 0;
    (void)state;

    assert_int_equal(begin(&device, &enrol), SIGNET_OK);
    assert_int_equal(exchange(&device, &enrol), SIGNET_OK);
    assert_int_equal(signet_enrol_output(&enrol, now, &message), SIGNET_OK);
    len = message.len;
    memcpy(first, message.ptr, len);
    now.uptime_ms += 3000;
    assert_int_equal(signet_enrol_output(&enrol, now, &message), SIGNET_OK);
    assert_int_equal(message.len, len);
    assert_memory_equal(message.ptr, first, len);
    now.uptime_ms += 6000;
    assert_int_equal(exchange(&device, &enrol), SIGNET_OK);
    assert_int_equal(enrol.state, SIGNET_ENROL_DONE);
}

static void a_repeated_reply_is_ignored(void **state)
{
    uint8_t reply[KIT_REPLY_MAX];
    signet_bytes message;
    size_t len = 0;
    (void)state;

    assert_int_equal(begin(&device, &enrol), SIGNET_OK);
    assert_int_equal(signet_enrol_output(&enrol, now, &message), SIGNET_OK);
    len = kit_service_answer(&service, device.identity.device_id, message,
                             reply, sizeof(reply));
    assert_int_equal(signet_enrol_input(&enrol, signet_view(reply, len), now),
                     SIGNET_OK);
    assert_int_equal(signet_enrol_input(&enrol, signet_view(reply, len), now),
                     SIGNET_ERR_REQUEST);
    assert_int_equal(enrol.state, SIGNET_ENROL_CERTIFICATE);
    assert_int_equal(exchange(&device, &enrol), SIGNET_OK);
    assert_int_equal(enrol.state, SIGNET_ENROL_DONE);
    assert_int_equal(signet_enrol_input(&enrol, signet_view(reply, len), now),
                     SIGNET_ERR_TRANSACTION);
    assert_int_equal(enrol.state, SIGNET_ENROL_DONE);
}

static void a_refusal_is_told_with_its_reason(void **state)
{
    uint8_t reply_bytes[KIT_REPLY_MAX];
    struct kit_request request;
    struct kit_reply reply;
    signet_bytes message;
    size_t len = 0;
    (void)state;

    assert_int_equal(begin(&device, &enrol), SIGNET_OK);
    assert_int_equal(signet_enrol_output(&enrol, now, &message), SIGNET_OK);
    assert_true(kit_request_read(message, &request));
    reply = kit_reply_to(&service, &request, device.identity.device_id);
    reply.status = SIGNET_ERR_DEVICE_REVOKED;
    reply.text = "revoked on Tuesday";
    len =
        kit_reply_sign(&reply, &service.key, reply_bytes, sizeof(reply_bytes));
    assert_int_equal(
        signet_enrol_input(&enrol, signet_view(reply_bytes, len), now),
        SIGNET_ERR_REFUSED);
    assert_int_equal(enrol.state, SIGNET_ENROL_FAILED);
    assert_int_equal(enrol.refusal, SIGNET_ERR_DEVICE_REVOKED);
    assert_string_equal(enrol.refusal_text, "revoked on Tuesday");
}

static void renewal_keeps_the_former_until_commit(void **state)
{
    signet_x509 first;
    signet_key key;
    signet_bytes certificate;
    uint8_t former_key[64];
    (void)state;

    run_to_done();
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    first = active_certificate();
    memcpy(former_key, first.key, 64);
    service.time_s += 43200;
    run_to_done();
    assert_memory_equal(active_certificate().key, former_key, 64);
    assert_int_equal(signet_enrol_candidate(&enrol, &key, &certificate),
                     SIGNET_OK);
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    assert_memory_not_equal(active_certificate().key, former_key, 64);
    assert_int_equal(signet_enrol_candidate(&enrol, &key, &certificate),
                     SIGNET_ERR_STATE);
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_ERR_STATE);
    assert_int_equal(signet_enrol_rollback(&enrol), SIGNET_ERR_STATE);
    assert_memory_not_equal(active_certificate().key, former_key, 64);
}

static void rollback_keeps_the_former(void **state)
{
    uint8_t former_key[64];
    (void)state;

    run_to_done();
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    memcpy(former_key, active_certificate().key, 64);
    run_to_done();
    assert_int_equal(signet_enrol_rollback(&enrol), SIGNET_OK);
    assert_int_equal(enrol.state, SIGNET_ENROL_IDLE);
    assert_memory_equal(active_certificate().key, former_key, 64);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_memory_equal(active_certificate().key, former_key, 64);
}

static void each_enrolment_has_its_own_key_and_transaction(void **state)
{
    uint8_t keys[4][64];
    uint8_t transactions[4][16];
    (void)state;

    for (size_t i = 0; i < 4; i++) {
        run_to_done();
        memcpy(transactions[i], enrol.transaction, 16);
        assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
        memcpy(keys[i], active_certificate().key, 64);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(keys[i], keys[j], 64);
            assert_memory_not_equal(transactions[i], transactions[j], 16);
        }
    }
}

static void renewal_is_due_after_half_its_life(void **state)
{
    uint64_t half = KIT_NOW - 60 + 43200;
    (void)state;

    run_to_done();
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    assert_true(device.identity.renew_jitter_s <= 86400 / 8);
    now.wall_s = half + device.identity.renew_jitter_s - 1;
    assert_false(signet_identity_renewal_due(&device.identity, now));
    now.wall_s++;
    assert_true(signet_identity_renewal_due(&device.identity, now));
    now.wall_s = 0; /* not known: the floor counts */
    assert_false(signet_identity_renewal_due(&device.identity, now));
}

static void an_ended_certificate_is_not_used(void **state)
{
    uint64_t last = KIT_NOW - 60 + 86400;
    signet_key key;
    signet_bytes certificate;
    (void)state;

    run_to_done();
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    now.wall_s = last;
    (void)active_certificate();
    now.wall_s = last + 1;
    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_ERR_CERT_VALIDITY);
    /* Without a clock the floor tells. */
    now.wall_s = 0;
    device.config.build_time_s = last + 1;
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_ERR_CERT_VALIDITY);
}

static void forget_leaves_neither_key_nor_certificate(void **state)
{
    signet_key key;
    signet_bytes certificate;
    uint8_t item[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    (void)state;

    run_to_done();
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    run_to_done();
    assert_int_equal(signet_identity_forget(&device.identity), SIGNET_OK);
    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_ERR_NOT_FOUND);
    for (uint16_t id = SIGNET_IDENTITY_ITEM_OPERATIONAL;
         id < SIGNET_IDENTITY_ITEM_TIME_FLOOR; id++) {
        assert_int_equal(
            signet_items_get(&device.items, id, item, sizeof(item), &len),
            SIGNET_ERR_NOT_FOUND);
    }
    run_to_done();
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    (void)active_certificate();
}

/* Each of these is found at start and means: enrol. */
static void damaged_items_mean_no_certificate(void **state)
{
    static const struct {
        uint16_t id;
        uint8_t value[3];
        size_t len;
    } cases[] = {
        {SIGNET_IDENTITY_ITEM_OPERATIONAL, {2}, 1},
        {SIGNET_IDENTITY_ITEM_OPERATIONAL, {1}, 1},
        {SIGNET_IDENTITY_ITEM_OPERATIONAL, {0, 0}, 2},
        {SIGNET_IDENTITY_ITEM_CERT, {0x30, 0, 0}, 3},
        {SIGNET_IDENTITY_ITEM_KEY, {0}, 1},
    };
    signet_key key;
    signet_bytes certificate;
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        run_to_done();
        assert_int_equal(enrol.slot, 0);
        assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
        assert_int_equal(
            signet_items_put(&device.items, cases[i].id,
                             signet_view(cases[i].value, cases[i].len)),
            SIGNET_OK);
        assert_int_equal(kit_device_start(&device), SIGNET_OK);
        assert_int_equal(signet_identity_operational(&device.identity, now,
                                                     &key, &certificate),
                         SIGNET_ERR_NOT_FOUND);
    }
}

/* A well-formed certificate, but not for the key beside it. */
static void a_certificate_without_its_key_means_none(void **state)
{
    signet_key key;
    signet_bytes certificate;
    (void)state;

    run_to_done();
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    assert_int_equal(
        signet_items_put(&device.items, SIGNET_IDENTITY_ITEM_CERT,
                         signet_view(device.identity.alias_cert,
                                     device.identity.alias_cert_len)),
        SIGNET_OK);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_ERR_NOT_FOUND);
}

static void failing_ports_end_an_enrolment(void **state)
{
    signet_bytes message;
    uint8_t reply[KIT_REPLY_MAX];
    size_t len = 0;
    (void)state;

    device.identity.config.rng = kit_no_entropy();
    assert_int_equal(begin(&device, &enrol), SIGNET_ERR_ENTROPY);
    assert_int_equal(enrol.state, SIGNET_ENROL_FAILED);
    device.identity.config.rng = kit_entropy();
    assert_int_equal(begin(&device, &enrol), SIGNET_OK);
    assert_int_equal(signet_enrol_output(&enrol, now, &message), SIGNET_OK);
    len = kit_service_answer(&service, device.identity.device_id, message,
                             reply, sizeof(reply));
    kit_device_break_flash(&device, true);
    assert_int_equal(signet_enrol_input(&enrol, signet_view(reply, len), now),
                     SIGNET_ERR_IO);
    kit_device_break_flash(&device, false);
    assert_int_equal(enrol.state, SIGNET_ENROL_FAILED);
    assert_int_equal(enrol.refusal, SIGNET_ERR_IO);
    assert_int_equal(signet_enrol_rollback(&enrol), SIGNET_OK);
}

static void a_failing_commit_can_be_repeated(void **state)
{
    (void)state;

    run_to_done();
    kit_device_break_flash(&device, true);
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_ERR_IO);
    kit_device_break_flash(&device, false);
    assert_int_equal(enrol.state, SIGNET_ENROL_DONE);
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    (void)active_certificate();
}

/* Interleaved; a reply to one is nothing to the other. */
static void two_devices_enrol_side_by_side(void **state)
{
    static struct kit_device other;
    static signet_enrol second;
    uint8_t reply[KIT_REPLY_MAX];
    signet_bytes message;
    size_t len = 0;
    (void)state;

    kit_device_make(&other);
    kit_device_provision(&other, &root);
    assert_int_equal(kit_device_start(&other), SIGNET_OK);
    assert_int_equal(begin(&device, &enrol), SIGNET_OK);
    assert_int_equal(begin(&other, &second), SIGNET_OK);
    assert_int_equal(signet_enrol_output(&enrol, now, &message), SIGNET_OK);
    len = kit_service_answer(&service, device.identity.device_id, message,
                             reply, sizeof(reply));
    assert_int_equal(signet_enrol_input(&second, signet_view(reply, len), now),
                     SIGNET_ERR_DEVICE_ID);
    assert_int_equal(signet_enrol_input(&enrol, signet_view(reply, len), now),
                     SIGNET_OK);
    assert_int_equal(exchange(&other, &second), SIGNET_OK);
    assert_int_equal(exchange(&device, &enrol), SIGNET_OK);
    assert_int_equal(exchange(&other, &second), SIGNET_OK);
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    assert_int_equal(signet_enrol_commit(&second), SIGNET_OK);
    assert_memory_not_equal(device.identity.operational_cert,
                            other.identity.operational_cert, 256);
    kit_device_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
        TEST(an_enrolment_gives_a_certificate_for_a_day),
        TEST(retries_are_the_same_bytes_ever_later),
        TEST(a_lost_certificate_request_is_repeated),
        TEST(a_repeated_reply_is_ignored),
        TEST(a_refusal_is_told_with_its_reason),
        TEST(renewal_keeps_the_former_until_commit),
        TEST(rollback_keeps_the_former),
        TEST(each_enrolment_has_its_own_key_and_transaction),
        TEST(renewal_is_due_after_half_its_life),
        TEST(an_ended_certificate_is_not_used),
        TEST(forget_leaves_neither_key_nor_certificate),
        TEST(damaged_items_mean_no_certificate),
        TEST(a_certificate_without_its_key_means_none),
        TEST(failing_ports_end_an_enrolment),
        TEST(a_failing_commit_can_be_repeated),
        TEST(two_devices_enrol_side_by_side),
#undef TEST
    };
    return cmocka_run_group_tests(tests, make_all, NULL);
}
