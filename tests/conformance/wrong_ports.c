/* SPDX-License-Identifier: MIT */
/*
 * The suites against ports that are wrong on purpose, one defect each: a
 * suite that passes one of them tests nothing. Each runs in a child, for its
 * failures are wanted.
 */
#define _GNU_SOURCE
#include "cmocka_all.h"
#include "posix_far.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/stream.h"
#include "suites.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int defect;

/* Run a suite quietly; the number of its failures, at most 100. */
static int failures(int (*suite)(void))
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        (void)dup2(null, STDOUT_FILENO);
        (void)dup2(null, STDERR_FILENO);
        (void)alarm(20);
        int failed = suite();
        _exit(failed < 100 ? failed : 100);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

/* The right port passes, so that a failure below is the defect's. */
static void assert_all_found(int (*suite)(void), int defects)
{
    defect = 0;
    assert_int_equal(failures(suite), 0);
    for (defect = 1; defect <= defects; defect++) {
        print_message("defect %d\n", defect);
        assert_true(failures(suite) > 0);
    }
}

/* ---- flash in RAM ---- */

enum {
    FLASH_ERASE_LEAVES_A_BYTE = 1,
    FLASH_ERASE_TAKES_TOO_MUCH,
    FLASH_PROGRAM_SETS_BITS,
    FLASH_PROGRAM_DROPS_LAST_BYTE,
    FLASH_REFUSES_TOO_LATE,
    FLASH_FORGETS_WRITE_ONCE,
    FLASH_LOSES_THE_LAST_WRITE,
    FLASH_DEFECTS = FLASH_LOSES_THE_LAST_WRITE
};

#define FLASH_SIZE 4096u
#define BLOCK 512u
#define UNIT 8u

static uint8_t array[FLASH_SIZE];
static uint8_t before_last[FLASH_SIZE];
static bool spent[FLASH_SIZE / UNIT];

/* Rewriting a unit is a refusal of its own and would hide the others. */
static bool write_once(void)
{
    return defect == 0 || defect == FLASH_FORGETS_WRITE_ONCE;
}

static signet_status ram_read(void *ctx, uint32_t offset, uint8_t *out,
                              size_t len)
{
    (void)ctx;
    memcpy(out, array + offset, len);
    return SIGNET_OK;
}

static bool unit_allowed(uint32_t offset, const uint8_t *data)
{
    for (size_t i = 0; i < UNIT; i++) {
        if ((data[i] & (uint8_t)~array[offset + i]) != 0 &&
            defect != FLASH_PROGRAM_SETS_BITS) {
            return false;
        }
    }
    return !spent[offset / UNIT] || !write_once() ||
           defect == FLASH_FORGETS_WRITE_ONCE;
}

static bool all_allowed(uint32_t offset, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i += UNIT) {
        if (!unit_allowed(offset + (uint32_t)i, data + i)) {
            return false;
        }
    }
    return true;
}

static signet_status ram_program(void *ctx, uint32_t offset,
                                 const uint8_t *data, size_t len)
{
    (void)ctx;
    memcpy(before_last, array, sizeof array);
    if (defect != FLASH_REFUSES_TOO_LATE && !all_allowed(offset, data, len)) {
        return SIGNET_ERR_FLASH_RULE;
    }
    for (size_t i = 0; i < len; i += UNIT) {
        if (!unit_allowed(offset + (uint32_t)i, data + i)) {
            return SIGNET_ERR_FLASH_RULE;
        }
        size_t n = defect == FLASH_PROGRAM_DROPS_LAST_BYTE ? UNIT - 1 : UNIT;
        memcpy(array + offset + i, data + i, n);
        spent[(offset + i) / UNIT] = true;
    }
    return SIGNET_OK;
}

static signet_status ram_erase(void *ctx, uint32_t offset, size_t len)
{
    (void)ctx;
    memcpy(before_last, array, sizeof array);
    if (defect == FLASH_ERASE_TAKES_TOO_MUCH && offset + len < FLASH_SIZE) {
        len += BLOCK;
    }
    if (defect == FLASH_ERASE_LEAVES_A_BYTE) {
        len--;
    }
    memset(array + offset, 0xFF, len);
    memset(spent + offset / UNIT, 0, (len + UNIT - 1) / UNIT);
    return SIGNET_OK;
}

static const signet_flash_ops ram_ops = {ram_read, ram_program, ram_erase};

static signet_status ram_cycle(void *arg, signet_flash *out)
{
    (void)arg;
    if (defect == FLASH_LOSES_THE_LAST_WRITE) {
        memcpy(array, before_last, sizeof array);
    }
    *out = (signet_flash){&ram_ops, NULL, 0,           FLASH_SIZE,
                          BLOCK,    UNIT, write_once()};
    return SIGNET_OK;
}

