/* SPDX-License-Identifier: MIT */
/* Updates and trust lists as the agent handles them, the trial included. */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "agent_device.h"

#define MINUTE_MS 60000ull
#define HOUR_MS (60u * MINUTE_MS)
#define CHUNK 512u
#define SIZE 9000u
#define BLOCKS ((SIZE + CHUNK - 1u) / CHUNK)

static struct agent_device device;
static struct release next;

static int set_up(void **state)
{
    (void)state;
    agent_device_new(&device);
    release_new(&next, 2, SIZE, CHUNK);
    next.fields.version = "1.1.0";
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    release_free(&next);
    agent_device_free(&device);
    return 0;
}

static unsigned told(signet_agent_event event)
{
    return agent_device_count(&device, event);
}

static void offer(const struct release *release)
{
    device.service.offer = release;
    signet_agent_check_for_update(&device.agent);
}

/* Offer, download, restart into the trial. */
static void install(void)
{
    release_sign(&next, KEY_FIRMWARE);
    offer(&next);
    assert_true(agent_device_await_reset(&device, MINUTE_MS));
    assert_int_equal(device.kit.handoff.state, SIGNET_IMAGE_TRIAL);
    assert_int_equal(device.kit.handoff.sequence, 2);
}

/* ---- the good way ---- */

static void downloads_installs_and_confirms(void **state)
{
    (void)state;
    agent_device_online(&device);
    install();
    assert_int_equal(told(SIGNET_AGENT_UPDATE_OFFERED), 1);
    assert_int_equal(told(SIGNET_AGENT_UPDATE_BLOCK), BLOCKS);
    assert_int_equal(told(SIGNET_AGENT_UPDATE_READY), 1);
    assert_int_equal(device.service.blocks, BLOCKS);
    assert_int_equal(device.service.outcomes, 1);
    assert_int_equal(device.service.last_outcome, SIGNET_OK);
    /* The certificate at hand was for the former image. */
    assert_int_equal(device.service.certificates, 1);
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 5000));
    assert_int_equal(device.service.certificates, 2);
    assert_memory_equal(device.service.measurement, next.fields.digest, 32);
    assert_int_equal(told(SIGNET_AGENT_UPDATE_CONFIRMED), 1);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_UPDATE_CONFIRMED),
                     SIGNET_OK);
    agent_device_boot(&device);
    assert_int_equal(device.kit.handoff.state, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(device.kit.handoff.sequence, 2);
}

static void confirms_once(void **state)
{
    (void)state;
    agent_device_online(&device);
    install();
    agent_device_run(&device, 40 * HOUR_MS);
    assert_true(device.service.certificates >= 4);
    assert_int_equal(told(SIGNET_AGENT_UPDATE_CONFIRMED), 1);
    assert_false(device.reset);
}

static void asks_again_only_as_often_as_told(void **state)
{
    (void)state;
    device.config.poll_ms = 10 * MINUTE_MS;
    agent_device_online(&device);
    agent_device_run(&device, HOUR_MS + MINUTE_MS);
    assert_int_equal(device.service.queries, 7);
}

static void repeats_a_query_that_nobody_answers(void **state)
{
    (void)state;
    agent_device_online(&device);
    agent_device_run(&device, MINUTE_MS);
    device.service.queries = 0;
    device.service.silent = true;
    signet_agent_check_for_update(&device.agent);
    agent_device_run(&device, HOUR_MS);
    assert_int_equal(device.service.queries, 4);
}

static void goes_on_after_a_reset(void **state)
{
    (void)state;
    agent_device_online(&device);
    release_sign(&next, KEY_FIRMWARE);
    offer(&next);
    while (told(SIGNET_AGENT_UPDATE_BLOCK) < BLOCKS - 2) {
        agent_device_run(&device, 1);
    }
    agent_device_boot(&device);
    assert_true(agent_device_await_reset(&device, MINUTE_MS));
    assert_int_equal(device.kit.handoff.sequence, 2);
    /* At most an erase block of it was fetched again. */
    assert_in_range(device.service.blocks, BLOCKS, BLOCKS + 4096 / CHUNK);
}

