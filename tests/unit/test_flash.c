/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include <string.h>

#include "signet/port/flash.h"

/* What reached the port, and where on the device. */
struct seen {
    unsigned calls;
    uint32_t offset;
    size_t len;
};

static signet_status note(void *ctx, uint32_t offset, size_t len)
{
    struct seen *seen = ctx;

    seen->calls++;
    seen->offset = offset;
    seen->len = len;
    return SIGNET_ERR_IO;
}

static signet_status read_port(void *ctx, uint32_t offset, uint8_t *out,
                               size_t len)
{
    (void)out;
    return note(ctx, offset, len);
}

static signet_status program_port(void *ctx, uint32_t offset,
                                  const uint8_t *data, size_t len)
{
    (void)data;
    return note(ctx, offset, len);
}

static const signet_flash_ops ops = {read_port, program_port, note};

static signet_flash device(struct seen *seen)
{
    signet_flash flash = {&ops, seen, 0, 0x4000, 0x1000, 8, true};

    memset(seen, 0, sizeof *seen);
    return flash;
}

static void cuts_regions(void **state)
{
    struct seen seen;
    signet_flash parent = device(&seen);
    signet_flash part;
    signet_flash inner;

    (void)state;
    assert_int_equal(signet_flash_region(&parent, 0x1000, 0x3000, &part),
                     SIGNET_OK);
    assert_int_equal(part.base, 0x1000);
    assert_int_equal(part.size, 0x3000);
    assert_int_equal(part.program_size, 8);
    assert_true(part.write_once);
    assert_int_equal(signet_flash_region(&part, 0x2000, 0x1000, &inner),
                     SIGNET_OK);
    assert_int_equal(inner.base, 0x3000);
}

static void refuses_bad_regions(void **state)
{
    struct seen seen;
    signet_flash parent = device(&seen);
    signet_flash part = {0};

    (void)state;
    const uint32_t bad[][2] = {
        {0, 0},           {0, 0x5000},          {0x1000, 0x4000},
        {0x4000, 0x1000}, {0x5000, 0x1000},     {0x800, 0x1000},
        {0, 0x800},       {0xFFFFF000, 0x1000}, {0x1000, 0xFFFFF000},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(
            signet_flash_region(&parent, bad[i][0], bad[i][1], &part),
            SIGNET_ERR_ARGUMENT);
        assert_null(part.ops);
    }
}

static void passes_on_what_is_inside(void **state)
{
    struct seen seen;
    signet_flash parent = device(&seen);
    signet_flash part;
    uint8_t data[16] = {0};

    (void)state;
    assert_int_equal(signet_flash_region(&parent, 0x1000, 0x2000, &part),
                     SIGNET_OK);
    assert_int_equal(signet_flash_read(&part, 0x1FFF, data, 1), SIGNET_ERR_IO);
    assert_int_equal(seen.offset, 0x2FFF);
    assert_int_equal(seen.len, 1);
    assert_int_equal(signet_flash_program(&part, 0x1FF0, data, 16),
                     SIGNET_ERR_IO);
    assert_int_equal(seen.offset, 0x2FF0);
    assert_int_equal(seen.len, 16);
    assert_int_equal(signet_flash_erase(&part, 0x1000, 0x1000), SIGNET_ERR_IO);
    assert_int_equal(seen.offset, 0x2000);
    assert_int_equal(seen.len, 0x1000);
    assert_int_equal(seen.calls, 3);
}

static void empty_access_asks_nothing_of_the_port(void **state)
{
    struct seen seen;
    signet_flash flash = device(&seen);

    (void)state;
    assert_int_equal(signet_flash_read(&flash, 0x4000, NULL, 0), SIGNET_OK);
    assert_int_equal(signet_flash_program(&flash, 0x4000, NULL, 0), SIGNET_OK);
    assert_int_equal(signet_flash_erase(&flash, 0, 0), SIGNET_OK);
    assert_int_equal(seen.calls, 0);
}

static void refuses_what_is_outside_or_misaligned(void **state)
{
    struct seen seen;
    signet_flash flash = device(&seen);
    uint8_t data[16] = {0};

    (void)state;
    assert_int_equal(signet_flash_read(&flash, 0x4000, data, 1),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_read(&flash, 0x3FFF, data, 2),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_read(&flash, 8, data, SIZE_MAX),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_read(&flash, UINT32_MAX, data, 1),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_program(&flash, 4, data, 8),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_program(&flash, 8, data, 4),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_program(&flash, 0x3FF8, data, 16),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_erase(&flash, 8, 0x1000),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_erase(&flash, 0, 0x800), SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_flash_erase(&flash, 0x3000, 0x2000),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(seen.calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_regions),
        cmocka_unit_test(refuses_bad_regions),
        cmocka_unit_test(passes_on_what_is_inside),
        cmocka_unit_test(empty_access_asks_nothing_of_the_port),
        cmocka_unit_test(refuses_what_is_outside_or_misaligned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
