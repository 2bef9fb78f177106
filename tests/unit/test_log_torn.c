/* SPDX-License-Identifier: MIT */
/* What power cuts leave, made by hand, one state at a time; tests/powercut
 * makes them all. */
#include "cmocka_all.h"

#include <string.h>

#include "ram_flash.h"
#include "signet/store.h"

#define LEN 40u
#define EXTENT 45u /* length 1, payload, check 4 */

struct geometry {
    uint32_t blocks;
    uint32_t erase_size;
    uint32_t program_size;
    bool write_once;
};

static const struct geometry geometries[] = {
    {4, 512, 1, false}, {4, 512, 2, false},  {4, 512, 4, true},
    {4, 512, 8, false}, {4, 512, 16, false}, {4, 512, 8, true},
};
#define GEOMETRIES (sizeof geometries / sizeof geometries[0])

static struct ram_flash *new_log(signet_log *log, const struct geometry *g)
{
    struct ram_flash *f = ram_flash_shared(g->blocks, g->erase_size,
                                           g->program_size, g->write_once);

    assert_int_equal(signet_log_format(&f->flash, 7), SIGNET_OK);
    assert_int_equal(signet_log_mount(log, &f->flash), SIGNET_OK);
    return f;
}

static uint32_t append(signet_log *log, uint8_t fill)
{
    uint8_t record[LEN];
    uint32_t sequence = 0;

    memset(record, fill, sizeof record);
    assert_int_equal(
        signet_log_append(log, signet_view(record, sizeof record), &sequence),
        SIGNET_OK);
    return sequence;
}

static void check_next(const signet_log *log, uint32_t after, uint8_t fill)
{
    uint8_t expected[LEN];
    uint8_t record[LEN];
    signet_log_entry entry;

    memset(expected, fill, sizeof expected);
    assert_int_equal(signet_log_next(log, after, &entry), SIGNET_OK);
    assert_int_equal(entry.len, LEN);
    assert_int_equal(signet_log_read(log, &entry, record, sizeof record),
                     SIGNET_OK);
    assert_memory_equal(record, expected, LEN);
}

/* Take back what was programmed in the head block from begin on. */
static void blank_from(struct ram_flash *f, const signet_log *log,
                       uint32_t begin)
{
    uint32_t unit = f->flash.program_size;
    uint32_t block = log->head_block * f->flash.erase_size;
    uint32_t first = (begin + unit - 1) / unit;
    uint32_t units = f->flash.erase_size / unit;

    memset(f->bytes + block + begin, 0xFF, f->flash.erase_size - begin);
    memset(f->programmed + block / unit + first, 0, units - first);
}

static void a_torn_record_is_passed_over(void **state)
{
    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        for (uint32_t cut = 1; cut < EXTENT; cut++) {
            signet_log log;
            struct ram_flash *f = new_log(&log, &geometries[g]);
            uint32_t first = append(&log, 0x11);
            uint32_t begin = log.head_offset;
            uint32_t torn = append(&log, 0x22);
            uint32_t third = 0;

            blank_from(f, &log, begin + cut);
            assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
            check_next(&log, 0, 0x11);
            third = append(&log, 0x33);
            assert_true(third > torn);
            check_next(&log, first, 0x33);
            assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
            check_next(&log, 0, 0x11);
            check_next(&log, first, 0x33);
            ram_flash_drop(f);
        }
    }
}

/* A torn record costs its own room, not the rest of its block: devices that
 * lose power while they write would fill the ring with nothing. */
static void a_torn_record_does_not_cost_the_block(void **state)
{
    signet_log log;
    struct ram_flash *f = new_log(&log, &geometries[0]);
    uint32_t block = log.head_block;

    (void)state;
    f->erases = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t begin = 0;

        append(&log, 0x11);
        begin = log.head_offset;
        append(&log, 0x22);
        blank_from(f, &log, begin + 20);
        assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    }
    assert_int_equal(log.head_block, block);
    assert_int_equal(f->erases, 0);
    ram_flash_drop(f);
}

/* ---- the spare block ---- */

/* Fill the ring, then acknowledge one by one until the spare block is the
 * head and holds a mark; the oldest record held is returned. */
static uint32_t enter_spare(signet_log *log)
{
    uint8_t record[LEN] = {0};
    signet_log_entry entry;
    uint32_t last = 0;
    uint32_t full_head = 0;

    while (signet_log_append(log, signet_view(record, sizeof record), NULL) ==
           SIGNET_OK) {
    }
    full_head = log->head_block;
    do {
        assert_int_equal(signet_log_next(log, last, &entry), SIGNET_OK);
        last = entry.sequence;
        assert_int_equal(signet_log_acknowledge(log, last), SIGNET_OK);
    } while (log->head_block == full_head);
    assert_int_equal(signet_log_next(log, last, &entry), SIGNET_OK);
    assert_int_equal(signet_log_append(log, signet_view(record, 1), NULL),
                     SIGNET_ERR_FULL);
    return entry.sequence;
}

