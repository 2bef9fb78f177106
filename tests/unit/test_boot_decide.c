/* SPDX-License-Identifier: MIT */
/* The boot decision: trial, confirmation, revert, fall-back, counters. */
#include "device.h"

#include "cmocka_all.h"

#include <string.h>

static struct device device;
static struct release first;
static struct release second;

static int set_up(void **state)
{
    (void)state;
    release_new(&first, 1, RELEASE_SIZE, RELEASE_CHUNK);
    release_sign(&first, KEY_FIRMWARE);
    release_new(&second, 2, RELEASE_SIZE + 9, RELEASE_CHUNK);
    second.fields.security_counter = 2;
    second.fields.version = "1.1.0";
    release_sign(&second, KEY_SECOND);
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

static void damage(uint32_t slot)
{
    device.ram.bytes[device.slots[slot].base + 100] ^= 1;
}

static void expect_boot(uint64_t sequence, signet_image_state state)
{
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.handoff.sequence, sequence);
    assert_int_equal(device.handoff.state, state);
    assert_int_equal(device.decision.slot, sequence == 2 ? 1 : 0);
}

static void install(void)
{
    assert_int_equal(device_install(&device, &second), SIGNET_OK);
}

static void the_hand_off_describes_the_image(void **state)
{
    (void)state;
    install();
    expect_boot(2, SIGNET_IMAGE_TRIAL);
    assert_int_equal(device.handoff.slot, 1);
    assert_int_equal(device.handoff.security_counter, 2);
    assert_string_equal(device.handoff.version, "1.1.0");
    assert_memory_equal(device.handoff.measurement, second.fields.digest, 32);
    assert_memory_equal(device.handoff.root_key, device.root.public_key, 64);
    assert_memory_equal(device.handoff.signer, device.decision.manifest.signer,
                        32);
}

