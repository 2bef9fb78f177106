/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include <string.h>

#include "ram_flash.h"
#include "signet/store.h"

#define EPOCH 0x5EED1234u

struct geometry {
    uint32_t blocks;
    uint32_t erase_size;
    uint32_t program_size;
    bool write_once;
};

static const struct geometry geometries[] = {
    {16, 4096, 1, false}, {3, 128, 1, false},  {4, 256, 2, false},
    {4, 256, 4, true},    {5, 512, 8, false},  {5, 512, 8, true},
    {4, 512, 16, true},   {3, 512, 32, false}, {6, 1024, 32, true},
};
#define GEOMETRIES (sizeof geometries / sizeof geometries[0])

static struct ram_flash *new_flash(const struct geometry *g)
{
    return ram_flash_shared(g->blocks, g->erase_size, g->program_size,
                            g->write_once);
}

static void format(signet_log *log, struct ram_flash *f)
{
    assert_int_equal(signet_log_format(&f->flash, EPOCH), SIGNET_OK);
    assert_int_equal(signet_log_mount(log, &f->flash), SIGNET_OK);
}

static struct ram_flash *new_log(signet_log *log, size_t geometry)
{
    struct ram_flash *f = new_flash(&geometries[geometry]);

    format(log, f);
    return f;
}

static uint8_t content(uint32_t tag, uint32_t i)
{
    return (uint8_t)(tag * 31u + i * 7u + (tag >> 3));
}

static signet_status append(signet_log *log, uint32_t tag, uint32_t len,
                            uint32_t *sequence)
{
    uint8_t record[SIGNET_LOG_MAX_RECORD + 1];

    for (uint32_t i = 0; i < len; i++) {
        record[i] = content(tag, i);
    }
    return signet_log_append(log, signet_view(record, len), sequence);
}

static void check_next(const signet_log *log, uint32_t after, uint32_t sequence,
                       uint32_t tag, uint32_t len)
{
    uint8_t out[SIGNET_LOG_MAX_RECORD];
    signet_log_entry entry;

    assert_int_equal(signet_log_next(log, after, &entry), SIGNET_OK);
    assert_int_equal(entry.sequence, sequence);
    assert_int_equal(entry.len, len);
    assert_int_equal(signet_log_read(log, &entry, out, len), SIGNET_OK);
    for (uint32_t i = 0; i < len; i++) {
        assert_int_equal(out[i], content(tag, i));
    }
}

static void blank_flash_is_not_found(void **state)
{
    struct ram_flash *f = new_flash(&geometries[0]);
    signet_log log;

    (void)state;
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_ERR_NOT_FOUND);
    f->bytes[0] = 0;
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_ERR_CORRUPT);
    ram_flash_drop(f);
}

static void refuses_what_is_no_geometry(void **state)
{
    struct ram_flash *two = ram_flash_shared(2, 256, 1, false);
    struct ram_flash *small = ram_flash_shared(4, 32, 16, false);
    signet_log log;

    (void)state;
    assert_int_equal(signet_log_format(&two->flash, 1), SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_log_mount(&log, &two->flash), SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_log_format(&small->flash, 1), SIGNET_ERR_ARGUMENT);
    small->flash.erase_size = 16384;
    assert_int_equal(signet_log_format(&two->flash, 0), SIGNET_ERR_ARGUMENT);
    ram_flash_drop(two);
    ram_flash_drop(small);
}

static void an_empty_log_holds_nothing(void **state)
{
    signet_log log;
    signet_log_entry entry;
    struct ram_flash *f = new_log(&log, 0);

    (void)state;
    assert_int_equal(log.epoch, EPOCH);
    assert_int_equal(signet_log_next(&log, 0, &entry), SIGNET_ERR_NOT_FOUND);
    assert_int_equal(signet_log_acknowledge(&log, 0), SIGNET_OK);
    assert_int_equal(signet_log_acknowledge(&log, 1), SIGNET_ERR_ARGUMENT);
    ram_flash_drop(f);
}

/* Appends, reads in order, restarts now and then, acknowledges in batches. */
static void keeps_order_round_the_ring(void **state)
{
    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        signet_log log;
        struct ram_flash *f = new_log(&log, g);
        uint32_t limit = geometries[g].erase_size / 3;
        uint32_t last = 0;

        for (uint32_t i = 1; i < 2000; i++) {
            uint32_t len = i * 13 % limit;
            uint32_t sequence = 0;

            assert_int_equal(append(&log, i, len, &sequence), SIGNET_OK);
            assert_true(sequence > last);
            check_next(&log, last, sequence, i, len);
            check_next(&log, 0, sequence, i, len);
            assert_int_equal(signet_log_prepare(&log), SIGNET_OK);
            last = sequence;
            if (i % 97 == 0) {
                assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
                check_next(&log, 0, sequence, i, len);
            }
            assert_int_equal(signet_log_acknowledge(&log, sequence), SIGNET_OK);
        }
        assert_int_equal(f->rule_breaks, 0);
        ram_flash_drop(f);
    }
}

