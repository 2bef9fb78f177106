/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "signet/cloud.h"

#include <string.h>

/* Gives the values of a list, then fails. */
typedef struct script {
    const uint32_t *values;
    size_t count;
    size_t at;
} script;

static signet_status from_script(void *ctx, uint8_t *out, size_t len)
{
    script *s = (script *)ctx;

    assert_int_equal(len, 4);
    if (s->at == s->count) {
        return SIGNET_ERR_ENTROPY;
    }
    memcpy(out, &s->values[s->at++], 4);
    return SIGNET_OK;
}

/* xorshift64*: repeatable, and good enough to see a bias. */
static signet_status from_xorshift(void *ctx, uint8_t *out, size_t len)
{
    uint64_t *x = (uint64_t *)ctx;

    for (size_t i = 0; i < len; i++) {
        *x ^= *x >> 12;
        *x ^= *x << 25;
        *x ^= *x >> 27;
        out[i] = (uint8_t)((*x * 0x2545F4914F6CDD1Du) >> 56);
    }
    return SIGNET_OK;
}

static void bounds_double_up_to_max(void **state)
{
    static const uint32_t upper[] = {1000, 2000, 4000, 8000, 10000, 10000};
    uint64_t seed = 42;
    const signet_entropy rng = {from_xorshift, &seed};
    signet_backoff backoff;

    (void)state;
    for (int run = 0; run < 1000; run++) {
        signet_backoff_init(&backoff, 1000, 10000);
        for (size_t i = 0; i < 6; i++) {
            assert_in_range(signet_backoff_next(&backoff, &rng), 500, upper[i]);
        }
        signet_backoff_reset(&backoff);
        assert_in_range(signet_backoff_next(&backoff, &rng), 500, 1000);
    }
}

static void a_failing_source_gives_the_upper_bound(void **state)
{
    script none = {NULL, 0, 0};
    const signet_entropy rng = {from_script, &none};
    signet_backoff backoff;

    (void)state;
    signet_backoff_init(&backoff, 1000, 3000);
    assert_int_equal(signet_backoff_next(&backoff, &rng), 1000);
    assert_int_equal(signet_backoff_next(&backoff, &rng), 2000);
    assert_int_equal(signet_backoff_next(&backoff, &rng), 3000);
    assert_int_equal(signet_backoff_next(&backoff, &rng), 3000);
}

/* Six values, 2^32 = 6 * 715827882 + 4: the last four draws would favour the
 * small ones and are drawn again. */
static void draws_that_would_bias_are_refused(void **state)
{
    static const uint32_t values[] = {0xFFFFFFFFu, 0xFFFFFFFCu, 0xFFFFFFFBu};
    script s = {values, 3, 0};
    const signet_entropy rng = {from_script, &s};
    signet_backoff backoff;

    (void)state;
    signet_backoff_init(&backoff, 10, 10);
    assert_int_equal(signet_backoff_next(&backoff, &rng), 5 + 0xFFFFFFFBu % 6u);
    assert_int_equal(s.at, 3);
}

static void every_value_is_as_likely(void **state)
{
    uint64_t seed = 7;
    const signet_entropy rng = {from_xorshift, &seed};
    signet_backoff backoff;
    unsigned counts[7] = {0};

    (void)state;
    signet_backoff_init(&backoff, 12, 12);
    for (int i = 0; i < 70000; i++) {
        counts[signet_backoff_next(&backoff, &rng) - 6]++;
    }
    for (size_t i = 0; i < 7; i++) {
        assert_in_range(counts[i], 9500, 10500);
    }
}

static signet_status stuck(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    memset(out, 0xFF, len);
    return SIGNET_OK;
}

static void extremes(void **state)
{
    static const uint32_t values[] = {0xFFFFFFFFu};
    script s = {values, 1, 0};
    const signet_entropy scripted = {from_script, &s};
    const signet_entropy rng = {stuck, NULL};
    signet_backoff backoff;

    (void)state;
    /* A source that is stuck at what has to be refused: no endless loop. */
    signet_backoff_init(&backoff, 10, 10);
    assert_int_equal(signet_backoff_next(&backoff, &rng), 10);
    /* The whole range of 32 bits. */
    signet_backoff_init(&backoff, 1, UINT32_MAX);
    backoff.attempts = 40;
    assert_int_equal(signet_backoff_next(&backoff, &scripted), UINT32_MAX);
    /* 0 and a maximum below the base are corrected. */
    signet_backoff_init(&backoff, 0, 0);
    assert_in_range(signet_backoff_next(&backoff, &rng), 0, 1);
    signet_backoff_init(&backoff, 100, 10);
    assert_int_equal(backoff.max_ms, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_double_up_to_max),
        cmocka_unit_test(a_failing_source_gives_the_upper_bound),
        cmocka_unit_test(draws_that_would_bias_are_refused),
        cmocka_unit_test(every_value_is_as_likely),
        cmocka_unit_test(extremes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
