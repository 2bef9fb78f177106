/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include <string.h>

#include "guard.h"
#include "signet/cbor.h"

/* {1: 24, 2: h'AABB', 3: "hi", 4: [true, -500], -1: 18(0)} */
static const uint8_t sample[] = {
    0xA5, 0x01, 0x18, 0x18, 0x02, 0x42, 0xAA, 0xBB, 0x03, 0x62, 'h',
    'i',  0x04, 0x82, 0xF5, 0x39, 0x01, 0xF3, 0x20, 0xD2, 0x00,
};

static void put_sample(signet_cbor_writer *w)
{
    const uint8_t bytes[] = {0xAA, 0xBB};

    signet_cbor_put_map(w, 5);
    signet_cbor_put_uint(w, 1);
    signet_cbor_put_int(w, 24);
    signet_cbor_put_uint(w, 2);
    signet_cbor_put_bytes(w, signet_view(bytes, sizeof bytes));
    signet_cbor_put_uint(w, 3);
    signet_cbor_put_text(w, "hi");
    signet_cbor_put_uint(w, 4);
    signet_cbor_put_array(w, 2);
    signet_cbor_put_bool(w, true);
    signet_cbor_put_int(w, -500);
    signet_cbor_put_int(w, -1);
    signet_cbor_put_tag(w, 18);
    signet_cbor_put_encoded(w, signet_view(sample + sizeof sample - 1, 1));
}

static void writes_at_every_capacity(void **state)
{
    (void)state;
    for (size_t cap = 0; cap <= sizeof sample; cap++) {
        uint8_t *out = guard_new(cap);
        signet_cbor_writer w;
        size_t len = 0;
        signet_status status = SIGNET_OK;

        signet_cbor_writer_init(&w, out, cap);
        put_sample(&w);
        status = signet_cbor_writer_finish(&w, &len);
        assert_int_equal(len, sizeof sample);
        if (cap < sizeof sample) {
            assert_int_equal(status, SIGNET_ERR_TOO_SMALL);
            for (size_t i = 0; i < cap; i++) {
                assert_int_equal(out[i], 0);
            }
        } else {
            assert_int_equal(status, SIGNET_OK);
            assert_memory_equal(out, sample, len);
        }
        guard_free(out, cap);
    }
}

static void counts_without_a_buffer(void **state)
{
    signet_cbor_writer w;
    size_t len = 0;

    (void)state;
    signet_cbor_writer_init(&w, NULL, 0);
    put_sample(&w);
    assert_int_equal(signet_cbor_writer_finish(&w, &len), SIGNET_ERR_TOO_SMALL);
    assert_int_equal(len, sizeof sample);
}

static void a_length_beyond_size_t_is_too_large(void **state)
{
    signet_cbor_writer w;
    size_t len = 0;

    (void)state;
    signet_cbor_writer_init(&w, NULL, 0);
    signet_cbor_put_uint(&w, 1);
    signet_cbor_put_encoded(&w, signet_view(sample, SIZE_MAX));
    assert_int_equal(signet_cbor_writer_finish(&w, &len), SIGNET_ERR_TOO_LARGE);
}

/* Reads the sample as its schema says; the views come back in the struct. */
struct read_sample {
    uint64_t one;
    signet_bytes two;
    signet_bytes three;
    bool four;
    int64_t five;
    uint64_t tag;
    uint64_t tagged;
};

static signet_status read_sample(signet_bytes input, struct read_sample *out)
{
    static const int64_t keys[] = {1, 2, 3, 4, -1};
    int64_t previous = SIGNET_CBOR_NO_KEY;
    signet_cbor_reader r;

    signet_cbor_reader_init(&r, input);
    if (signet_cbor_get_map(&r, 5) != 5) {
        signet_cbor_fail(&r, SIGNET_ERR_MISSING);
    }
    for (size_t i = 0; i < 5; i++) {
        if (signet_cbor_get_key(&r, &previous) != keys[i]) {
            signet_cbor_fail(&r, SIGNET_ERR_MISSING);
        }
        switch (i) {
        case 0:
            out->one = signet_cbor_get_uint(&r);
            break;
        case 1:
            out->two = signet_cbor_get_bytes(&r);
            break;
        case 2:
            out->three = signet_cbor_get_text(&r);
            break;
        case 3:
            if (signet_cbor_get_array(&r, 2) != 2) {
                signet_cbor_fail(&r, SIGNET_ERR_MISSING);
            }
            out->four = signet_cbor_get_bool(&r);
            out->five = signet_cbor_get_int(&r);
            break;
        default:
            out->tag = signet_cbor_get_tag(&r);
            out->tagged = signet_cbor_get_uint(&r);
            break;
        }
    }
    return signet_cbor_reader_finish(&r);
}