/* The application put the reset off and a newer image came. */
static void newer_offer_replaces_what_is_ready(void **state)
{
    struct release newer;

    (void)state;
    release_new(&newer, 3, SIZE, CHUNK);
    release_sign(&newer, KEY_FIRMWARE);
    release_sign(&next, KEY_FIRMWARE);
    agent_device_online(&device);
    offer(&next);
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_UPDATE_READY, MINUTE_MS));
    agent_device_run(&device, 1000);
    assert_true(device.reset);
    offer(&newer);
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_UPDATE_BLOCK, MINUTE_MS));
    assert_false(device.reset);
    assert_true(agent_device_await_reset(&device, MINUTE_MS));
    assert_int_equal(device.kit.handoff.sequence, 3);
    release_free(&newer);
}

/* ---- blocks ---- */

static void bad_blocks_are_refused_and_asked_for_again(void **state)
{
    (void)state;
    device.service.bad_blocks = 3;
    agent_device_online(&device);
    release_sign(&next, KEY_FIRMWARE);
    offer(&next);
    assert_true(agent_device_await(&device, SIGNET_AGENT_UPDATE_BLOCK, 5000));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_UPDATE_BLOCK),
                     SIGNET_ERR_CHUNK_DIGEST);
    assert_true(agent_device_await_reset(&device, MINUTE_MS));
    assert_int_equal(device.service.blocks, BLOCKS + 3);
    assert_int_equal(agent_device_reports(&device, SIGNET_ERR_CHUNK_DIGEST), 1);
}

static void broken_source_is_not_hammered(void **state)
{
    (void)state;
    device.service.bad_blocks = 1000000;
    agent_device_online(&device);
    release_sign(&next, KEY_FIRMWARE);
    offer(&next);
    agent_device_run(&device, HOUR_MS);
    assert_in_range(device.service.blocks, 20, 40);
}

static void silent_source_is_not_hammered(void **state)
{
    (void)state;
    device.service.no_blocks = true;
    agent_device_online(&device);
    release_sign(&next, KEY_FIRMWARE);
    offer(&next);
    agent_device_run(&device, HOUR_MS);
    assert_in_range(device.service.blocks, 20, 40);
    device.service.no_blocks = false;
    assert_true(agent_device_await_reset(&device, 5 * MINUTE_MS));
}

/* Once it delivers again, a lost block is asked for without delay. */
static void source_that_recovered_is_trusted_again(void **state)
{
    uint64_t before;

    (void)state;
    device.service.no_blocks = true;
    agent_device_online(&device);
    release_sign(&next, KEY_FIRMWARE);
    offer(&next);
    agent_device_run(&device, 10 * MINUTE_MS);
    device.service.no_blocks = false;
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_UPDATE_BLOCK, 3 * MINUTE_MS));
    device.script.lose = true;
    agent_device_run(&device, 10);
    device.script.lose = false;
    before = device.uptime_ms;
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_UPDATE_BLOCK, MINUTE_MS));
    assert_true(device.uptime_ms - before <= 2 * DEVICE_TIMEOUT_MS);
}

static void block_larger_than_the_messengers_buffer(void **state)
{
    (void)state;
    agent_device_online(&device);
    release_sign(&next, KEY_FIRMWARE);
    device.script.rx_cap = CHUNK;
    offer(&next);
    agent_device_run(&device, HOUR_MS);
    assert_in_range(device.service.blocks, 20, 40);
    assert_int_equal(told(SIGNET_AGENT_UPDATE_BLOCK), 0);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                     SIGNET_ERR_TOO_LARGE);
    assert_in_range(agent_device_reports(&device, SIGNET_ERR_TOO_LARGE), 1, 2);
}

static void repeated_block_is_harmless(void **state)
{
    (void)state;
    agent_device_online(&device);
    device.script.delay_ms = 3000; /* longer than the first time-out */
    release_sign(&next, KEY_FIRMWARE);
    offer(&next);
    assert_true(agent_device_await_reset(&device, 10 * MINUTE_MS));
    assert_int_equal(told(SIGNET_AGENT_UPDATE_BLOCK), BLOCKS);
    assert_int_equal(device.kit.handoff.sequence, 2);
}

/* ---- hostile replies ---- */

static void inject_update(const uint8_t *bytes, size_t len)
{
    char topic[80];

    (void)snprintf(topic, sizeof topic, "signet/dev/%s/down/update",
                   device.service.device_id);
    script_messenger_inject(&device.script, topic, signet_view(bytes, len));
    agent_device_run(&device, 10);
}

