/* SPDX-License-Identifier: MIT */
/* Offers: each reason to refuse a manifest that is properly signed; and the
 * renewal of the trust list. */
#include "device.h"

#include "cmocka_all.h"

#include <string.h>

static struct device device;
static struct release first;
static struct release second;
static const signet_time no_time = {0, 0};

static int set_up(void **state)
{
    (void)state;
    release_new(&first, 5, RELEASE_SIZE, RELEASE_CHUNK);
    first.fields.security_counter = 4;
    release_sign(&first, KEY_FIRMWARE);
    release_new(&second, 6, RELEASE_SIZE, RELEASE_CHUNK);
    second.fields.security_counter = 4;
    device_make(&device, &device_small, &first);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    device_free(&device);
    release_free(&first);
    release_free(&second);
    return 0;
}

static signet_status offer_at(signet_time now)
{
    release_sign(&second, KEY_FIRMWARE);
    return signet_update_offer(&device.update, release_manifest(&second), now);
}

/* Refused, by name, and nothing was written. */
static void expect(signet_status expected)
{
    uint32_t steps = device.ram.steps;
    signet_status status = offer_at(no_time);

    assert_int_equal(status, expected);
    assert_int_equal(device.update.refusal, expected);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_REFUSED);
    assert_int_equal(device.ram.steps, steps);
}

static void another_vendor_is_refused(void **state)
{
    (void)state;
    second.fields.vendor_id[15] ^= 1;
    expect(SIGNET_ERR_VENDOR);
}

static void another_class_is_refused(void **state)
{
    (void)state;
    second.fields.class_id[0] ^= 0x80;
    expect(SIGNET_ERR_CLASS);
}

static void another_component_is_refused(void **state)
{
    (void)state;
    second.fields.component = 1;
    expect(SIGNET_ERR_COMPONENT);
}

static void the_running_slot_is_refused(void **state)
{
    (void)state;
    second.fields.slot = 0;
    expect(SIGNET_ERR_SLOT);
    second.fields.slot = 1;
    assert_int_equal(offer_at(no_time), SIGNET_OK);
}

static void an_older_or_equal_sequence_is_refused(void **state)
{
    (void)state;
    second.fields.sequence = 5;
    expect(SIGNET_ERR_SEQUENCE);
    second.fields.sequence = 1;
    expect(SIGNET_ERR_SEQUENCE);
}

/* Sequences of 63 and 64 bits compare without a sign. */
static void the_largest_sequence_is_newer(void **state)
{
    (void)state;
    second.fields.sequence = UINT64_MAX - 1;
    assert_int_equal(offer_at(no_time), SIGNET_OK);
}

static void a_lower_security_counter_is_refused(void **state)
{
    (void)state;
    second.fields.security_counter = 3;
    expect(SIGNET_ERR_DOWNGRADE);
    device.counters[SIGNET_COUNTER_SECURITY] = 9;
    second.fields.security_counter = 8;
    expect(SIGNET_ERR_DOWNGRADE);
    second.fields.security_counter = 9;
    assert_int_equal(offer_at(no_time), SIGNET_OK);
}

static void a_security_counter_compares_without_a_sign(void **state)
{
    (void)state;
    device.counters[SIGNET_COUNTER_SECURITY] = 0x80000000u;
    second.fields.security_counter = 0x7FFFFFFFu;
    expect(SIGNET_ERR_DOWNGRADE);
    second.fields.security_counter = 0xFFFFFFFEu;
    assert_int_equal(offer_at(no_time), SIGNET_OK);
}

static void a_failing_counter_stops_the_update_before_it_begins(void **state)
{
    (void)state;
    device.counter_status = SIGNET_ERR_COUNTER;
    expect(SIGNET_ERR_COUNTER);
}