static void reads_the_sample(void **state)
{
    uint8_t *input = guard_copy(sample, sizeof sample);
    struct read_sample got;

    (void)state;
    assert_int_equal(read_sample(signet_view(input, sizeof sample), &got),
                     SIGNET_OK);
    assert_int_equal(got.one, 24);
    assert_int_equal(got.two.len, 2);
    assert_ptr_equal(got.two.ptr, input + 6);
    assert_int_equal(got.three.len, 2);
    assert_memory_equal(got.three.ptr, "hi", 2);
    assert_true(got.four);
    assert_true(got.five == -500);
    assert_int_equal(got.tag, 18);
    assert_int_equal(got.tagged, 0);
    guard_free(input, sizeof sample);
}

static void every_truncation_is_truncated(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof sample; len++) {
        uint8_t *input = guard_copy(sample, len);
        struct read_sample got;
        signet_cbor_reader r;

        assert_int_equal(read_sample(signet_view(input, len), &got),
                         SIGNET_ERR_TRUNCATED);
        signet_cbor_reader_init(&r, signet_view(input, len));
        assert_int_equal(signet_cbor_skip(&r).len, 0);
        assert_int_equal(signet_cbor_reader_finish(&r), SIGNET_ERR_TRUNCATED);
        guard_free(input, len);
    }
}

static void appended_bytes_are_trailing(void **state)
{
    uint8_t input[sizeof sample + 1] = {0};
    struct read_sample got;

    (void)state;
    memcpy(input, sample, sizeof sample);
    assert_int_equal(read_sample(signet_view(input, sizeof input), &got),
                     SIGNET_ERR_TRAILING);
}

/* Whatever one bit does, the reader ends within the input. */
static void survives_every_bit_flip(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof sample; bit++) {
        uint8_t *input = guard_copy(sample, sizeof sample);
        struct read_sample got;
        signet_cbor_reader r;
        signet_bytes item;

        input[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (void)read_sample(signet_view(input, sizeof sample), &got);
        signet_cbor_reader_init(&r, signet_view(input, sizeof sample));
        item = signet_cbor_skip(&r);
        assert_true(item.len <= sizeof sample);
        guard_free(input, sizeof sample);
    }
}

static signet_cbor_reader reader(const uint8_t *bytes, size_t len)
{
    signet_cbor_reader r;

    signet_cbor_reader_init(&r, signet_view(bytes, len));
    return r;
}

static void another_type_is_a_type_error(void **state)
{
    static const uint8_t firsts[] = {0x00, 0x20, 0x40, 0x60,
                                     0x80, 0xA0, 0xC0, 0xF4};

    (void)state;
    for (unsigned type = 0; type < 8; type++) {
        signet_cbor_reader r[8];

        for (size_t i = 0; i < 8; i++) {
            r[i] = reader(&firsts[type], 1);
            assert_int_equal(signet_cbor_peek(&r[i]), type);
        }
        assert_int_equal(signet_cbor_get_uint(&r[0]), 0);
        assert_true(signet_cbor_get_int(&r[1]) == (type == 1 ? -1 : 0));
        assert_int_equal(signet_cbor_get_bytes(&r[2]).len, 0);
        assert_int_equal(signet_cbor_get_text(&r[3]).len, 0);
        assert_int_equal(signet_cbor_get_array(&r[4], 9), 0);
        assert_int_equal(signet_cbor_get_map(&r[5], 9), 0);
        assert_int_equal(signet_cbor_get_tag(&r[6]), 0);
        assert_false(signet_cbor_get_bool(&r[7]));
        for (unsigned i = 0; i < 8; i++) {
            bool fits = i == type || (i == 1 && type == 0);

            assert_int_equal(r[i].status, fits ? SIGNET_OK : SIGNET_ERR_TYPE);
        }
    }
}

static void the_first_error_stays(void **state)
{
    static const uint8_t input[] = {0x18, 0x00, 0x01};
    signet_cbor_reader r = reader(input, sizeof input);

    (void)state;
    assert_int_equal(signet_cbor_get_uint(&r), 0);
    assert_int_equal(r.status, SIGNET_ERR_NON_CANONICAL);
    assert_int_equal(signet_cbor_peek(&r), SIGNET_CBOR_END);
    assert_int_equal(signet_cbor_get_bytes(&r).len, 0);
    assert_true(signet_cbor_get_int(&r) == 0);
    signet_cbor_fail(&r, SIGNET_ERR_MISSING);
    assert_int_equal(signet_cbor_reader_finish(&r), SIGNET_ERR_NON_CANONICAL);
}