static void assert_refused(const uint8_t *bytes, size_t len, signet_status why)
{
    unsigned before = told(SIGNET_AGENT_MESSAGE_REFUSED);

    inject_update(bytes, len);
    assert_int_equal(told(SIGNET_AGENT_MESSAGE_REFUSED), before + 1);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                     why);
}

static void malformed_replies_are_refused(void **state)
{
    static const uint8_t other_version[] = {0x08, 2};
    static const uint8_t no_version[] = {0x28, 1};
    static const uint8_t cut[] = {0x08, 1, 0x12, 5, 'a'};
    /* Fields 2, 3 and 6 as numbers where bytes belong. */
    static const uint8_t manifest[] = {0x08, 1, 0x10, 5};
    static const uint8_t list[] = {0x08, 1, 0x18, 0xff, 0x7f};
    static const uint8_t data[] = {0x08, 1, 0x31, 1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t no_digest[] = {0x08, 1, 0x32, 1, 'x'};

    (void)state;
    agent_device_online(&device);
    assert_refused(other_version, sizeof other_version, SIGNET_ERR_VERSION);
    assert_refused(no_version, sizeof no_version, SIGNET_ERR_VERSION);
    assert_refused(cut, sizeof cut, SIGNET_ERR_TYPE);
    assert_refused(manifest, sizeof manifest, SIGNET_ERR_TYPE);
    assert_refused(list, sizeof list, SIGNET_ERR_TYPE);
    assert_refused(data, sizeof data, SIGNET_ERR_TYPE);
    assert_refused(no_digest, sizeof no_digest, SIGNET_ERR_TYPE);
    assert_int_equal(told(SIGNET_AGENT_UPDATE_OFFERED), 0);
    assert_int_equal(told(SIGNET_AGENT_OFFLINE), 0);
}

/* ---- each refusal of an offer has its own status ---- */

struct refusal {
    void (*bend)(void);
    signet_status status;
};

static void same_sequence(void)
{
    next.fields.sequence = 1;
}
static void other_vendor(void)
{
    next.fields.vendor_id[0] ^= 1;
}
static void other_class(void)
{
    next.fields.class_id[0] ^= 1;
}
static void other_component(void)
{
    next.fields.component = 7;
}
static void running_slot(void)
{
    next.fields.slot = 0;
}
static void lower_counter(void)
{
    next.fields.security_counter = 0;
}
static void too_large(void)
{
    next.fields.size = 64u * 1024u;
}
static void in_the_past(void)
{
    next.fields.not_after_s = KIT_NOW - 1;
}
static void needs_another(void)
{
    next.fields.dependency_count = 1;
    next.fields.dependencies[0].component = 9;
}

static const struct refusal refusals[] = {
    {same_sequence, SIGNET_ERR_SEQUENCE},
    {other_vendor, SIGNET_ERR_VENDOR},
    {other_class, SIGNET_ERR_CLASS},
    {other_component, SIGNET_ERR_COMPONENT},
    {running_slot, SIGNET_ERR_SLOT},
    {lower_counter, SIGNET_ERR_DOWNGRADE},
    {too_large, SIGNET_ERR_IMAGE_SIZE},
    {in_the_past, SIGNET_ERR_EXPIRED},
    {needs_another, SIGNET_ERR_DEPENDENCY},
};

static void assert_offer_refused(signet_status why)
{
    device.service.offer = NULL; /* the query that came first has its answer */
    agent_device_run(&device, 1000);
    device.service.last_outcome = 1;
    offer(&next);
    assert_true(agent_device_await(&device, SIGNET_AGENT_UPDATE_OFFERED, 5000));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_UPDATE_OFFERED),
                     why);
    agent_device_run(&device, 1000);
    assert_int_equal(device.service.last_outcome, why);
    assert_int_equal(agent_service_reports(&device.service, why), 1);
}

static void each_refused_offer_has_its_own_status(void **state)
{
    const signing_manifest good = next.fields;
    size_t i;

    (void)state;
    agent_device_online(&device);
    for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        next.fields = good;
        refusals[i].bend();
        release_sign(&next, KEY_FIRMWARE);
        /* The service holds back what the device runs already. */
        next.fields.sequence = 99;
        assert_offer_refused(refusals[i].status);
    }
    assert_int_equal(told(SIGNET_AGENT_UPDATE_BLOCK), 0);
    next.fields = good;
}

