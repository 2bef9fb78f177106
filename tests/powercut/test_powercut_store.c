/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include <stdio.h>

#include "store_boot.h"

static struct store_result total;

static void run(const struct store_subject *subject,
                const struct store_plan *plans, size_t count)
{
    unsigned long before = total.failures;

    for (size_t i = 0; i < count; i++) {
        struct store_result result = {0, 0};

        store_cut_everywhere(subject, &plans[i], &result);
        print_message("%s: %u blocks of %u, unit %u%s%s: %lu cuts\n",
                      subject->name, (unsigned)plans[i].geometry.blocks,
                      (unsigned)plans[i].geometry.erase_size,
                      (unsigned)plans[i].geometry.program_size,
                      plans[i].geometry.write_once ? ", once" : "",
                      plans[i].pairs ? ", pairs" : "", result.cuts);
        total.cuts += result.cuts;
        total.failures += result.failures;
        assert_true(result.cuts > 50);
    }
    assert_int_equal(total.failures, before);
}

static void a_cut_at_every_step_of_a_log(void **state)
{
    static const struct store_plan plans[] = {
        {{4, 256, 1, false}, 40, false}, {{4, 256, 2, false}, 60, false},
        {{5, 256, 4, true}, 60, false},  {{4, 512, 8, false}, 60, false},
        {{4, 512, 8, true}, 60, false},  {{4, 512, 16, true}, 60, false},
        {{3, 512, 32, false}, 60, false}};

    (void)state;
    run(store_log_subject(), plans, sizeof plans / sizeof plans[0]);
}

static void two_cuts_in_a_row_on_a_small_log(void **state)
{
    static const struct store_plan plans[] = {{{3, 128, 4, false}, 5, true},
                                              {{4, 256, 8, true}, 8, true},
                                              {{3, 256, 16, false}, 8, true}};

    (void)state;
    run(store_log_subject(), plans, sizeof plans / sizeof plans[0]);
}

static void a_cut_at_every_step_of_items(void **state)
{
    static const struct store_plan plans[] = {
        {{2, 256, 1, false}, 24, false}, {{2, 256, 2, false}, 30, false},
        {{4, 128, 4, true}, 40, false},  {{2, 512, 8, false}, 40, false},
        {{2, 512, 8, true}, 40, false},  {{2, 512, 16, true}, 40, false},
        {{2, 512, 32, false}, 40, false}};

    (void)state;
    run(store_items_subject(), plans, sizeof plans / sizeof plans[0]);
}

static void two_cuts_in_a_row_on_few_items(void **state)
{
    static const struct store_plan plans[] = {{{2, 256, 4, false}, 5, true},
                                              {{2, 256, 8, true}, 8, true},
                                              {{2, 512, 16, false}, 8, true}};

    (void)state;
    run(store_items_subject(), plans, sizeof plans / sizeof plans[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_at_every_step_of_a_log),
        cmocka_unit_test(two_cuts_in_a_row_on_a_small_log),
        cmocka_unit_test(a_cut_at_every_step_of_items),
        cmocka_unit_test(two_cuts_in_a_row_on_few_items),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    printf("powercut.store.cuts %lu count\n", total.cuts);
    printf("powercut.store.failures %lu count\n", total.failures);
    return failed;
}