static void integers_out_of_int64_are_type_errors(void **state)
{
    static const uint8_t above[] = {0x1B, 0x80, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t below[] = {0x3B, 0x80, 0, 0, 0, 0, 0, 0, 0};
    signet_cbor_reader r = reader(above, sizeof above);

    (void)state;
    assert_true(signet_cbor_get_int(&r) == 0);
    assert_int_equal(r.status, SIGNET_ERR_TYPE);
    r = reader(below, sizeof below);
    assert_true(signet_cbor_get_int(&r) == 0);
    assert_int_equal(r.status, SIGNET_ERR_TYPE);
}

static void counts_above_the_limit_are_too_large(void **state)
{
    static const uint8_t array[] = {0x83, 1, 2, 3};
    static const uint8_t map[] = {0xA2, 1, 2, 3, 4};
    signet_cbor_reader r = reader(array, sizeof array);

    (void)state;
    assert_int_equal(signet_cbor_get_array(&r, 3), 3);
    r = reader(array, sizeof array);
    assert_int_equal(signet_cbor_get_array(&r, 2), 0);
    assert_int_equal(r.status, SIGNET_ERR_TOO_LARGE);
    r = reader(map, sizeof map);
    assert_int_equal(signet_cbor_get_map(&r, 1), 0);
    assert_int_equal(r.status, SIGNET_ERR_TOO_LARGE);
    r = reader(map, sizeof map - 1);
    assert_int_equal(signet_cbor_get_map(&r, 2), 0);
    assert_int_equal(r.status, SIGNET_ERR_TRUNCATED);
}

static signet_status two_keys(int64_t first, int64_t second)
{
    uint8_t input[18];
    signet_cbor_writer w;
    signet_cbor_reader r;
    int64_t previous = SIGNET_CBOR_NO_KEY;
    size_t len = 0;

    signet_cbor_writer_init(&w, input, sizeof input);
    signet_cbor_put_int(&w, first);
    signet_cbor_put_int(&w, second);
    assert_int_equal(signet_cbor_writer_finish(&w, &len), SIGNET_OK);
    r = reader(input, len);
    assert_true(signet_cbor_get_key(&r, &previous) == first);
    assert_true(previous == first);
    if (signet_cbor_get_key(&r, &previous) != second) {
        assert_true(previous == first);
    }
    return signet_cbor_reader_finish(&r);
}

/* The order of keys is that of their encodings, byte by byte. */
static void keys_come_in_bytewise_order(void **state)
{
    static const int64_t order[] = {
        0,  1,   23,  24,   255,  256,         65536,      INT64_MAX,
        -1, -24, -25, -256, -257, -4294967296, -INT64_MAX,
    };
    const size_t count = sizeof order / sizeof order[0];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            signet_status expected = i < j    ? SIGNET_OK
                                     : i == j ? SIGNET_ERR_DUPLICATE
                                              : SIGNET_ERR_NON_CANONICAL;

            assert_int_equal(two_keys(order[i], order[j]), expected);
        }
    }
}

/* INT64_MIN is the sign for "no key yet" and cannot be one. */
static void the_least_integer_is_no_key(void **state)
{
    static const uint8_t least[] = {0x3B, 0x7F, 0xFF, 0xFF, 0xFF,
                                    0xFF, 0xFF, 0xFF, 0xFF};
    signet_cbor_reader r = reader(least, sizeof least);
    int64_t previous = SIGNET_CBOR_NO_KEY;

    (void)state;
    assert_true(signet_cbor_get_key(&r, &previous) == 0);
    assert_int_equal(r.status, SIGNET_ERR_TYPE);
}

static void skip_returns_the_encoding(void **state)
{
    static const uint8_t input[] = {0x82, 0x01, 0x41, 0xFF, 0x05};
    signet_cbor_reader r = reader(input, sizeof input);
    signet_bytes item = signet_cbor_skip(&r);

    (void)state;
    assert_ptr_equal(item.ptr, input);
    assert_int_equal(item.len, 4);
    assert_int_equal(signet_cbor_get_uint(&r), 5);
    assert_int_equal(signet_cbor_reader_finish(&r), SIGNET_OK);
}

static void nothing_is_truncated(void **state)
{
    signet_cbor_reader r = reader(NULL, 0);

    (void)state;
    assert_int_equal(signet_cbor_peek(&r), SIGNET_CBOR_END);
    assert_int_equal(signet_cbor_reader_finish(&r), SIGNET_OK);
    assert_int_equal(signet_cbor_skip(&r).len, 0);
    assert_int_equal(signet_cbor_reader_finish(&r), SIGNET_ERR_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_at_every_capacity),
        cmocka_unit_test(counts_without_a_buffer),
        cmocka_unit_test(a_length_beyond_size_t_is_too_large),
        cmocka_unit_test(reads_the_sample),
        cmocka_unit_test(every_truncation_is_truncated),
        cmocka_unit_test(appended_bytes_are_trailing),
        cmocka_unit_test(survives_every_bit_flip),
        cmocka_unit_test(another_type_is_a_type_error),
        cmocka_unit_test(the_first_error_stays),
        cmocka_unit_test(integers_out_of_int64_are_type_errors),
        cmocka_unit_test(counts_above_the_limit_are_too_large),
        cmocka_unit_test(keys_come_in_bytewise_order),
        cmocka_unit_test(the_least_integer_is_no_key),
        cmocka_unit_test(skip_returns_the_encoding),
        cmocka_unit_test(nothing_is_truncated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
