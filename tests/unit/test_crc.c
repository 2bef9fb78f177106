/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include "signet/bytes.h"

/* The check value of CRC-32/ISO-HDLC: ITU-T V.42 s8.1.1.6.2. */
static const uint8_t check[] = "123456789";
#define CHECK_LEN 9u
#define CHECK_CRC 0xCBF43926u

static void gives_the_check_value(void **state)
{
    (void)state;
    assert_int_equal(signet_crc32(0, check, CHECK_LEN), CHECK_CRC);
    assert_int_equal(signet_crc32(0, NULL, 0), 0);
}

static void continues_at_every_split(void **state)
{
    (void)state;
    for (size_t split = 0; split <= CHECK_LEN; split++) {
        uint32_t crc = signet_crc32(0, check, split);

        crc = signet_crc32(crc, check + split, CHECK_LEN - split);
        assert_int_equal(crc, CHECK_CRC);
    }
}

/* Bit by bit, as the polynomial division is defined. */
static uint32_t slow_crc(const uint8_t *data, size_t len)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < 8 * len; i++) {
        uint32_t bit = (uint32_t)data[i / 8] >> i % 8 & 1;

        crc = (crc & 1) != bit ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    return ~crc;
}

static void agrees_with_the_definition(void **state)
{
    uint8_t data[256];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)i;
    }
    for (size_t len = 0; len <= sizeof data; len++) {
        assert_int_equal(signet_crc32(0, data, len), slow_crc(data, len));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_check_value),
        cmocka_unit_test(continues_at_every_split),
        cmocka_unit_test(agrees_with_the_definition),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
