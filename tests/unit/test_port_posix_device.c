/* SPDX-License-Identifier: MIT */
/* Log, reset, watchdog, clock options, and devices opened whole. */
#define _GNU_SOURCE
#include "cmocka_all.h"
#include "signet/port/log.h"
#include "signet/port/posix/device.h"
#include "signet/port/posix/layout.h"
#include "temporary.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- log ---- */

static size_t logged(const char *text, char *out, size_t cap)
{
    int ends[2];
    int saved = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    signet_port_log(SIGNET_LOG_WARNING, "agent", "%s", text);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    (void)close(ends[1]);
    ssize_t n = read(ends[0], out, cap - 1);
    (void)close(ends[0]);
    assert_true(n >= 0);
    out[n] = '\0';
    return (size_t)n;
}

static void log_is_one_line(void **state)
{
    char line[1024];
    (void)state;
    (void)logged("forged\nerror boot: all is well\x1b[2J", line, sizeof line);
    assert_string_equal(line,
                        "warning agent: forged?error boot: all is well?[2J\n");
}

/* LOG-2, for each place that a two-byte character may be cut at. */
static void LOG_2_cut_line_ends_in_dots(void **state)
{
    char line[1024];
    char text[1024];
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 2 < sizeof text; i += 2) {
            memcpy(text + i, "\xC3\xA9", 2);
            text[i + 2] = '\0';
        }
        size_t len = logged(text, line, sizeof line);
        assert_true(len <= 512 && len > 500);
        assert_memory_equal(line + len - 4, "...\n", 4);
        assert_int_equal((uint8_t)line[len - 5], 0xA9);
    }
}

static void log_level_is_chosen(void **state)
{
    char line[64];
    (void)state;
    assert_int_equal(setenv("SIGNET_LOG", "error", 1), 0);
    assert_int_equal(logged("hidden", line, sizeof line), 0);
    assert_int_equal(unsetenv("SIGNET_LOG"), 0);
}

/* ---- reset ---- */

static void RESET_1_and_2(void **state)
{
    signet_posix_reset ctx;
    signet_reset reset;
    int status = 0;
    (void)state;
    signet_posix_reset_init(&ctx, SIGNET_RESET_FAULT, &reset);
    assert_int_equal(reset.ops->reason(reset.ctx), SIGNET_RESET_FAULT);
    assert_int_equal(reset.ops->reason(reset.ctx), SIGNET_RESET_FAULT);
    pid_t child = fork();
    if (child == 0) {
        reset.ops->reboot(reset.ctx);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), SIGNET_POSIX_REBOOT_STATUS);
}

/* ---- watchdog ---- */