static void an_expired_manifest_is_refused_when_the_time_is_known(void **state)
{
    (void)state;
    static const signet_time before = {0, 1999};
    static const signet_time then = {0, 2000};
    static const signet_time after = {0, 2001};

    second.fields.not_after_s = 2000;
    assert_int_equal(offer_at(after), SIGNET_ERR_EXPIRED);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_REFUSED);
    assert_int_equal(offer_at(then), SIGNET_OK);
    tear_down(NULL);
    set_up(NULL);
    second.fields.not_after_s = 2000;
    assert_int_equal(offer_at(before), SIGNET_OK);
    tear_down(NULL);
    set_up(NULL);
    second.fields.not_after_s = 2000;
    assert_int_equal(offer_at(no_time), SIGNET_OK);
}

static void dependencies_must_be_met(void **state)
{
    (void)state;
    second.fields.dependency_count = 1;
    second.fields.dependencies[0].component = 0;
    second.fields.dependencies[0].min_sequence = 6;
    expect(SIGNET_ERR_DEPENDENCY);
    second.fields.dependencies[0].component = 7;
    second.fields.dependencies[0].min_sequence = 0;
    expect(SIGNET_ERR_DEPENDENCY);
    second.fields.dependencies[0].component = 0;
    second.fields.dependencies[0].min_sequence = 5;
    assert_int_equal(offer_at(no_time), SIGNET_OK);
}

static void an_image_larger_than_the_slot_is_refused(void **state)
{
    (void)state;
    second.fields.size = device_small.slot_size + 1;
    expect(SIGNET_ERR_IMAGE_SIZE);
    second.fields.size = UINT32_MAX;
    expect(SIGNET_ERR_IMAGE_SIZE);
}

static void a_chunk_that_fits_no_erase_block_is_refused(void **state)
{
    (void)state;
    device.slots[1].erase_size = 384;
    expect(SIGNET_ERR_CHUNK_SIZE);
}

static void sizes_are_checked_before_anything_is_copied(void **state)
{
    (void)state;
    static const uint8_t big[SIGNET_MANIFEST_MAX_SIZE + 1];

    assert_int_equal(signet_update_offer(&device.update,
                                         signet_view(big, sizeof big), no_time),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(
        signet_update_offer(&device.update, signet_view(NULL, 0), no_time),
        SIGNET_ERR_TRUNCATED);
}

/* The other slot is what a failing trial falls back to. */
static void nothing_is_received_during_a_trial(void **state)
{
    (void)state;
    struct release third;

    release_new(&third, 7, RELEASE_SIZE, RELEASE_CHUNK);
    third.fields.security_counter = 4;
    release_sign(&third, KEY_FIRMWARE);
    assert_int_equal(offer_at(no_time), SIGNET_OK);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.handoff.state, SIGNET_IMAGE_TRIAL);
    assert_int_equal(device_offer(&device, &third), SIGNET_ERR_STATE);
    assert_true(device_slot_holds(&device, 0, &first));
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
    assert_int_equal(device_install(&device, &third), SIGNET_OK);
    assert_true(device_slot_holds(&device, 0, &third));
    release_free(&third);
}

/* ---- trust list ---- */

static void a_newer_list_is_stored_and_counts(void **state)
{
    (void)state;
    signing_buffer list = release_narrow_list(2, KEY_FIRMWARE);

    assert_int_equal(signet_update_trust(&device.update, signing_view(&list)),
                     SIGNET_OK);
    assert_int_equal(device.counters[SIGNET_COUNTER_TRUST], 2);
    assert_int_equal(device.update.trust.count, 1);
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.update.trust.counter, 2);
    release_sign(&second, KEY_SECOND);
    assert_int_equal(device_offer(&device, &second), SIGNET_ERR_KEY_ID);
    assert_int_equal(offer_at(no_time), SIGNET_OK);
    signing_buffer_free(&list);
}

static void expect_list(signing_buffer list, signet_status expected)
{
    assert_int_equal(signet_update_trust(&device.update, signing_view(&list)),
                     expected);
    assert_int_equal(device.counters[SIGNET_COUNTER_TRUST], 1);
    assert_int_equal(device.update.trust.counter, 1);
    assert_int_equal(device.update.trust.count, 5);
    signing_buffer_free(&list);
}

