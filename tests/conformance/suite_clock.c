/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

#define NEAR_ZERO_MS 10000u
#define SLEEP_MS 1000u

static void CLOCK_1_starts_near_zero(void **state)
{
    conformance_clock *f = *state;
    assert_true(f->clock.ops->uptime_ms(f->clock.ctx) < NEAR_ZERO_MS);
}

static void CLOCK_1_never_runs_backwards(void **state)
{
    conformance_clock *f = *state;
    uint64_t last = 0;
    for (int i = 0; i < 10000; i++) {
        uint64_t now = f->clock.ops->uptime_ms(f->clock.ctx);
        assert_true(now >= last);
        last = now;
    }
}

/* A sleeper wakes late, never early, so the upper bound is loose. */
static void CLOCK_2_advances_in_real_time(void **state)
{
    conformance_clock *f = *state;
    uint64_t before = f->clock.ops->uptime_ms(f->clock.ctx);
    f->sleep_ms(f->arg, SLEEP_MS);
    uint64_t passed = f->clock.ops->uptime_ms(f->clock.ctx) - before;
    assert_in_range(passed, SLEEP_MS - SLEEP_MS / 100, SLEEP_MS * 3);
}

static void CLOCK_3_wall_is_unknown_until_set(void **state)
{
    conformance_clock *f = *state;
    if (f->keeps_wall) {
        skip();
    }
    assert_true(f->clock.ops->wall_s(f->clock.ctx) == 0);
}

static void CLOCK_3_set_wall_takes_effect(void **state)
{
    conformance_clock *f = *state;
    uint64_t when = 1800000000u;
    f->clock.ops->set_wall(f->clock.ctx, when);
    uint64_t now = f->clock.ops->wall_s(f->clock.ctx);
    assert_in_range(now, when, when + 1);
    f->clock.ops->set_wall(f->clock.ctx, when - 500);
    now = signet_now(&f->clock).wall_s;
    assert_in_range(now, when - 500, when - 499);
    f->sleep_ms(f->arg, 2 * SLEEP_MS);
    now = f->clock.ops->wall_s(f->clock.ctx);
    assert_in_range(now, when - 499, when - 490);
}

#define TEST(f) cmocka_unit_test_prestate(f, fixture)

int conformance_clock_run(conformance_clock *fixture)
{
    const struct CMUnitTest tests[] = {
        TEST(CLOCK_1_starts_near_zero),
        TEST(CLOCK_1_never_runs_backwards),
        TEST(CLOCK_2_advances_in_real_time),
        TEST(CLOCK_3_wall_is_unknown_until_set),
        TEST(CLOCK_3_set_wall_takes_effect),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
