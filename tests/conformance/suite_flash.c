/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

#include <string.h>

#define MAX_UNIT 32u

static signet_flash device;

static conformance_flash *fixture_of(void **state)
{
    return *state;
}

static void power_cycle(void **state)
{
    conformance_flash *fixture = fixture_of(state);
    assert_int_equal(fixture->power_cycle(fixture->arg, &device), SIGNET_OK);
}

static int setup(void **state)
{
    power_cycle(state);
    assert_true(device.size / device.erase_size >= 4);
    assert_true(device.program_size <= MAX_UNIT);
    assert_int_equal(signet_flash_erase(&device, 0, 4 * device.erase_size),
                     SIGNET_OK);
    return 0;
}

static void assert_filled(uint32_t offset, uint32_t len, uint8_t value)
{
    uint8_t piece[MAX_UNIT];
    uint8_t want[MAX_UNIT];
    memset(want, value, sizeof want);
    for (uint32_t i = 0; i < len; i += device.program_size) {
        assert_int_equal(
            signet_flash_read(&device, offset + i, piece, device.program_size),
            SIGNET_OK);
        assert_memory_equal(piece, want, device.program_size);
    }
}

static signet_status program_units(uint32_t offset, uint32_t len, uint8_t value)
{
    uint8_t unit[MAX_UNIT];
    memset(unit, value, sizeof unit);
    for (uint32_t i = 0; i < len; i += device.program_size) {
        signet_status status = signet_flash_program(&device, offset + i, unit,
                                                    device.program_size);
        if (status != SIGNET_OK) {
            return status;
        }
    }
    return SIGNET_OK;
}

static void FLASH_1_erased_block_reads_ff(void **state)
{
    uint32_t block = device.erase_size;
    (void)state;
    assert_int_equal(program_units(0, 3 * block, 0x00), SIGNET_OK);
    assert_int_equal(signet_flash_erase(&device, block, block), SIGNET_OK);
    assert_filled(block, block, 0xFF);
    assert_filled(0, block, 0x00);
    assert_filled(2 * block, block, 0x00);
}

static void FLASH_2_programmed_reads_back(void **state)
{
    uint8_t data[3 * MAX_UNIT];
    uint8_t back[3 * MAX_UNIT];
    size_t len = 3 * device.program_size;
    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 29u + 1u);
    }
    uint32_t at = device.erase_size - device.program_size;
    assert_int_equal(signet_flash_program(&device, at, data, len), SIGNET_OK);
    assert_int_equal(signet_flash_read(&device, at, back, len), SIGNET_OK);
    assert_memory_equal(back, data, len);
    assert_filled(0, at, 0xFF);
}

static void FLASH_2_program_clears_more_bits(void **state)
{
    (void)state;
    if (device.write_once) {
        skip();
    }
    assert_int_equal(program_units(0, device.program_size, 0xF0), SIGNET_OK);
    assert_int_equal(program_units(0, device.program_size, 0x30), SIGNET_OK);
    assert_filled(0, device.program_size, 0x30);
}

static void FLASH_3_setting_a_bit_changes_nothing(void **state)
{
    uint8_t data[2 * MAX_UNIT];
    uint32_t unit = device.program_size;
    if (!fixture_of(state)->tells_rules) {
        skip();
    }
    assert_int_equal(program_units(unit, unit, 0x0F), SIGNET_OK);
    memset(data, 0x00, sizeof data);
    data[2 * unit - 1] = 0x10;
    assert_int_equal(signet_flash_program(&device, 0, data, 2 * unit),
                     SIGNET_ERR_FLASH_RULE);
    assert_filled(0, unit, 0xFF);
    assert_filled(unit, unit, 0x0F);
}

/* 0xFF as well: the unit's check bits are spent. */
static void FLASH_3_write_once_unit_is_spent(void **state)
{
    uint32_t unit = device.program_size;
    if (!device.write_once || !fixture_of(state)->tells_rules) {
        skip();
    }
    assert_int_equal(program_units(0, unit, 0xFF), SIGNET_OK);
    assert_int_equal(program_units(0, unit, 0x00), SIGNET_ERR_FLASH_RULE);
    power_cycle(state);
    assert_int_equal(program_units(0, unit, 0x00), SIGNET_ERR_FLASH_RULE);
    assert_int_equal(program_units(unit, unit, 0x00), SIGNET_OK);
    assert_filled(0, unit, 0xFF);
    assert_int_equal(signet_flash_erase(&device, 0, device.erase_size),
                     SIGNET_OK);
    assert_int_equal(program_units(0, unit, 0x00), SIGNET_OK);
}

static void FLASH_4_program_survives_power_loss(void **state)
{
    assert_int_equal(program_units(0, device.erase_size, 0x5A), SIGNET_OK);
    power_cycle(state);
    assert_filled(0, device.erase_size, 0x5A);
}

static void FLASH_4_erase_survives_power_loss(void **state)
{
    assert_int_equal(program_units(0, device.erase_size, 0x00), SIGNET_OK);
    assert_int_equal(signet_flash_erase(&device, 0, device.erase_size),
                     SIGNET_OK);
    power_cycle(state);
    assert_filled(0, device.erase_size, 0xFF);
}

static void FLASH_bounds_are_kept(void **state)
{
    uint8_t unit[MAX_UNIT] = {0};
    (void)state;
    assert_int_equal(signet_flash_read(&device, device.size, unit, 1),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_read(&device, device.size, unit, 0),
                     SIGNET_OK);
    assert_int_equal(
        signet_flash_program(&device, device.size, unit, device.program_size),
        SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_erase(&device, 1, device.erase_size),
                     SIGNET_ERR_ARGUMENT);
}

#define TEST(f)                                                                \
    cmocka_unit_test_prestate_setup_teardown(f, setup, NULL, fixture)

int conformance_flash_run(conformance_flash *fixture)
{
    const struct CMUnitTest tests[] = {
        TEST(FLASH_1_erased_block_reads_ff),
        TEST(FLASH_2_programmed_reads_back),
        TEST(FLASH_2_program_clears_more_bits),
        TEST(FLASH_3_setting_a_bit_changes_nothing),
        TEST(FLASH_3_write_once_unit_is_spent),
        TEST(FLASH_4_program_survives_power_loss),
        TEST(FLASH_4_erase_survives_power_loss),
        TEST(FLASH_bounds_are_kept),
    };
    return cmocka_run_group_tests_name("flash", tests, NULL, NULL);
}
