/* SPDX-License-Identifier: MIT */
/* What the conformance suites leave to the port: refusals, SIGKILL at random
 * moments (FLASH-5, COUNTER-2), failing files (FLASH-6), file modes. */
#define _GNU_SOURCE
#include "cmocka_all.h"
#include "signet/port/posix/counter.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/flash.h"
#include "signet/port/posix/secret.h"
#include "temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096u
#define KILLS 60

static char path[TEMPORARY_SIZE];
static int directory;

static int setup(void **state)
{
    (void)state;
    directory = temporary_make(path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    temporary_remove(path, directory);
    return 0;
}

static const signet_posix_flash_geometry small = {4 * BLOCK, BLOCK, 8, true};

static void make_flash(signet_posix_flash *ctx, signet_flash *flash)
{
    assert_int_equal(signet_posix_flash_create(directory, "f", &small),
                     SIGNET_OK);
    assert_int_equal(
        signet_posix_flash_open(ctx, directory, "f", &small, false, flash),
        SIGNET_OK);
}

static void sleep_us(long us)
{
    struct timespec time = {us / 1000000, (us % 1000000) * 1000};
    (void)nanosleep(&time, NULL);
}

/* Run fn in a child that is killed after a moment that differs each round. */
static void kill_while(void (*fn)(void *), void *arg, int round)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        fn(arg);
        _exit(0);
    }
    sleep_us(200 + (round * 977) % 5000);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void bad_geometry(void **state)
{
    const signet_posix_flash_geometry bad[] = {
        {0, 4096, 8, false},    {4097, 4096, 8, false}, {4096, 3000, 8, false},
        {4096, 4096, 3, false}, {4096, 4096, 0, false}, {4096, 4096, 64, false},
        {4096, 4, 8, false},    {4096, 32, 8, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(signet_posix_flash_create(directory, "bad", &bad[i]),
                         SIGNET_ERR_ARGUMENT);
        assert_int_equal(faccessat(directory, "bad", F_OK, 0), -1);
    }
}

static void flash_open_refusals(void **state)
{
    signet_posix_flash ctx;
    signet_flash flash;
    signet_posix_flash_geometry other = small;
    (void)state;
    assert_int_equal(
        signet_posix_flash_open(&ctx, directory, "f", &small, false, &flash),
        SIGNET_ERR_NOT_FOUND);
    assert_int_equal(signet_posix_flash_create(directory, "f", &small),
                     SIGNET_OK);
    assert_int_equal(signet_posix_flash_create(directory, "f", &small),
                     SIGNET_ERR_STATE);
    other.write_once = false;
    assert_int_equal(
        signet_posix_flash_open(&ctx, directory, "f", &other, false, &flash),
        SIGNET_ERR_CORRUPT);
    signet_posix_flash_close(&ctx);
}

static void FLASH_6_failing_file(void **state)
{
    signet_posix_flash ctx;
    signet_flash flash;
    uint8_t unit[8] = {0};
    (void)state;
    make_flash(&ctx, &flash);
    int file = openat(directory, "f", O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(file, BLOCK), 0);
    assert_int_equal(signet_flash_read(&flash, BLOCK, unit, 8), SIGNET_ERR_IO);
    assert_int_equal(signet_flash_program(&flash, BLOCK, unit, 8),
                     SIGNET_ERR_IO);
    (void)close(file);
    signet_posix_flash_close(&ctx);
    assert_int_equal(signet_flash_erase(&flash, 0, BLOCK), SIGNET_ERR_IO);
}

static void hammer_block_1(void *arg)
{
    const signet_flash *flash = arg;
    uint8_t data[BLOCK];
    memset(data, 0x3C, sizeof data);
    for (;;) {
        if (signet_flash_erase(flash, BLOCK, BLOCK) != SIGNET_OK ||
            signet_flash_program(flash, BLOCK, data, BLOCK) != SIGNET_OK) {
            _exit(1);
        }
    }
}

static void assert_block(const signet_flash *flash, uint32_t block,
                         uint8_t value)
{
    uint8_t got[BLOCK];
    uint8_t want[BLOCK];
    memset(want, value, sizeof want);
    assert_int_equal(signet_flash_read(flash, block * BLOCK, got, BLOCK),
                     SIGNET_OK);
    assert_memory_equal(got, want, BLOCK);
}

static void FLASH_5_kill_spares_other_blocks(void **state)
{
    signet_posix_flash ctx;
    signet_flash flash;
    uint8_t data[BLOCK];
    (void)state;
    make_flash(&ctx, &flash);
    memset(data, 0xC3, sizeof data);
    assert_int_equal(signet_flash_program(&flash, 0, data, BLOCK), SIGNET_OK);
    for (int round = 0; round < KILLS; round++) {
        kill_while(hammer_block_1, &flash, round);
        assert_block(&flash, 0, 0xC3);
        assert_block(&flash, 2, 0xFF);
        /* Whatever it was in, an erase makes the block good again. */
        assert_int_equal(signet_flash_erase(&flash, BLOCK, BLOCK), SIGNET_OK);
        assert_int_equal(signet_flash_program(&flash, BLOCK, data, BLOCK),
                         SIGNET_OK);
        assert_block(&flash, 1, 0xC3);
    }
    /* Neighbours' marks too: block 2 was never programmed, block 0 was. */
    assert_int_equal(signet_flash_program(&flash, 2 * BLOCK, data, 8),
                     SIGNET_OK);
    assert_int_equal(signet_flash_program(&flash, 0, data, 8),
                     SIGNET_ERR_FLASH_RULE);
    signet_posix_flash_close(&ctx);
}

static void program_across_pieces(void **state)
{
    signet_posix_flash ctx;
    signet_flash flash;
    uint8_t data[2 * BLOCK + 16];
    (void)state;
    make_flash(&ctx, &flash);
    memset(data, 0x55, sizeof data);
    assert_int_equal(signet_flash_program(&flash, BLOCK - 8, data, sizeof data),
                     SIGNET_OK);
    assert_int_equal(signet_flash_program(&flash, BLOCK - 8, data, 8),
                     SIGNET_ERR_FLASH_RULE);
    assert_int_equal(signet_flash_program(&flash, 3 * BLOCK, data, 8),
                     SIGNET_ERR_FLASH_RULE);
    assert_int_equal(signet_flash_program(&flash, BLOCK - 16, data, 8),
                     SIGNET_OK);
    assert_int_equal(signet_flash_program(&flash, 3 * BLOCK + 8, data, 8),
                     SIGNET_OK);
    signet_posix_flash_close(&ctx);
}

typedef struct progress {
    signet_counter counter;
    int pipe[2];
} progress;

/* Tell the parent each value once its raise returned. */
static void count_up(void *arg)
{
    const progress *p = arg;
    uint32_t value = 0;
    if (p->counter.ops->read(p->counter.ctx, SIGNET_COUNTER_BOOT, &value) !=
        SIGNET_OK) {
        _exit(1);
    }
    for (;;) {
        value++;
        if (p->counter.ops->raise(p->counter.ctx, SIGNET_COUNTER_BOOT, value) !=
                SIGNET_OK ||
            write(p->pipe[1], &value, sizeof value) != sizeof value) {
            _exit(1);
        }
    }
}

static uint32_t last_reported(const progress *p, uint32_t last)
{
    uint32_t value;
    while (read(p->pipe[0], &value, sizeof value) == sizeof value) {
        last = value;
    }
    return last;
}

static void COUNTER_2_kill_leaves_old_or_new(void **state)
{
    signet_posix_counter ctx;
    progress p;
    uint32_t told = 0;
    uint32_t value = 0;
    (void)state;
    assert_int_equal(signet_posix_counter_create(directory), SIGNET_OK);
    assert_int_equal(signet_posix_counter_open(&ctx, directory, &p.counter),
                     SIGNET_OK);
    assert_int_equal(pipe2(p.pipe, O_NONBLOCK | O_CLOEXEC), 0);
    for (int round = 0; round < KILLS; round++) {
        kill_while(count_up, &p, round);
        told = last_reported(&p, told);
        assert_int_equal(
            p.counter.ops->read(p.counter.ctx, SIGNET_COUNTER_BOOT, &value),
            SIGNET_OK);
        assert_in_range(value, told, told + 1);
        told = value;
    }
    assert_true(value > 0);
    (void)close(p.pipe[0]);
    (void)close(p.pipe[1]);
    signet_posix_counter_close(&ctx);
}

static void counter_exists_once(void **state)
{
    signet_posix_counter ctx;
    signet_counter counter;
    uint32_t value = 0;
    (void)state;
    assert_int_equal(signet_posix_counter_create(directory), SIGNET_OK);
    assert_int_equal(signet_posix_counter_open(&ctx, directory, &counter),
                     SIGNET_OK);
    assert_int_equal(counter.ops->raise(counter.ctx, SIGNET_COUNTER_TRUST, 9),
                     SIGNET_OK);
    assert_int_equal(signet_posix_counter_create(directory), SIGNET_ERR_STATE);
    assert_int_equal(
        counter.ops->read(counter.ctx, SIGNET_COUNTER_TRUST, &value),
        SIGNET_OK);
    assert_int_equal(value, 9);
    assert_int_equal(
        counter.ops->read(counter.ctx, (signet_counter_id)3, &value),
        SIGNET_ERR_ARGUMENT);
    signet_posix_counter_close(&ctx);
}

static void open_secret(signet_posix_secret *ctx, signet_secret *secret)
{
    signet_entropy rng = signet_posix_entropy();
    assert_int_equal(signet_posix_secret_create(directory, &rng), SIGNET_OK);
    assert_int_equal(signet_posix_secret_open(ctx, directory, secret),
                     SIGNET_OK);
}

static void secret_is_owners_only(void **state)
{
    signet_posix_secret ctx;
    signet_secret secret;
    uint8_t bytes[32];
    const uint8_t zeros[32] = {0};
    struct stat info;
    (void)state;
    open_secret(&ctx, &secret);
    assert_int_equal(fstatat(directory, "secret", &info, 0), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(fchmodat(directory, "secret", 0640, 0), 0);
    memset(bytes, 0xEE, sizeof bytes);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_ERR_KEY);
    assert_memory_equal(bytes, zeros, sizeof bytes);
    assert_int_equal(fchmodat(directory, "secret", 0600, 0), 0);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_OK);
    signet_posix_secret_close(&ctx);
}