static void a_trial_is_confirmed_by_the_application(void **state)
{
    (void)state;
    install();
    expect_boot(2, SIGNET_IMAGE_TRIAL);
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
    expect_boot(2, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(device_state(&device).active, 1);
}

static void the_counter_is_raised_at_the_first_boot_after(void **state)
{
    (void)state;
    const uint32_t *counter = &device.counters[SIGNET_COUNTER_SECURITY];

    assert_int_equal(*counter, 1);
    install();
    assert_int_equal(*counter, 1);
    expect_boot(2, SIGNET_IMAGE_TRIAL);
    assert_int_equal(*counter, 1);
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
    assert_int_equal(*counter, 1);
    expect_boot(2, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(*counter, 2);
    assert_int_equal(device.decision.counter_status, SIGNET_OK);
}

static void a_trial_is_reverted_after_its_tries(void **state)
{
    (void)state;
    install();
    for (unsigned i = 1; i <= device.config.max_tries; i++) {
        expect_boot(2, SIGNET_IMAGE_TRIAL);
        assert_int_equal(device_state(&device).tries, i);
    }
    expect_boot(1, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(device_state(&device).slot_state[1],
                     SIGNET_IMAGE_REVERTED);
    assert_int_equal(device_state(&device).reverted_sequence, 2);
    assert_int_equal(device.counters[SIGNET_COUNTER_SECURITY], 1);
    expect_boot(1, SIGNET_IMAGE_CONFIRMED);
}

static void what_was_reverted_is_not_tried_again(void **state)
{
    (void)state;
    struct release third;

    a_trial_is_reverted_after_its_tries(NULL);
    assert_int_equal(device_offer(&device, &second), SIGNET_ERR_REVERTED);
    release_new(&third, 3, RELEASE_SIZE, RELEASE_CHUNK);
    release_sign(&third, KEY_FIRMWARE);
    assert_int_equal(device_install(&device, &third), SIGNET_OK);
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.handoff.sequence, 3);
    assert_int_equal(device_state(&device).reverted_sequence, 2);
    release_free(&third);
}

/* Damaged before its first start: not the release's fault. */
static void a_damaged_pending_image_may_be_fetched_again(void **state)
{
    (void)state;
    install();
    damage(1);
    expect_boot(1, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(device_state(&device).slot_state[1], SIGNET_IMAGE_NONE);
    install();
    expect_boot(2, SIGNET_IMAGE_TRIAL);
}

static void a_trial_that_damages_itself_is_reverted(void **state)
{
    (void)state;
    install();
    expect_boot(2, SIGNET_IMAGE_TRIAL);
    damage(1);
    expect_boot(1, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(device_state(&device).reverted_sequence, 2);
}

static void confirm_both(void)
{
    second.fields.security_counter = 1;
    release_sign(&second, KEY_SECOND);
    install();
    expect_boot(2, SIGNET_IMAGE_TRIAL);
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
}

static void the_former_image_stands_in_for_a_damaged_one(void **state)
{
    (void)state;
    confirm_both();
    damage(1);
    expect_boot(1, SIGNET_IMAGE_CONFIRMED);
    /* The damaged slot is repaired by the same release. */
    install();
    assert_int_equal(device_state(&device).active, 0);
    expect_boot(2, SIGNET_IMAGE_TRIAL);
}

static void a_fall_back_below_the_counter_does_not_boot(void **state)
{
    (void)state;
    install();
    expect_boot(2, SIGNET_IMAGE_TRIAL);
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
    expect_boot(2, SIGNET_IMAGE_CONFIRMED);
    damage(1);
    assert_int_equal(device_boot(&device), SIGNET_ERR_NO_IMAGE);
    assert_int_equal(device.decision.verdict, SIGNET_BOOT_REJECT);
    assert_int_equal(device.decision.manifest.size, 0);
}

static void nothing_boots_when_nothing_verifies(void **state)
{
    (void)state;
    damage(0);
    assert_int_equal(device_boot(&device), SIGNET_ERR_NO_IMAGE);
}

/* A trial whose try cannot be counted could go on for ever. */
static void a_trial_that_cannot_be_counted_is_not_started(void **state)
{
    (void)state;
    install();
    device.ram.steps = 0;
    device.ram.fail_step = 1;
    assert_int_equal(device_boot(&device), SIGNET_OK);
    assert_int_equal(device.handoff.sequence, 1);
    device.ram.fail_step = 0;
    expect_boot(2, SIGNET_IMAGE_TRIAL);
}

/* A counter that fails is told; the confirmed image runs. */
static signet_status raise_fails(void *ctx, signet_counter_id id,
                                 uint32_t value)
{
    (void)ctx;
    (void)value;
    return id == SIGNET_COUNTER_SECURITY ? SIGNET_ERR_COUNTER : SIGNET_OK;
}

static void an_exhausted_counter_does_not_brick(void **state)
{
    (void)state;
    signet_counter_ops ops = *device.config.counter.ops;

    install();
    expect_boot(2, SIGNET_IMAGE_TRIAL);
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
    ops.raise = raise_fails;
    device.config.counter.ops = &ops;
    expect_boot(2, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(device.decision.counter_status, SIGNET_ERR_COUNTER);
}

static void a_counter_that_cannot_be_read_boots_nothing(void **state)
{
    (void)state;
    device.counter_status = SIGNET_ERR_COUNTER;
    assert_int_equal(device_boot(&device), SIGNET_ERR_COUNTER);
    assert_int_equal(device.decision.verdict, SIGNET_BOOT_REJECT);
}

static void an_expired_image_still_boots(void **state)
{
    (void)state;
    static const signet_time before = {0, 5};

    second.fields.not_after_s = 10;
    release_sign(&second, KEY_FIRMWARE);
    assert_int_equal(
        signet_update_offer(&device.update, release_manifest(&second), before),
        SIGNET_OK);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    expect_boot(2, SIGNET_IMAGE_TRIAL);
}

static void confirming_what_is_no_trial_is_refused(void **state)
{
    (void)state;
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_OK);
    install();
    device.handoff.slot = 1; /* not what was booted */
    assert_int_equal(signet_update_confirm(&device.update), SIGNET_ERR_STATE);
}

static void damaged_state_is_told(void **state)
{
    (void)state;
    static const uint8_t short_item[3] = {1};
    static const uint8_t long_item[40] = {1};
    static const uint8_t future[16] = {2};
    static const uint8_t wrong_state[16] = {1, 9};
    static const uint8_t wrong_slot[16] = {1, 0, 0, 0, 2};
    static const uint8_t reserved[16] = {1, 0, 0, 0, 0, 1};
    const struct {
        signet_bytes item;
        signet_status status;
    } cases[] = {
        {{short_item, sizeof short_item}, SIGNET_ERR_CORRUPT},
        {{long_item, sizeof long_item}, SIGNET_ERR_CORRUPT},
        {{future, sizeof future}, SIGNET_ERR_VERSION},
        {{wrong_state, sizeof wrong_state}, SIGNET_ERR_CORRUPT},
        {{wrong_slot, sizeof wrong_slot}, SIGNET_ERR_CORRUPT},
        {{reserved, sizeof reserved}, SIGNET_ERR_CORRUPT},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(signet_items_put(&device.items,
                                          SIGNET_UPDATE_ITEM_STATE,
                                          cases[i].item),
                         SIGNET_OK);
        assert_int_equal(device_boot(&device), cases[i].status);
    }
}

/* ---- factory ---- */

static void the_factory_verifies_as_the_bootloader_does(void **state)
{
    (void)state;
    device_free(&device);
    device_new(&device, &device_small);
    release_sign(&first, KEY_FOREIGN);
    assert_int_equal(device_factory(&device, &first), SIGNET_ERR_KEY_ID);
    release_sign(&first, KEY_FIRMWARE);
    first.image.ptr[5] ^= 1;
    assert_int_equal(device_factory(&device, &first), SIGNET_ERR_IMAGE_DIGEST);
    first.image.ptr[5] ^= 1;
    first.fields.slot = 1;
    release_sign(&first, KEY_FIRMWARE);
    assert_int_equal(device_factory(&device, &first), SIGNET_ERR_SLOT);
    assert_int_equal(device_boot(&device), SIGNET_ERR_NOT_FOUND);
    first.fields.slot = 0;
    release_sign(&first, KEY_FIRMWARE);
    assert_int_equal(device_factory(&device, &first), SIGNET_OK);
    expect_boot(1, SIGNET_IMAGE_CONFIRMED);
    assert_int_equal(device.counters[SIGNET_COUNTER_TRUST], 1);
}

static void the_factory_checks_its_arguments(void **state)
{
    (void)state;
    static const uint8_t big[SIGNET_TRUST_MAX_SIZE + 1];
    signet_bytes one = signet_view(big, 1);

    assert_int_equal(
        signet_update_factory(&device.config, &device.memory, one, one, 2),
        SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_update_factory(&device.config, &device.memory,
                                           signet_view(big, sizeof big), one,
                                           0),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(signet_update_factory(&device.config, &device.memory, one,
                                           signet_view(big, sizeof big), 0),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(signet_update_factory(&device.config, &device.memory,
                                           signet_view(NULL, 0), one, 0),
                     SIGNET_ERR_TRUNCATED);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_hand_off_describes_the_image),
        TEST(a_trial_is_confirmed_by_the_application),
        TEST(the_counter_is_raised_at_the_first_boot_after),
        TEST(a_trial_is_reverted_after_its_tries),
        TEST(what_was_reverted_is_not_tried_again),
        TEST(a_damaged_pending_image_may_be_fetched_again),
        TEST(a_trial_that_damages_itself_is_reverted),
        TEST(the_former_image_stands_in_for_a_damaged_one),
        TEST(a_fall_back_below_the_counter_does_not_boot),
        TEST(nothing_boots_when_nothing_verifies),
        TEST(a_trial_that_cannot_be_counted_is_not_started),
        TEST(an_exhausted_counter_does_not_brick),
        TEST(a_counter_that_cannot_be_read_boots_nothing),
        TEST(an_expired_image_still_boots),
        TEST(confirming_what_is_no_trial_is_refused),
        TEST(damaged_state_is_told),
        TEST(the_factory_verifies_as_the_bootloader_does),
        TEST(the_factory_checks_its_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