static void offer_signed_by_a_stranger(void **state)
{
    (void)state;
    agent_device_online(&device);
    release_sign(&next, KEY_FOREIGN);
    assert_offer_refused(SIGNET_ERR_KEY_ID);
}

static void offer_with_a_flipped_bit(void **state)
{
    (void)state;
    agent_device_online(&device);
    release_sign(&next, KEY_FIRMWARE);
    next.manifest.ptr[next.manifest.len - 1] ^= 1;
    assert_offer_refused(SIGNET_ERR_SIGNATURE);
}

/* ---- the trial ---- */

/* The service does not know the new image: no certificate, no confirmation;
 * after its tries the former one is back and tells why. */
static void refused_trial_is_reverted(void **state)
{
    unsigned boots;

    (void)state;
    device.config.trial_ms = 10 * MINUTE_MS;
    agent_device_online(&device);
    install();
    device.service.refusal = SIGNET_ERR_MEASUREMENT;
    for (boots = 0; device.kit.handoff.state == SIGNET_IMAGE_TRIAL; boots++) {
        assert_true(boots < 5);
        assert_true(agent_device_await_reset(&device, 11 * MINUTE_MS));
        assert_int_equal(told(SIGNET_AGENT_UPDATE_CONFIRMED), 0);
    }
    assert_int_equal(device.kit.handoff.sequence, 1);
    device.service.refusal = SIGNET_OK;
    assert_true(agent_device_await(&device, SIGNET_AGENT_ONLINE, 5000));
    agent_device_run(&device, 5000);
    assert_true(
        agent_service_reports(&device.service, SIGNET_ERR_MEASUREMENT) >= 1);
    assert_true(agent_service_reports(&device.service, SIGNET_ERR_TIMEOUT) >=
                1);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_UPDATE_OFFERED),
                     SIGNET_ERR_REVERTED);
}

static void trial_without_end_waits_for_the_watchdog(void **state)
{
    (void)state;
    agent_device_online(&device);
    install();
    device.service.refusal = SIGNET_ERR_MEASUREMENT;
    assert_false(agent_device_await_reset(&device, 5 * HOUR_MS));
    assert_int_equal(device.kit.handoff.state, SIGNET_IMAGE_TRIAL);
}

/* Flash fails at the very moment: said, tried again, and no update meanwhile
 * would overwrite what the device may fall back to. */
static void confirmation_is_tried_again(void **state)
{
    unsigned queries;

    (void)state;
    agent_device_online(&device);
    install();
    queries = device.service.queries;
    device.kit.factory_flash.steps = 0;
    device.kit.factory_flash.fail_step = 1;
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_UPDATE_CONFIRMED, 5000));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_UPDATE_CONFIRMED),
                     SIGNET_ERR_IO);
    agent_device_run(&device, 10000);
    assert_int_equal(device.service.queries, queries);
    device.kit.factory_flash.fail_step = 0;
    assert_true(
        agent_device_await(&device, SIGNET_AGENT_UPDATE_CONFIRMED, MINUTE_MS));
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_UPDATE_CONFIRMED),
                     SIGNET_OK);
    agent_device_run(&device, 5000);
    assert_true(device.service.queries > queries);
}

/* ---- trust lists ---- */

static void offer_list(const signing_buffer *list)
{
    device.service.offer_list = signing_view(list);
    signet_agent_check_for_update(&device.agent);
    agent_device_run(&device, 5000);
}

static void new_trust_list_comes_into_force(void **state)
{
    signing_buffer list = agent_service_list(&device.service, 2);

    (void)state;
    agent_device_online(&device);
    offer_list(&list);
    assert_int_equal(device.update.trust.counter, 2);
    assert_int_equal(device.counters[SIGNET_COUNTER_TRUST], 2);
    /* The session was opened anew, under the new list, and that was all. */
    assert_int_equal(told(SIGNET_AGENT_ONLINE), 2);
    assert_int_equal(told(SIGNET_AGENT_OFFLINE), 0);
    assert_int_equal(told(SIGNET_AGENT_MESSAGE_REFUSED), 0);
    agent_device_run(&device, 16 * HOUR_MS);
    assert_int_equal(device.service.certificates, 2);
    assert_int_equal(device.service.trust_counter, 2);
    device.service.offer_list = signet_view(NULL, 0);
    signing_buffer_free(&list);
}