static void check_torn_mark(const struct geometry *g, uint32_t cut)
{
    signet_log log;
    struct ram_flash *f = new_log(&log, g);
    uint32_t oldest = enter_spare(&log);
    uint32_t begin = log.head_offset;

    assert_int_equal(signet_log_acknowledge(&log, oldest), SIGNET_OK);
    blank_from(f, &log, begin + cut);
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    assert_int_equal(log.acknowledged, oldest - 1);
    assert_int_equal(signet_log_acknowledge(&log, oldest), SIGNET_OK);
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    assert_int_equal(log.acknowledged, oldest);
    ram_flash_drop(f);
}

static void a_torn_mark_in_the_spare_block_is_passed_over(void **state)
{
    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        for (uint32_t cut = 1; cut < 8 && !geometries[g].write_once; cut++) {
            check_torn_mark(&geometries[g], cut);
        }
    }
}

/* With units that can be programmed once, the spare block is then lost to
 * marks; reading goes on, and an acknowledgement of the oldest block holds. */
static void a_lost_spare_block_does_not_brick_the_log(void **state)
{
    signet_log log;
    signet_log_entry entry;
    struct ram_flash *f = new_log(&log, &geometries[2]);
    uint32_t oldest = enter_spare(&log);
    uint32_t begin = log.head_offset;
    uint32_t tail = 0;

    (void)state;
    assert_int_equal(signet_log_acknowledge(&log, oldest), SIGNET_OK);
    blank_from(f, &log, begin + 4);
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    tail = log.tail_block;
    assert_int_equal(signet_log_acknowledge(&log, oldest), SIGNET_ERR_FULL);
    assert_int_equal(signet_log_next(&log, 0, &entry), SIGNET_OK);
    assert_true(entry.sequence > oldest);
    while (log.tail_block == tail) {
        signet_status status = SIGNET_OK;

        oldest = entry.sequence;
        status = signet_log_acknowledge(&log, oldest);
        assert_true(status == SIGNET_OK || status == SIGNET_ERR_FULL);
        assert_int_equal(signet_log_next(&log, 0, &entry), SIGNET_OK);
    }
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    assert_int_equal(log.acknowledged, oldest);
    ram_flash_drop(f);
}

/* A cut in the first unit of every record: block after block is left without
 * any, and a ring full of those must not stay full. */
static void blocks_without_records_are_reclaimed(void **state)
{
    signet_log log;
    struct ram_flash *f = new_log(&log, &geometries[2]);

    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        append(&log, 0x22);
        blank_from(f, &log, log.head_offset - 48 + 4);
        assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    }
    append(&log, 0x33);
    check_next(&log, 0, 0x33);
    ram_flash_drop(f);
}

/* ---- flash that cannot be read ---- */

static void says_when_flash_cannot_be_read(void **state)
{
    uint8_t record[LEN] = {0};
    const signet_bytes view = {record, sizeof record};
    signet_log log;
    signet_log_entry entry;
    struct ram_flash *f = new_log(&log, &geometries[0]);

    (void)state;
    append(&log, 0x11);
    append(&log, 0x22);
    assert_int_equal(signet_log_next(&log, 0, &entry), SIGNET_OK);
    f->fail_reads = true;
    assert_int_equal(signet_log_next(&log, 0, &entry), SIGNET_ERR_IO);
    assert_int_equal(signet_log_read(&log, &entry, record, sizeof record),
                     SIGNET_ERR_IO);
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_ERR_IO);
    f->fail_reads = false;
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    f->fail_reads = true;
    (void)signet_log_append(&log, view, NULL);
    f->fail_reads = false;
    assert_int_equal(signet_log_append(&log, view, NULL), SIGNET_OK);
    check_next(&log, 0, 0x11);
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    check_next(&log, 0, 0x11);
    check_next(&log, entry.sequence, 0x22);
    ram_flash_drop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_torn_record_is_passed_over),
        cmocka_unit_test(a_torn_record_does_not_cost_the_block),
        cmocka_unit_test(a_torn_mark_in_the_spare_block_is_passed_over),
        cmocka_unit_test(a_lost_spare_block_does_not_brick_the_log),
        cmocka_unit_test(blocks_without_records_are_reclaimed),
        cmocka_unit_test(says_when_flash_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
