/* SPDX-License-Identifier: MIT */
/* The clauses LMS-1 and LMS-2 of signet/port/lms.h. */
#include "signet/port/lms.h"

#include "test_port_crypto_file.h"

#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

/* One record: key, message and signature, writable. */
static struct {
    uint8_t *parts[3];
    size_t lens[3];
} vector;

static signet_status verify(void)
{
    return signet_lms_verify(signet_view(vector.parts[0], vector.lens[0]),
                             signet_view(vector.parts[1], vector.lens[1]),
                             signet_view(vector.parts[2], vector.lens[2]));
}

static void keep(const record *r)
{
    static const char *const names[3] = {"Key", "Msg", "Sig"};
    for (int i = 0; i < 3; i++) {
        signet_bytes field = record_bytes(r, names[i]);
        vector.parts[i] = malloc(field.len);
        assert_non_null(vector.parts[i]);
        memcpy(vector.parts[i], field.ptr, field.len);
        vector.lens[i] = field.len;
    }
}

static int load(void **state)
{
    (void)state;
    record_each("lms.rsp", keep);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        free(vector.parts[i]);
    }
    return 0;
}

static void test_vector(void **state)
{
    (void)state;
    assert_int_equal(verify(), SIGNET_OK);
}

/* A changed typecode of the key may name a set that is not built in;
 * everything else is a signature that does not fit. */
static void refuse(int part, size_t bit)
{
    uint8_t *at = vector.parts[part] + bit / 8;
    uint8_t mask = (uint8_t)(1u << bit % 8);
    *at ^= mask;
    signet_status status = verify();
    *at ^= mask;
    if (part == 0 && bit / 8 < 12 && status == SIGNET_ERR_UNSUPPORTED) {
        return;
    }
    if (status != SIGNET_ERR_SIGNATURE) {
        fail_msg("part %d, bit %zu: %d", part, bit, status);
    }
}

/* Bytes in steps of five: every node of every chain and path, at changing
 * places, in a fifth of the time. */
static void test_every_node(void **state)
{
    (void)state;
    for (int part = 0; part < 3; part++) {
        for (size_t byte = 0; byte < vector.lens[part]; byte += 5) {
            refuse(part, 8 * byte + byte % 8);
        }
    }
}

/* Every bit of what is not a hash: key, counts, leaves and typecodes. */
static void test_each_bit_of_the_frame(void **state)
{
    static const struct {
        int part;
        size_t from, to;
    } spans[] = {{0, 0, 28},      {2, 0, 12},      {2, 1132, 1136},
                 {2, 1296, 1320}, {2, 1352, 1360}, {2, 2480, 2484}};
    (void)state;
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        for (size_t bit = 8 * spans[i].from; bit < 8 * spans[i].to; bit++) {
            refuse(spans[i].part, bit);
        }
    }
}

static void test_lengths(void **state)
{
    (void)state;
    for (int part = 0; part < 3; part++) {
        for (size_t len = 0; len < vector.lens[part]; len += 7) {
            size_t whole = vector.lens[part];
            vector.lens[part] = len;
            assert_int_equal(verify(), SIGNET_ERR_SIGNATURE);
            vector.lens[part] = whole;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vector),
        cmocka_unit_test(test_every_node),
        cmocka_unit_test(test_each_bit_of_the_frame),
        cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests_name("port_lms", tests, load, unload);
}
