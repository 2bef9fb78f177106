/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

#include <string.h>

#define FILLS 64u

static void RNG_1_fills_never_agree(void **state)
{
    const signet_entropy *rng = *state;
    static uint8_t fills[FILLS][32];
    for (size_t i = 0; i < FILLS; i++) {
        assert_int_equal(rng->fill(rng->ctx, fills[i], 32), SIGNET_OK);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(fills[i], fills[j], 32);
        }
    }
}

/* 2048 bits: fewer than 824 or more than 1224 ones is 8.8 sigma. */
static void RNG_1_bits_are_balanced(void **state)
{
    const signet_entropy *rng = *state;
    uint8_t data[256];
    int ones = 0;
    assert_int_equal(rng->fill(rng->ctx, data, sizeof data), SIGNET_OK);
    for (size_t i = 0; i < sizeof data * 8; i++) {
        ones += (data[i / 8] >> (i % 8)) & 1;
    }
    assert_in_range(ones, 824, 1224);
}

static void RNG_2_empty_fill_succeeds(void **state)
{
    const signet_entropy *rng = *state;
    assert_int_equal(rng->fill(rng->ctx, NULL, 0), SIGNET_OK);
}

static void RNG_3_writes_only_its_bytes(void **state)
{
    const signet_entropy *rng = *state;
    uint8_t data[64];
    for (size_t len = 0; len <= 32; len++) {
        memset(data, 0xA5, sizeof data);
        assert_int_equal(rng->fill(rng->ctx, data + 16, len), SIGNET_OK);
        for (size_t i = 0; i < sizeof data; i++) {
            if (i < 16 || i >= 16 + len) {
                assert_int_equal(data[i], 0xA5);
            }
        }
    }
}

#define TEST(f) cmocka_unit_test_prestate(f, source)

int conformance_entropy_run(signet_entropy *source)
{
    const struct CMUnitTest tests[] = {
        TEST(RNG_1_fills_never_agree),
        TEST(RNG_1_bits_are_balanced),
        TEST(RNG_2_empty_fill_succeeds),
        TEST(RNG_3_writes_only_its_bytes),
    };
    return cmocka_run_group_tests_name("entropy", tests, NULL, NULL);
}