static uint32_t fill(signet_log *log, uint32_t len, uint32_t *sequences)
{
    uint32_t count = 0;

    while (append(log, count, len, &sequences[count]) == SIGNET_OK) {
        count++;
        assert_true(count < 3000);
    }
    assert_int_equal(append(log, 0, len, NULL), SIGNET_ERR_FULL);
    return count;
}

static void a_full_log_keeps_everything(void **state)
{
    static uint32_t sequences[3000];

    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        signet_log log;
        signet_log_entry entry;
        struct ram_flash *f = new_log(&log, g);
        uint32_t count = fill(&log, 40, sequences);
        uint32_t after = 0;

        assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
        for (uint32_t i = 0; i < count; i++) {
            check_next(&log, after, sequences[i], i, 40);
            after = sequences[i];
        }
        assert_int_equal(signet_log_next(&log, after, &entry),
                         SIGNET_ERR_NOT_FOUND);
        ram_flash_drop(f);
    }
}

/* The worst case for room: the log is full of the shortest records, and each
 * is acknowledged by itself; every acknowledgement survives a restart. */
static void acknowledges_one_by_one_when_full(void **state)
{
    static uint32_t sequences[3000];

    (void)state;
    for (size_t g = 1; g < GEOMETRIES; g++) {
        signet_log log;
        signet_log_entry entry;
        struct ram_flash *f = new_log(&log, g);
        uint32_t count = fill(&log, 0, sequences);

        for (uint32_t i = 0; i < count; i++) {
            signet_log again;

            assert_int_equal(signet_log_acknowledge(&log, sequences[i]),
                             SIGNET_OK);
            assert_int_equal(signet_log_mount(&again, &f->flash), SIGNET_OK);
            assert_int_equal(again.acknowledged, sequences[i]);
            if (i + 1 < count) {
                check_next(&again, 0, sequences[i + 1], i + 1, 0);
                check_next(&log, 0, sequences[i + 1], i + 1, 0);
            } else {
                assert_int_equal(signet_log_next(&again, 0, &entry),
                                 SIGNET_ERR_NOT_FOUND);
            }
        }
        assert_int_equal(append(&log, 1, 5, NULL), SIGNET_OK);
        ram_flash_drop(f);
    }
}

static void an_old_acknowledgement_changes_nothing(void **state)
{
    signet_log log;
    struct ram_flash *f = new_log(&log, 0);
    uint64_t programmed = 0;

    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(append(&log, i, 10, NULL), SIGNET_OK);
    }
    assert_int_equal(signet_log_acknowledge(&log, 4), SIGNET_OK);
    programmed = f->program_bytes;
    assert_int_equal(signet_log_acknowledge(&log, 4), SIGNET_OK);
    assert_int_equal(signet_log_acknowledge(&log, 2), SIGNET_OK);
    assert_int_equal(f->program_bytes, programmed);
    assert_int_equal(signet_log_acknowledge(&log, 1000), SIGNET_ERR_ARGUMENT);
    ram_flash_drop(f);
}

static void takes_records_up_to_the_limits(void **state)
{
    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        signet_log log;
        struct ram_flash *f = new_log(&log, g);
        uint32_t most = geometries[g].erase_size;
        uint32_t last = 0;

        for (uint32_t len = 0; len <= most; len++) {
            uint32_t sequence = 0;
            signet_status status = SIGNET_OK;

            if (len > SIGNET_LOG_MAX_RECORD) {
                break;
            }
            status = append(&log, len, len, &sequence);
            if (status == SIGNET_ERR_TOO_LARGE) {
                assert_true(len + 40 + 2 * geometries[g].program_size > most);
                break;
            }
            assert_int_equal(status, SIGNET_OK);
            check_next(&log, last, sequence, len, len);
            assert_int_equal(signet_log_acknowledge(&log, sequence), SIGNET_OK);
            last = sequence;
        }
        assert_int_equal(append(&log, 0, SIGNET_LOG_MAX_RECORD + 1, NULL),
                         SIGNET_ERR_TOO_LARGE);
        assert_int_equal(signet_log_begin(&log, SIZE_MAX),
                         SIGNET_ERR_TOO_LARGE);
        ram_flash_drop(f);
    }
}