static void sleep_ms(long ms)
{
    struct timespec time = {ms / 1000, (ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

static void WDOG_1_expires_unless_fed(void **state)
{
    signet_posix_watchdog device_side;
    signet_posix_watchdog launcher_side;
    signet_watchdog watchdog;
    signet_watchdog unused;
    int fd = memfd_create("watchdog", MFD_CLOEXEC);
    (void)state;
    assert_int_equal(ftruncate(fd, SIGNET_POSIX_WATCHDOG_SIZE), 0);
    assert_int_equal(signet_posix_watchdog_open(&device_side, fd, &watchdog),
                     SIGNET_OK);
    assert_int_equal(signet_posix_watchdog_open(&launcher_side, fd, &unused),
                     SIGNET_OK);
    assert_false(signet_posix_watchdog_expired(&launcher_side));
    assert_int_equal(watchdog.ops->start(watchdog.ctx, 0), SIGNET_ERR_ARGUMENT);
    assert_int_equal(watchdog.ops->start(watchdog.ctx, 150), SIGNET_OK);
    /* WDOG-2: neither stopped nor lengthened. */
    assert_int_equal(watchdog.ops->start(watchdog.ctx, 100000), SIGNET_OK);
    for (int i = 0; i < 4; i++) {
        sleep_ms(60);
        watchdog.ops->feed(watchdog.ctx);
        assert_false(signet_posix_watchdog_expired(&launcher_side));
    }
    sleep_ms(250);
    assert_true(signet_posix_watchdog_expired(&launcher_side));
    signet_posix_watchdog_rearm(&launcher_side);
    assert_false(signet_posix_watchdog_expired(&launcher_side));
    signet_posix_watchdog_close(&device_side);
    signet_posix_watchdog_close(&launcher_side);
    (void)close(fd);
}

static void watchdog_absent(void **state)
{
    signet_posix_watchdog ctx;
    signet_watchdog watchdog;
    (void)state;
    assert_int_equal(signet_posix_watchdog_open(&ctx, -1, &watchdog),
                     SIGNET_OK);
    assert_int_equal(watchdog.ops->start(watchdog.ctx, 10),
                     SIGNET_ERR_UNSUPPORTED);
    watchdog.ops->feed(watchdog.ctx);
    assert_false(signet_posix_watchdog_expired(&ctx));
    signet_posix_watchdog_close(&ctx);
}

/* ---- clock ---- */

static void clock_believes_the_host_if_told(void **state)
{
    signet_posix_clock ctx;
    signet_clock clock;
    (void)state;
    signet_posix_clock_init(&ctx, true, &clock);
    uint64_t host = (uint64_t)time(NULL);
    assert_in_range(clock.ops->wall_s(clock.ctx), host, host + 2);
    clock.ops->set_wall(clock.ctx, 1000);
    assert_in_range(clock.ops->wall_s(clock.ctx), 1000, 1002);
}

/* ---- whole devices ---- */

typedef struct one {
    char path[TEMPORARY_SIZE];
    int directory;
    signet_posix_device device;
} one;

static one devices[2];

static const signet_posix_flash_geometry whole = {
    SIGNET_POSIX_FLASH_SIZE, SIGNET_POSIX_ERASE_SIZE, SIGNET_POSIX_PROGRAM_SIZE,
    SIGNET_POSIX_WRITE_ONCE};

static void make_device(one *d)
{
    signet_entropy rng = signet_posix_entropy();
    d->directory = temporary_make(d->path);
    assert_int_equal(signet_posix_flash_create(d->directory,
                                               SIGNET_POSIX_FLASH_NAME, &whole),
                     SIGNET_OK);
    assert_int_equal(signet_posix_counter_create(d->directory), SIGNET_OK);
    assert_int_equal(signet_posix_secret_create(d->directory, &rng), SIGNET_OK);
}

static signet_status open_device(one *d)
{
    signet_posix_device_config config = {d->directory, -1,    -1,
                                         -1,           false, false};
    return signet_posix_device_open(&d->device, &config);
}

static void two_devices_side_by_side(void **state)
{
    uint8_t secrets[2][32];
    uint8_t unit[8] = {0};
    uint8_t got[8];
    (void)state;
    for (int i = 0; i < 2; i++) {
        make_device(&devices[i]);
        assert_int_equal(open_device(&devices[i]), SIGNET_OK);
    }
    signet_posix_device *a = &devices[0].device;
    signet_posix_device *b = &devices[1].device;
    assert_int_equal(a->secret.ops->read(a->secret.ctx, secrets[0]), SIGNET_OK);
    a->secret.ops->latch(a->secret.ctx);
    assert_int_equal(b->secret.ops->read(b->secret.ctx, secrets[1]), SIGNET_OK);
    assert_memory_not_equal(secrets[0], secrets[1], 32);
    assert_int_equal(signet_flash_program(&a->storage.slots[1], 0, unit, 8),
                     SIGNET_OK);
    assert_int_equal(signet_flash_read(&b->storage.slots[1], 0, got, 8),
                     SIGNET_OK);
    assert_memory_equal(got, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
    signet_handoff handoff;
    assert_int_equal(a->boot.ops->handoff(a->boot.ctx, &handoff),
                     SIGNET_ERR_CORRUPT);
    assert_int_equal(a->reset.ops->reason(a->reset.ctx), SIGNET_RESET_UNKNOWN);
    for (int i = 0; i < 2; i++) {
        signet_posix_device_close(&devices[i].device);
        signet_posix_device_close(&devices[i].device);
        temporary_remove(devices[i].path, devices[i].directory);
    }
}

/* Descriptors open in this process. */
static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static int shorten_flash(int directory)
{
    int fd = openat(directory, SIGNET_POSIX_FLASH_NAME, O_WRONLY | O_CLOEXEC);
    int result = ftruncate(fd, 100);
    (void)close(fd);
    return result;
}

static void failed_open_leaves_nothing_open(void **state)
{
    (void)state;
    make_device(&devices[0]);
    int before = open_descriptors();
    assert_int_equal(shorten_flash(devices[0].directory), 0);
    assert_int_equal(open_device(&devices[0]), SIGNET_ERR_CORRUPT);
    assert_int_equal(open_descriptors(), before);
    temporary_remove(devices[0].path, devices[0].directory);
}

static void not_launched(void **state)
{
    signet_posix_device_config config;
    int status = 0;
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        for (int fd = 3; fd < 16; fd++) {
            (void)close(fd);
        }
        _exit(signet_posix_device_inherit(&config) == SIGNET_ERR_STATE &&
                      config.dir_fd == -1
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_is_one_line),
        cmocka_unit_test(LOG_2_cut_line_ends_in_dots),
        cmocka_unit_test(log_level_is_chosen),
        cmocka_unit_test(RESET_1_and_2),
        cmocka_unit_test(WDOG_1_expires_unless_fed),
        cmocka_unit_test(watchdog_absent),
        cmocka_unit_test(clock_believes_the_host_if_told),
        cmocka_unit_test(two_devices_side_by_side),
        cmocka_unit_test(failed_open_leaves_nothing_open),
        cmocka_unit_test(not_launched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