static int flash_suite(void)
{
    conformance_flash fixture = {NULL, ram_cycle, true};
    return conformance_flash_run(&fixture);
}

static void wrong_flash(void **state)
{
    (void)state;
    assert_all_found(flash_suite, FLASH_DEFECTS);
}

/* ---- stream ---- */

enum {
    STREAM_WOULD_BLOCK_IS_CLOSED = 1,
    STREAM_CLOSED_IS_WOULD_BLOCK,
    STREAM_LOSES_A_BYTE,
    STREAM_SAYS_MORE_THAN_IT_TOOK,
    STREAM_NEVER_STOPS,
    STREAM_OPENS_ONCE_ONLY,
    STREAM_DEAF_AFTER_A_FAILED_WRITE,
    STREAM_DEFECTS = STREAM_DEAF_AFTER_A_FAILED_WRITE
};

static signet_stream inner;
static bool opened;
static bool write_failed;

static signet_status wrong_open(void *ctx, const signet_peer *peer)
{
    if (defect == STREAM_OPENS_ONCE_ONLY && opened) {
        return SIGNET_ERR_CONNECT;
    }
    signet_status status = inner.ops->open(ctx, peer);
    opened = opened || status == SIGNET_OK;
    return status;
}

static signet_status wrong_write(void *ctx, const uint8_t *data, size_t len,
                                 size_t *written)
{
    signet_status status = inner.ops->write(ctx, data, len, written);
    write_failed = status != SIGNET_OK && status != SIGNET_PENDING;
    if (defect == STREAM_NEVER_STOPS && status == SIGNET_PENDING) {
        *written = len;
        return SIGNET_OK;
    }
    if (defect == STREAM_SAYS_MORE_THAN_IT_TOOK && *written < len) {
        *written = status == SIGNET_OK ? len : 0;
    }
    return status;
}

static signet_status wrong_read(void *ctx, uint8_t *out, size_t cap,
                                size_t *len)
{
    if (defect == STREAM_DEAF_AFTER_A_FAILED_WRITE && write_failed) {
        return SIGNET_ERR_STATE;
    }
    signet_status status = inner.ops->read(ctx, out, cap, len);
    if (defect == STREAM_WOULD_BLOCK_IS_CLOSED && status == SIGNET_PENDING) {
        return SIGNET_CLOSED;
    }
    if (defect == STREAM_CLOSED_IS_WOULD_BLOCK &&
        (status == SIGNET_CLOSED || status == SIGNET_ERR_STATE)) {
        return SIGNET_PENDING;
    }
    if (defect == STREAM_LOSES_A_BYTE && status == SIGNET_OK && *len > 1) {
        memmove(out, out + 1, --*len);
    }
    return status;
}

static void wrong_close(void *ctx)
{
    write_failed = false;
    inner.ops->close(ctx);
}

static const signet_stream_ops wrong_ops = {wrong_open, wrong_write, wrong_read,
                                            wrong_close};

static int stream_suite(void)
{
    far_end far;
    signet_posix_stream stream;
    conformance_stream fixture;
    far_end_open(&far, "127.0.0.1", &fixture);
    signet_posix_stream_init(&stream, 5000, &inner);
    fixture.stream = (signet_stream){&wrong_ops, inner.ctx};
    int failed = conformance_stream_run(&fixture);
    far_end_close(&far);
    return failed;
}

static void wrong_stream(void **state)
{
    (void)state;
    assert_all_found(stream_suite, STREAM_DEFECTS);
}

/* ---- entropy ---- */

enum {
    RNG_CONSTANT = 1,
    RNG_BIASED,
    RNG_REFUSES_EMPTY,
    RNG_WRITES_ROUNDED_UP,
    RNG_DEFECTS = RNG_WRITES_ROUNDED_UP
};

static signet_status wrong_fill(void *ctx, uint8_t *out, size_t len)
{
    signet_entropy good = signet_posix_entropy();
    (void)ctx;
    if (defect == RNG_REFUSES_EMPTY && len == 0) {
        return SIGNET_ERR_ENTROPY;
    }
    if (defect == RNG_WRITES_ROUNDED_UP) {
        len = (len + 3u) & ~(size_t)3u;
    }
    signet_status status = good.fill(good.ctx, out, len);
    for (size_t i = 0; i < len; i++) {
        if (defect == RNG_CONSTANT) {
            out[i] = (uint8_t)(i * 37u);
        }
        if (defect == RNG_BIASED) {
            /* 1,792 ones expected of 2,048 bits: never below the limit. */
            out[i] |= 0x77;
        }
    }
    return status;
}