static void appends_in_pieces(void **state)
{
    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        signet_log log;
        struct ram_flash *f = new_log(&log, g);
        uint32_t sequence = 0;

        for (uint32_t step = 1; step < 50; step += 3) {
            uint32_t len = 49;
            uint8_t piece[64];

            assert_int_equal(signet_log_begin(&log, len), SIGNET_OK);
            for (uint32_t at = 0; at < len; at += step) {
                uint32_t n = len - at < step ? len - at : step;

                for (uint32_t i = 0; i < n; i++) {
                    piece[i] = content(step, at + i);
                }
                assert_int_equal(signet_log_finish(&log, NULL),
                                 SIGNET_ERR_TOO_SMALL);
                assert_int_equal(signet_log_add(&log, signet_view(piece, n)),
                                 SIGNET_OK);
            }
            assert_int_equal(signet_log_add(&log, signet_view(piece, 1)),
                             SIGNET_ERR_TOO_LARGE);
            assert_int_equal(signet_log_finish(&log, &sequence), SIGNET_OK);
            check_next(&log, sequence - 1, sequence, step, len);
            assert_int_equal(signet_log_acknowledge(&log, sequence), SIGNET_OK);
        }
        ram_flash_drop(f);
    }
}

/* A dropped record is never seen; what follows it is, across a restart. */
static void drops_what_was_aborted(void **state)
{
    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        uint32_t most = geometries[g].erase_size / 4;

        for (uint32_t pieces = 0; pieces <= most; pieces++) {
            signet_log log;
            struct ram_flash *f = new_log(&log, g);
            uint32_t first = 0;
            uint32_t second = 0;
            uint8_t byte = 0xFF;

            assert_int_equal(append(&log, 1, 9, &first), SIGNET_OK);
            assert_int_equal(signet_log_begin(&log, most), SIGNET_OK);
            assert_int_equal(signet_log_acknowledge(&log, 0), SIGNET_ERR_STATE);
            for (uint32_t i = 0; i < pieces; i++) {
                byte ^= 0x5A;
                assert_int_equal(signet_log_add(&log, signet_view(&byte, 1)),
                                 SIGNET_OK);
            }
            signet_log_abort(&log);
            assert_int_equal(signet_log_finish(&log, NULL), SIGNET_ERR_STATE);
            assert_int_equal(signet_log_add(&log, signet_view(&byte, 1)),
                             SIGNET_ERR_STATE);
            assert_int_equal(append(&log, 2, 9, &second), SIGNET_OK);
            check_next(&log, first, second, 2, 9);
            assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
            check_next(&log, 0, first, 1, 9);
            check_next(&log, first, second, 2, 9);
            ram_flash_drop(f);
        }
    }
}

static void a_small_buffer_is_refused(void **state)
{
    signet_log log;
    signet_log_entry entry;
    uint8_t out[10];
    struct ram_flash *f = new_log(&log, 0);

    (void)state;
    assert_int_equal(append(&log, 1, 10, NULL), SIGNET_OK);
    assert_int_equal(signet_log_next(&log, 0, &entry), SIGNET_OK);
    assert_int_equal(signet_log_read(&log, &entry, out, 9),
                     SIGNET_ERR_TOO_SMALL);
    assert_int_equal(signet_log_read(&log, &entry, out, 10), SIGNET_OK);
    entry.sequence++;
    assert_int_equal(signet_log_read(&log, &entry, out, 10),
                     SIGNET_ERR_CORRUPT);
    assert_int_equal(out[0], 0);
    ram_flash_drop(f);
}

/* Every bit of a written log is flipped once. No damage is delivered, no
 * walk runs on, and of the undamaged records in other blocks none is lost. */
