/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

static signet_secret secret;

static int setup(void **state)
{
    conformance_secret *f = *state;
    assert_int_equal(f->power_cycle(f->arg, &secret), SIGNET_OK);
    return 0;
}

static void SECRET_1_same_bytes_for_life(void **state)
{
    uint8_t first[SIGNET_SECRET_SIZE];
    uint8_t again[SIGNET_SECRET_SIZE];
    const uint8_t zeros[SIGNET_SECRET_SIZE] = {0};
    assert_int_equal(secret.ops->read(secret.ctx, first), SIGNET_OK);
    assert_int_equal(secret.ops->read(secret.ctx, again), SIGNET_OK);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, zeros, sizeof first);
    (void)setup(state);
    assert_int_equal(secret.ops->read(secret.ctx, again), SIGNET_OK);
    assert_memory_equal(first, again, sizeof first);
}

static void SECRET_2_latch_holds_until_reset(void **state)
{
    uint8_t bytes[SIGNET_SECRET_SIZE];
    secret.ops->latch(secret.ctx);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_ERR_KEY);
    (void)setup(state);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_OK);
}

static void SECRET_3_blank_device(void **state)
{
    conformance_secret *f = *state;
    uint8_t bytes[SIGNET_SECRET_SIZE];
    assert_int_equal(f->blank(f->arg, &secret), SIGNET_OK);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_ERR_NOT_FOUND);
    assert_int_equal(secret.ops->life_cycle(secret.ctx), SIGNET_LIFE_UNKNOWN);
}

#define TEST(f)                                                                \
    cmocka_unit_test_prestate_setup_teardown(f, setup, NULL, fixture)

int conformance_secret_run(conformance_secret *fixture)
{
    const struct CMUnitTest tests[] = {
        TEST(SECRET_1_same_bytes_for_life),
        TEST(SECRET_2_latch_holds_until_reset),
        TEST(SECRET_3_blank_device),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