/* A list that is refused leaves the old one in force, in the middle of a
 * download as well. */
static void a_refused_list_changes_nothing(void **state)
{
    (void)state;
    static const uint8_t big[SIGNET_TRUST_MAX_SIZE + 1];
    signing_buffer forged = release_trust_list(2);
    uint32_t steps = 0;

    assert_int_equal(offer_at(no_time), SIGNET_OK);
    assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    steps = device.ram.steps;
    forged.ptr[forged.len / 2] ^= 1;
    expect_list(forged, SIGNET_ERR_SIGNATURE);
    expect_list(release_trust_list(1), SIGNET_ERR_TRUST_COUNTER);
    /* It would leave nothing that boots. */
    expect_list(release_narrow_list(2, KEY_SECOND), SIGNET_ERR_REVOKED);
    assert_int_equal(
        signet_update_trust(&device.update, signet_view(big, sizeof big)),
        SIGNET_ERR_TOO_LARGE);
    assert_int_equal(signet_update_trust(&device.update, signet_view(NULL, 0)),
                     SIGNET_ERR_TRUNCATED);
    assert_int_equal(device.ram.steps, steps);
    assert_int_equal(device.update.offset, RELEASE_CHUNK);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
}

/* The key of a running download, or of an installed image, is revoked. */
static void a_revoked_key_installs_nothing(void **state)
{
    (void)state;
    for (int installed = 0; installed < 2; installed++) {
        signing_buffer list = release_narrow_list(2, KEY_FIRMWARE);

        release_sign(&second, KEY_SECOND);
        assert_int_equal(device_offer(&device, &second), SIGNET_OK);
        if (installed == 1) {
            assert_int_equal(device_download(&device, &second), SIGNET_OK);
        }
        assert_int_equal(
            signet_update_trust(&device.update, signing_view(&list)),
            SIGNET_OK);
        assert_int_equal(device.update.phase, SIGNET_UPDATE_REFUSED);
        assert_int_equal(device.update.refusal, SIGNET_ERR_KEY_ID);
        assert_int_equal(device_reset(&device), SIGNET_OK);
        assert_int_equal(device.handoff.sequence, 5);
        assert_int_equal(device.update.phase, SIGNET_UPDATE_IDLE);
        signing_buffer_free(&list);
        tear_down(NULL);
        set_up(NULL);
    }
}

static void a_download_goes_on_under_a_list_that_keeps_its_key(void **state)
{
    (void)state;
    signing_buffer list = release_narrow_list(2, KEY_FIRMWARE);

    assert_int_equal(offer_at(no_time), SIGNET_OK);
    assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    assert_int_equal(signet_update_trust(&device.update, signing_view(&list)),
                     SIGNET_OK);
    assert_int_equal(device.update.offset, RELEASE_CHUNK);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
    signing_buffer_free(&list);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(another_vendor_is_refused),
        TEST(another_class_is_refused),
        TEST(another_component_is_refused),
        TEST(the_running_slot_is_refused),
        TEST(an_older_or_equal_sequence_is_refused),
        TEST(the_largest_sequence_is_newer),
        TEST(a_lower_security_counter_is_refused),
        TEST(a_security_counter_compares_without_a_sign),
        TEST(a_failing_counter_stops_the_update_before_it_begins),
        TEST(an_expired_manifest_is_refused_when_the_time_is_known),
        TEST(dependencies_must_be_met),
        TEST(an_image_larger_than_the_slot_is_refused),
        TEST(a_chunk_that_fits_no_erase_block_is_refused),
        TEST(sizes_are_checked_before_anything_is_copied),
        TEST(nothing_is_received_during_a_trial),
        TEST(a_newer_list_is_stored_and_counts),
        TEST(a_refused_list_changes_nothing),
        TEST(a_revoked_key_installs_nothing),
        TEST(a_download_goes_on_under_a_list_that_keeps_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