static int entropy_suite(void)
{
    signet_entropy source = {wrong_fill, NULL};
    return conformance_entropy_run(&source);
}

static void wrong_entropy(void **state)
{
    (void)state;
    assert_all_found(entropy_suite, RNG_DEFECTS);
}

/* ---- clock, on a virtual time that only sleeping moves ---- */

enum {
    CLOCK_RUNS_BACKWARDS = 1,
    CLOCK_SLOW,
    CLOCK_LATE_START,
    CLOCK_INVENTS_WALL_TIME,
    CLOCK_IGNORES_SET,
    CLOCK_WALL_STANDS_STILL,
    CLOCK_DEFECTS = CLOCK_WALL_STANDS_STILL
};

typedef struct virtual_clock {
    uint64_t now_ms;
    uint64_t set_s;
    uint64_t set_at_ms;
} virtual_clock;

static uint64_t wrong_uptime(void *ctx)
{
    virtual_clock *c = ctx;
    if (defect == CLOCK_RUNS_BACKWARDS) {
        return 1000 - c->now_ms++ % 2;
    }
    uint64_t now = defect == CLOCK_SLOW ? c->now_ms / 10 * 9 : c->now_ms;
    return defect == CLOCK_LATE_START ? now + 3600000 : now;
}

static uint64_t wrong_wall(void *ctx)
{
    const virtual_clock *c = ctx;
    if (c->set_s == 0) {
        return defect == CLOCK_INVENTS_WALL_TIME ? 1700000000u : 0;
    }
    return defect == CLOCK_WALL_STANDS_STILL
               ? c->set_s
               : c->set_s + (c->now_ms - c->set_at_ms) / 1000;
}

static void wrong_set(void *ctx, uint64_t wall_s)
{
    virtual_clock *c = ctx;
    if (defect != CLOCK_IGNORES_SET) {
        c->set_s = wall_s;
        c->set_at_ms = c->now_ms;
    }
}

static void virtual_sleep(void *arg, uint32_t ms)
{
    virtual_clock *c = arg;
    c->now_ms += ms;
}

static int clock_suite(void)
{
    static const signet_clock_ops ops = {wrong_uptime, wrong_wall, wrong_set};
    virtual_clock virtual_time = {0, 0, 0};
    conformance_clock fixture = {
        &virtual_time, {&ops, &virtual_time}, false, virtual_sleep};
    return conformance_clock_run(&fixture);
}

static void wrong_clock(void **state)
{
    (void)state;
    assert_all_found(clock_suite, CLOCK_DEFECTS);
}

/* ---- counter ---- */

enum {
    COUNTER_FALLS = 1,
    COUNTER_FORGETS,
    COUNTER_SHARES_ONE_CELL,
    COUNTER_DAMAGE_READS_ZERO,
    COUNTER_DEFECTS = COUNTER_DAMAGE_READS_ZERO
};

static uint32_t cells[3];
static bool damaged;

static signet_status wrong_counter_read(void *ctx, signet_counter_id id,
                                        uint32_t *value)
{
    (void)ctx;
    if (damaged && defect != COUNTER_DAMAGE_READS_ZERO) {
        return SIGNET_ERR_COUNTER;
    }
    *value = damaged ? 0 : cells[defect == COUNTER_SHARES_ONE_CELL ? 0 : id];
    return SIGNET_OK;
}

static signet_status wrong_raise(void *ctx, signet_counter_id id,
                                 uint32_t value)
{
    uint32_t *cell = &cells[defect == COUNTER_SHARES_ONE_CELL ? 0 : id];
    (void)ctx;
    if (damaged) {
        return SIGNET_ERR_COUNTER;
    }
    if (value > *cell || defect == COUNTER_FALLS) {
        *cell = value;
    }
    return SIGNET_OK;
}

static signet_status counter_cycle(void *arg, signet_counter *out)
{
    static const signet_counter_ops ops = {wrong_counter_read, wrong_raise};
    (void)arg;
    damaged = false;
    if (defect == COUNTER_FORGETS) {
        memset(cells, 0, sizeof cells);
    }
    *out = (signet_counter){&ops, NULL};
    return SIGNET_OK;
}

static void counter_damage(void *arg)
{
    (void)arg;
    damaged = true;
}

static int counter_suite(void)
{
    conformance_counter fixture = {NULL, counter_cycle, counter_damage};
    return conformance_counter_run(&fixture);
}

static void wrong_counter(void **state)
{
    (void)state;
    assert_all_found(counter_suite, COUNTER_DEFECTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_flash),   cmocka_unit_test(wrong_stream),
        cmocka_unit_test(wrong_entropy), cmocka_unit_test(wrong_clock),
        cmocka_unit_test(wrong_counter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