static void damaged_secret_is_corrupt(void **state)
{
    signet_posix_secret ctx;
    signet_secret secret;
    uint8_t bytes[32];
    (void)state;
    open_secret(&ctx, &secret);
    int file = openat(directory, "secret", O_RDWR | O_CLOEXEC);
    assert_int_equal(pread(file, bytes, 1, 20), 1);
    bytes[0] ^= 0x01;
    assert_int_equal(pwrite(file, bytes, 1, 20), 1);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_ERR_CORRUPT);
    assert_int_equal(ftruncate(file, 43), 0);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_ERR_CORRUPT);
    assert_int_equal(ftruncate(file, 45), 0);
    assert_int_equal(secret.ops->read(secret.ctx, bytes), SIGNET_ERR_CORRUPT);
    (void)close(file);
    signet_posix_secret_close(&ctx);
}

static void life_cycle_goes_forward(void **state)
{
    signet_posix_secret ctx;
    signet_secret secret;
    uint8_t before[32];
    uint8_t after[32];
    (void)state;
    open_secret(&ctx, &secret);
    assert_int_equal(secret.ops->assurance(secret.ctx), SIGNET_ASSURANCE_NONE);
    assert_int_equal(secret.ops->life_cycle(secret.ctx),
                     SIGNET_LIFE_PROVISIONING);
    assert_int_equal(secret.ops->read(secret.ctx, before), SIGNET_OK);
    assert_int_equal(
        signet_posix_secret_advance(directory, SIGNET_LIFE_SECURED), SIGNET_OK);
    assert_int_equal(secret.ops->life_cycle(secret.ctx), SIGNET_LIFE_SECURED);
    assert_int_equal(
        signet_posix_secret_advance(directory, SIGNET_LIFE_PROVISIONING),
        SIGNET_ERR_LIFE_CYCLE);
    assert_int_equal(secret.ops->read(secret.ctx, after), SIGNET_OK);
    assert_memory_equal(before, after, 32);
    signet_posix_secret_close(&ctx);
}

static signet_status no_entropy(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    (void)out;
    (void)len;
    return SIGNET_ERR_ENTROPY;
}

static void no_secret_without_entropy(void **state)
{
    signet_entropy rng = {no_entropy, NULL};
    (void)state;
    assert_int_equal(signet_posix_secret_create(directory, &rng),
                     SIGNET_ERR_ENTROPY);
    assert_int_equal(faccessat(directory, "secret", F_OK, 0), -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_geometry),
        TEST(flash_open_refusals),
        TEST(program_across_pieces),
        TEST(FLASH_5_kill_spares_other_blocks),
        TEST(FLASH_6_failing_file),
        TEST(COUNTER_2_kill_leaves_old_or_new),
        TEST(counter_exists_once),
        TEST(secret_is_owners_only),
        TEST(damaged_secret_is_corrupt),
        TEST(life_cycle_goes_forward),
        TEST(no_secret_without_entropy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
