/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

static void BOOT_1_same_record_at_each_call(void **state)
{
    conformance_boot *f = *state;
    const signet_handoff *want = &f->expected;
    for (int i = 0; i < 2; i++) {
        signet_handoff got;
        assert_int_equal(f->boot.ops->handoff(f->boot.ctx, &got), SIGNET_OK);
        assert_int_equal(got.slot, want->slot);
        assert_int_equal(got.state, want->state);
        assert_int_equal(got.security_counter, want->security_counter);
        assert_true(got.sequence == want->sequence);
        assert_int_equal(got.boot_count, want->boot_count);
        assert_int_equal(got.reset_reason, want->reset_reason);
        assert_memory_equal(got.measurement, want->measurement, 32);
        assert_memory_equal(got.signer, want->signer, 32);
        assert_memory_equal(got.boot_seed, want->boot_seed, 32);
        assert_memory_equal(got.root_key, want->root_key, 64);
        assert_string_equal(got.version, want->version);
    }
}

static void BOOT_2_damaged_record(void **state)
{
    conformance_boot *f = *state;
    signet_handoff got;
    assert_int_equal(f->damaged.ops->handoff(f->damaged.ctx, &got),
                     SIGNET_ERR_CORRUPT);
}

static void BOOT_2_absent_record(void **state)
{
    conformance_boot *f = *state;
    signet_handoff got;
    assert_int_equal(f->absent.ops->handoff(f->absent.ctx, &got),
                     SIGNET_ERR_CORRUPT);
}

#define TEST(f) cmocka_unit_test_prestate(f, fixture)

int conformance_boot_run(conformance_boot *fixture)
{
    const struct CMUnitTest tests[] = {
        TEST(BOOT_1_same_record_at_each_call),
        TEST(BOOT_2_damaged_record),
        TEST(BOOT_2_absent_record),
    };
    return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