static void list_and_image_come_together(void **state)
{
    signing_buffer list = agent_service_list(&device.service, 2);

    (void)state;
    agent_device_online(&device);
    device.service.offer_list = signing_view(&list);
    install();
    assert_int_equal(device.update.trust.counter, 2);
    signing_buffer_free(&list);
}

static void assert_list_refused(signing_buffer list, signet_status why)
{
    unsigned online = told(SIGNET_AGENT_ONLINE);

    device.events[SIGNET_AGENT_MESSAGE_REFUSED].last = SIGNET_OK;
    offer_list(&list);
    assert_int_equal(agent_device_last(&device, SIGNET_AGENT_MESSAGE_REFUSED),
                     why);
    assert_int_equal(device.update.trust.counter, 1);
    assert_int_equal(told(SIGNET_AGENT_ONLINE), online);
    assert_true(device.agent.connected);
    device.service.offer_list = signet_view(NULL, 0);
    signing_buffer_free(&list);
}

/* What would cut the device off is not stored. */
static void list_that_does_not_serve_is_refused(void **state)
{
    static const uint32_t needed[] = {SIGNET_PURPOSE_BROKER_CA,
                                      SIGNET_PURPOSE_OPERATIONAL_ISSUER,
                                      SIGNET_PURPOSE_SERVICE};
    size_t i;

    (void)state;
    agent_device_online(&device);
    for (i = 0; i < 3; i++) {
        assert_list_refused(
            agent_service_list_but(&device.service, 2, needed[i], 0),
            SIGNET_ERR_MISSING);
        assert_list_refused(
            agent_service_list_but(&device.service, 2, 0, needed[i]),
            SIGNET_ERR_DEVELOPMENT_KEY);
    }
    agent_device_run(&device, 16 * HOUR_MS);
    assert_int_equal(device.service.certificates, 2);
}

static void forged_list_is_refused(void **state)
{
    signing_buffer list = agent_service_list(&device.service, 2);

    (void)state;
    agent_device_online(&device);
    list.ptr[list.len - 1] ^= 1;
    assert_list_refused(list, SIGNET_ERR_SIGNATURE);
}

static void list_in_force_is_no_news(void **state)
{
    signing_buffer list = agent_service_list(&device.service, 1);

    (void)state;
    agent_device_online(&device);
    offer_list(&list);
    assert_int_equal(told(SIGNET_AGENT_MESSAGE_REFUSED), 0);
    assert_int_equal(told(SIGNET_AGENT_ONLINE), 1);
    signing_buffer_free(&list);
}

static void start_needs_a_list_that_serves(void **state)
{
    signing_buffer list =
        agent_service_list_but(&device.service, 1, 0, SIGNET_PURPOSE_SERVICE);

    (void)state;
    assert_int_equal(signet_items_put(&device.kit.factory,
                                      SIGNET_UPDATE_ITEM_TRUST,
                                      signing_view(&list)),
                     SIGNET_OK);
    assert_int_equal(agent_device_try_boot(&device),
                     SIGNET_ERR_DEVELOPMENT_KEY);
    device.update_config.policy.accept_development = true;
    assert_int_equal(agent_device_try_boot(&device), SIGNET_OK);
    signing_buffer_free(&list);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(downloads_installs_and_confirms),
        TEST(confirms_once),
        TEST(asks_again_only_as_often_as_told),
        TEST(repeats_a_query_that_nobody_answers),
        TEST(goes_on_after_a_reset),
        TEST(newer_offer_replaces_what_is_ready),
        TEST(bad_blocks_are_refused_and_asked_for_again),
        TEST(broken_source_is_not_hammered),
        TEST(silent_source_is_not_hammered),
        TEST(source_that_recovered_is_trusted_again),
        TEST(block_larger_than_the_messengers_buffer),
        TEST(repeated_block_is_harmless),
        TEST(malformed_replies_are_refused),
        TEST(each_refused_offer_has_its_own_status),
        TEST(offer_signed_by_a_stranger),
        TEST(offer_with_a_flipped_bit),
        TEST(refused_trial_is_reverted),
        TEST(trial_without_end_waits_for_the_watchdog),
        TEST(confirmation_is_tried_again),
        TEST(new_trust_list_comes_into_force),
        TEST(list_and_image_come_together),
        TEST(list_that_does_not_serve_is_refused),
        TEST(forged_list_is_refused),
        TEST(list_in_force_is_no_news),
        TEST(start_needs_a_list_that_serves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
