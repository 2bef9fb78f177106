/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

#define ROUNDS 20000u

/* Not atomic on purpose: an increment is lost unless the section holds. The
 * pause between load and store makes room for the other task. */
typedef struct shared {
    const signet_lock *lock;
    volatile uint32_t value;
    volatile uint32_t inside;
    volatile uint32_t clashes;
} shared;

static void add_many(void *arg)
{
    shared *s = arg;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t state = s->lock->ops->enter(s->lock->ctx);
        s->clashes = s->clashes + s->inside;
        s->inside = 1;
        uint32_t value = s->value;
        for (volatile int pause = 0; pause < 8; pause = pause + 1) {
        }
        s->value = value + 1;
        s->inside = 0;
        s->lock->ops->exit(s->lock->ctx, state);
    }
}

static void LOCK_1_one_at_a_time(void **state)
{
    conformance_lock *f = *state;
    shared s = {&f->lock, 0, 0, 0};
    f->contend(f->arg, add_many, &s);
    add_many(&s);
    f->join(f->arg);
    assert_int_equal(s.clashes, 0);
    assert_int_equal(s.value, 2 * ROUNDS);
}

static void enter_and_leave(void *arg)
{
    shared *s = arg;
    uint32_t state = s->lock->ops->enter(s->lock->ctx);
    s->clashes = s->clashes + s->inside;
    s->value = s->value + 1;
    s->lock->ops->exit(s->lock->ctx, state);
}

static void LOCK_2_enter_from_an_interrupt(void **state)
{
    conformance_lock *f = *state;
    shared s = {&f->lock, 0, 0, 0};
    f->interrupt(f->arg, enter_and_leave, &s);
    assert_int_equal(s.value, 1);
}

/* An interrupt that is raised inside a section runs after its end. */
static void LOCK_2_section_holds_interrupts_off(void **state)
{
    conformance_lock *f = *state;
    shared s = {&f->lock, 0, 0, 0};
    uint32_t saved = f->lock.ops->enter(f->lock.ctx);
    s.inside = 1;
    f->interrupt(f->arg, enter_and_leave, &s);
    s.inside = 0;
    uint32_t seen = s.value;
    f->lock.ops->exit(f->lock.ctx, saved);
    assert_int_equal(seen, 0);
    assert_int_equal(s.clashes, 0);
    assert_int_equal(s.value, 1);
}

static void LOCK_2_pairs_nest(void **state)
{
    conformance_lock *f = *state;
    shared s = {&f->lock, 0, 0, 0};
    uint32_t outer = f->lock.ops->enter(f->lock.ctx);
    uint32_t inner = f->lock.ops->enter(f->lock.ctx);
    f->lock.ops->exit(f->lock.ctx, inner);
    f->interrupt(f->arg, enter_and_leave, &s);
    uint32_t seen = s.value;
    f->lock.ops->exit(f->lock.ctx, outer);
    assert_int_equal(seen, 0);
    assert_int_equal(s.value, 1);
}

#define TEST(f) cmocka_unit_test_prestate(f, fixture)

int conformance_lock_run(conformance_lock *fixture)
{
    const struct CMUnitTest tests[] = {
        TEST(LOCK_1_one_at_a_time),
        TEST(LOCK_2_enter_from_an_interrupt),
        TEST(LOCK_2_section_holds_interrupts_off),
        TEST(LOCK_2_pairs_nest),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
