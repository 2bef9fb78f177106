/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include <string.h>

#include "guard.h"
#include "signet/bytes.h"

static void compares_views(void **state)
{
    const uint8_t abc[] = {'a', 'b', 'c'};
    const uint8_t abd[] = {'a', 'b', 'd'};

    (void)state;
    assert_true(signet_equal(signet_view(abc, 3), signet_view(abc, 3)));
    assert_false(signet_equal(signet_view(abc, 3), signet_view(abd, 3)));
    assert_false(signet_equal(signet_view(abc, 3), signet_view(abc, 2)));
    assert_true(signet_equal(signet_view(NULL, 0), signet_view(abc, 0)));
    assert_false(signet_equal(signet_view(NULL, 0), signet_view(abc, 1)));
}

static void compares_secrets_at_every_bit(void **state)
{
    uint8_t a[32];
    uint8_t b[32];

    (void)state;
    memset(a, 0xA5, sizeof a);
    memcpy(b, a, sizeof b);
    assert_true(signet_equal_secret(a, b, sizeof a));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(signet_equal_secret(a, b, sizeof a));
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    b[31] ^= 1;
    assert_true(signet_equal_secret(a, b, 31));
    assert_true(signet_equal_secret(a, b, 0));
}

static void wipes_exactly(void **state)
{
    uint8_t *guarded = guard_new(9);
    const uint8_t wiped[9] = {7};

    (void)state;
    memset(guarded, 7, 9);
    signet_wipe(guarded + 1, 8);
    assert_memory_equal(guarded, wiped, 9);
    signet_wipe(NULL, 0);
    guard_free(guarded, 9);
}

static void stores_and_loads_big_endian(void **state)
{
    const uint8_t bytes[] = {0xF1, 0xE2, 0xD3, 0xC4, 0xB5, 0xA6, 0x97, 0x88};
    uint8_t *out = guard_new(8);

    (void)state;
    assert_int_equal(signet_get_be16(bytes), 0xF1E2);
    assert_int_equal(signet_get_be32(bytes), 0xF1E2D3C4);
    assert_true(signet_get_be64(bytes) == 0xF1E2D3C4B5A69788);
    signet_put_be64(out, 0xF1E2D3C4B5A69788);
    assert_memory_equal(out, bytes, 8);
    signet_put_be32(out + 4, 0xF1E2D3C4);
    assert_memory_equal(out + 4, bytes, 4);
    signet_put_be16(out + 6, 0xF1E2);
    assert_memory_equal(out + 6, bytes, 2);
    guard_free(out, 8);
}

static void writes_hex(void **state)
{
    const uint8_t bytes[] = {0x00, 0x9F, 0xA0, 0xFF};
    char *out = (char *)guard_new(9);

    (void)state;
    signet_hex(bytes, sizeof bytes, out);
    assert_string_equal(out, "009fa0ff");
    signet_hex(bytes, 0, out);
    assert_string_equal(out, "");
    guard_free((uint8_t *)out, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_views),
        cmocka_unit_test(compares_secrets_at_every_bit),
        cmocka_unit_test(wipes_exactly),
        cmocka_unit_test(stores_and_loads_big_endian),
        cmocka_unit_test(writes_hex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
