/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

static signet_counter counter;

static void power_cycle(void **state)
{
    conformance_counter *f = *state;
    assert_int_equal(f->power_cycle(f->arg, &counter), SIGNET_OK);
}

static int setup(void **state)
{
    power_cycle(state);
    return 0;
}

static uint32_t value_of(signet_counter_id id)
{
    uint32_t value = 0;
    assert_int_equal(counter.ops->read(counter.ctx, id, &value), SIGNET_OK);
    return value;
}

static void raise_to(signet_counter_id id, uint32_t value)
{
    assert_int_equal(counter.ops->raise(counter.ctx, id, value), SIGNET_OK);
}

/* Relative to what is there: a counter cannot be set back for a test. */
static void COUNTER_1_raise_stores_larger_only(void **state)
{
    uint32_t start = value_of(SIGNET_COUNTER_TRUST);
    uint32_t other = value_of(SIGNET_COUNTER_SECURITY);
    (void)state;
    raise_to(SIGNET_COUNTER_TRUST, start + 5);
    assert_int_equal(value_of(SIGNET_COUNTER_TRUST), start + 5);
    raise_to(SIGNET_COUNTER_TRUST, start + 5);
    raise_to(SIGNET_COUNTER_TRUST, start + 1);
    assert_int_equal(value_of(SIGNET_COUNTER_TRUST), start + 5);
    assert_int_equal(value_of(SIGNET_COUNTER_SECURITY), other);
}

static void COUNTER_2_survives_power_loss(void **state)
{
    const signet_counter_id ids[] = {SIGNET_COUNTER_SECURITY,
                                     SIGNET_COUNTER_TRUST, SIGNET_COUNTER_BOOT};
    uint32_t want[3];
    for (int i = 0; i < 3; i++) {
        want[i] = value_of(ids[i]) + 3;
        raise_to(ids[i], want[i]);
    }
    power_cycle(state);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(value_of(ids[i]), want[i]);
    }
}

static void COUNTER_3_failing_store(void **state)
{
    conformance_counter *f = *state;
    uint32_t value;
    if (f->damage == NULL) {
        skip();
    }
    f->damage(f->arg);
    assert_int_equal(
        counter.ops->read(counter.ctx, SIGNET_COUNTER_BOOT, &value),
        SIGNET_ERR_COUNTER);
    assert_int_equal(
        counter.ops->raise(counter.ctx, SIGNET_COUNTER_BOOT, UINT32_MAX),
        SIGNET_ERR_COUNTER);
}

#define TEST(f)                                                                \
    cmocka_unit_test_prestate_setup_teardown(f, setup, NULL, fixture)

int conformance_counter_run(conformance_counter *fixture)
{
    const struct CMUnitTest tests[] = {
        TEST(COUNTER_1_raise_stores_larger_only),
        TEST(COUNTER_2_survives_power_loss),
        TEST(COUNTER_3_failing_store),
    };
    return cmocka_run_group_tests_name("counter", tests, NULL, NULL);
}