static void no_flipped_bit_is_delivered(void **state)
{
    static uint32_t sequences[3000];
    signet_log log;
    struct ram_flash *f = new_log(&log, 2);
    uint32_t count = fill(&log, 20, sequences);
    uint32_t worst = 0;

    (void)state;
    for (uint32_t bit = 0; bit < 8 * f->flash.size; bit++) {
        signet_log_entry entry = {0, 0, 0};
        signet_status status = SIGNET_OK;
        uint32_t seen = 0;

        f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
        for (;;) {
            uint8_t out[20];
            uint32_t i = 0;

            status = signet_log_next(&log, entry.sequence, &entry);
            if (status != SIGNET_OK) {
                break;
            }
            while (i < count && sequences[i] != entry.sequence) {
                i++;
            }
            assert_true(i < count);
            check_next(&log, entry.sequence - 1, entry.sequence, i, 20);
            assert_int_equal(signet_log_read(&log, &entry, out, sizeof out),
                             SIGNET_OK);
            seen++;
        }
        assert_int_equal(status, SIGNET_ERR_NOT_FOUND);
        if (count - seen > worst) {
            worst = count - seen;
        }
        f->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    /* The header of a block costs the block; any other bit one record. */
    assert_true(worst <= 256 / 26);
    ram_flash_drop(f);
}

/* (epoch, sequence) names a record for ever: the service takes a second one of
 * the same name for a repetition, and the log one below what is acknowledged
 * for freed. */
static void no_number_is_given_twice_when_the_head_is_damaged(void **state)
{
    (void)state;
    for (size_t g = 0; g < GEOMETRIES; g++) {
        signet_log log;
        struct ram_flash *f = new_log(&log, g);
        uint32_t head = 0;
        uint32_t last = 0;
        uint32_t sequence = 0;

        while (log.head_block < 2) {
            assert_int_equal(append(&log, last, 12, &last), SIGNET_OK);
            assert_int_equal(signet_log_acknowledge(&log, last), SIGNET_OK);
        }
        head = log.head_block;
        for (uint32_t i = 0; i < 3 && log.head_block == head; i++) {
            assert_int_equal(append(&log, last, 12, &last), SIGNET_OK);
        }
        f->bytes[head * f->flash.erase_size + 9] ^= 1;
        assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
        assert_int_equal(append(&log, 7, 12, &sequence), SIGNET_OK);
        assert_true(sequence > last);
        check_next(&log, sequence - 1, sequence, 7, 12);
        assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
        check_next(&log, sequence - 1, sequence, 7, 12);
        ram_flash_drop(f);
    }
}

static void a_new_epoch_forgets_the_old_one(void **state)
{
    static uint32_t sequences[3000];
    signet_log log;
    signet_log_entry entry;
    struct ram_flash *f = new_log(&log, 2);

    (void)state;
    (void)fill(&log, 20, sequences);
    assert_int_equal(signet_log_format(&f->flash, EPOCH + 1), SIGNET_OK);
    assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
    assert_int_equal(log.epoch, EPOCH + 1);
    assert_int_equal(signet_log_next(&log, 0, &entry), SIGNET_ERR_NOT_FOUND);
    ram_flash_drop(f);
}

/* Each flash operation fails once: the call says so, what was accepted stays,
 * and the next call finds a way. */
static void survives_each_failing_operation(void **state)
{
    (void)state;
    for (size_t g = 1; g < GEOMETRIES; g++) {
        for (uint32_t fail_at = 1; fail_at < 400; fail_at += 1 + fail_at / 40) {
            signet_log log;
            struct ram_flash *f = new_log(&log, g);
            uint32_t last = 0;
            unsigned failures = 0;

            f->steps = 0;
            f->fail_once = true;
            f->fail_step = fail_at;
            for (uint32_t i = 0; i < 40; i++) {
                uint32_t sequence = 0;
                signet_status status = append(&log, i, 17, &sequence);

                failures += status == SIGNET_ERR_IO;
                if (status == SIGNET_ERR_IO) {
                    status = append(&log, i, 17, &sequence);
                }
                assert_int_equal(status, SIGNET_OK);
                assert_true(sequence > last);
                check_next(&log, last, sequence, i, 17);
                last = sequence;
                status = signet_log_acknowledge(&log, sequence);
                failures += status == SIGNET_ERR_IO;
                if (status == SIGNET_ERR_IO) {
                    status = signet_log_acknowledge(&log, sequence);
                }
                assert_int_equal(status, SIGNET_OK);
                (void)signet_log_prepare(&log);
            }
            assert_true(failures <= 1);
            assert_int_equal(signet_log_mount(&log, &f->flash), SIGNET_OK);
            assert_int_equal(log.acknowledged, last);
            ram_flash_drop(f);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blank_flash_is_not_found),
        cmocka_unit_test(refuses_what_is_no_geometry),
        cmocka_unit_test(an_empty_log_holds_nothing),
        cmocka_unit_test(keeps_order_round_the_ring),
        cmocka_unit_test(a_full_log_keeps_everything),
        cmocka_unit_test(acknowledges_one_by_one_when_full),
        cmocka_unit_test(an_old_acknowledgement_changes_nothing),
        cmocka_unit_test(takes_records_up_to_the_limits),
        cmocka_unit_test(appends_in_pieces),
        cmocka_unit_test(drops_what_was_aborted),
        cmocka_unit_test(a_small_buffer_is_refused),
        cmocka_unit_test(no_flipped_bit_is_delivered),
        cmocka_unit_test(no_number_is_given_twice_when_the_head_is_damaged),
        cmocka_unit_test(a_new_epoch_forgets_the_old_one),
        cmocka_unit_test(survives_each_failing_operation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
