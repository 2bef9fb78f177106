/* SPDX-License-Identifier: MIT */
/* run: boots, resets, power cuts, updates, over a real program in a slot. */
#define _GNU_SOURCE
#include "cmocka_all.h"
#include "signet/port/posix/layout.h"
#include "signet/port/reset.h"
#include "world.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int setup(void **state)
{
    static world w;
    world_open(&w);
    world_load_device(&w);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    world_close(*state);
    return 0;
}

/* Run a script to the end of the launcher. */
static int run_script(const world *w, process *p, const char *script)
{
    world_run(w, p,
              (const char *[]){"--boots", "12", "--", script, w->manifest[1],
                               w->stream[1], NULL});
    return process_finish(p);
}

static void assert_printed(const process *p, const char *text)
{
    if (strstr(p->out, text) == NULL) {
        fail_msg("no \"%s\" in:\n%s%s", text, p->out, p->err);
    }
}

/* The number after key in the n-th line of the device, counted from 1. */
static long device_value(const process *p, int n, const char *key)
{
    const char *line = p->out;
    while (n-- > 0) {
        line = strstr(line, "device: ");
        assert_non_null(line);
        line += 8;
    }
    const char *value = strstr(line, key);
    assert_non_null(value);
    return strtol(value + strlen(key), NULL, 10);
}

static void one_boot_and_power_off(void **state)
{
    const world *w = *state;
    char measurement[65];
    process p;
    assert_int_equal(run_script(w, &p, "0"), 0);
    assert_printed(&p, "boot 1: slot A 1.0.0 confirmed, power on\n");
    assert_printed(&p, "power off\n");
    signet_hex(w->digest[0], 32, measurement);
    assert_printed(&p, measurement);
    assert_string_equal(p.err, "");
}

/* What was verified is what runs: nobody can change it any more. */
static void image_is_sealed(void **state)
{
    const int all = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
    process p;
    assert_int_equal(run_script(*state, &p, "0"), 0);
    assert_int_equal(device_value(&p, 1, "seals=") & all, all);
}

static void every_reset_reason(void **state)
{
    static const int reasons[] = {SIGNET_RESET_POWER_ON, SIGNET_RESET_REQUESTED,
                                  SIGNET_RESET_FAULT,    SIGNET_RESET_WATCHDOG,
                                  SIGNET_RESET_PIN,      SIGNET_RESET_FAULT};
    process p;
    assert_int_equal(run_script(*state, &p, "rfwkx0"), 0);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(device_value(&p, i + 1, "count="), i + 1);
        assert_int_equal(device_value(&p, i + 1, "reason="), reasons[i]);
        /* FAULT-3: no-init RAM outlives each of them. */
        assert_int_equal(device_value(&p, i + 1, "noinit="), i);
    }
    assert_int_equal(device_value(&p, 3, "fault="), SIGSEGV);
    assert_printed(&p, "boot 2: slot A 1.0.0 confirmed, reset by request\n");
    assert_printed(&p, "boot 3: slot A 1.0.0 confirmed, reset by fault\n");
    assert_printed(&p, "boot 4: slot A 1.0.0 confirmed, reset by watchdog\n");
    assert_printed(&p, "boot 5: slot A 1.0.0 confirmed, reset from outside\n");
}

static void power_off_loses_noinit(void **state)
{
    process p;
    assert_int_equal(run_script(*state, &p, "r00"), 0);
    assert_int_equal(device_value(&p, 2, "noinit="), 1);
    assert_int_equal(run_script(*state, &p, "r00"), 0);
    assert_int_equal(device_value(&p, 1, "count="), 3);
    assert_int_equal(device_value(&p, 1, "noinit="), 0);
    assert_int_equal(device_value(&p, 1, "reason="), SIGNET_RESET_POWER_ON);
}

static void boot_seed_is_fresh(void **state)
{
    process p;
    assert_int_equal(run_script(*state, &p, "r0"), 0);
    const char *first = strstr(p.out, "seed=");
    assert_non_null(first);
    const char *second = strstr(first + 1, "seed=");
    assert_non_null(second);
    assert_memory_not_equal(first, second, 5 + 64);
}

static void boots_are_bounded(void **state)
{
    process p;
    world_run(*state, &p, (const char *[]){"--boots", "3", "--", "f", NULL});
    assert_int_equal(process_finish(&p), 5);
    assert_printed(&p, "boot 3: ");
    assert_null(strstr(p.out, "boot 4: "));
}

/* WDOG-2: the first stage starts it, the application inherits it. */
static void first_stage_watchdog(void **state)
{
    process p;
    world_run(
        *state, &p,
        (const char *[]){"--watchdog", "150", "--boots", "2", "--", "h", NULL});
    assert_int_equal(process_finish(&p), 5);
    assert_printed(&p, "boot 2: slot A 1.0.0 confirmed, reset by watchdog\n");
}

static pid_t start_hanging(const world *w, process *p)
{
    world_run(w, p, (const char *[]){"--", "h", NULL});
    assert_true(process_wait_for(p, "measurement="));
    return (pid_t)device_value(p, 1, "pid=");
}

static void terminate_switches_off(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    for (int i = 0; i < 3; i++) {
        process p;
        pid_t device = start_hanging(*state, &p);
        assert_int_equal(kill(p.pid, signals[i]), 0);
        assert_int_equal(process_finish(&p), 0);
        assert_printed(&p, "power off\n");
        assert_true(process_gone(device));
    }
}

static void kill_is_a_power_cut(void **state)
{
    process p;
    pid_t device = start_hanging(*state, &p);
    assert_int_equal(kill(p.pid, SIGKILL), 0);
    assert_int_equal(process_finish(&p), 128 + SIGKILL);
    assert_true(process_gone(device));
    /* The directory is free at once, the RAM is empty. */
    assert_int_equal(run_script(*state, &p, "0"), 0);
    assert_int_equal(device_value(&p, 1, "noinit="), 0);
}

static void one_launcher_at_a_time(void **state)
{
    process first;
    process second;
    (void)start_hanging(*state, &first);
    assert_int_equal(run_script(*state, &second, "0"), 1);
    assert_non_null(strstr(second.err, "already running"));
    assert_int_equal(kill(first.pid, SIGTERM), 0);
    assert_int_equal(process_finish(&first), 0);
}

static void update_and_confirm(void **state)
{
    const world *w = *state;
    char measurement[65];
    process p;
    assert_int_equal(run_script(w, &p, "uC0"), 0);
    assert_printed(&p, "boot 1: slot A 1.0.0 confirmed, power on\n");
    assert_printed(&p, "boot 2: slot B 1.1.0 trial, reset by request\n");
    assert_printed(&p, "boot 3: slot B 1.1.0 confirmed, reset by request\n");
    signet_hex(w->digest[1], 32, measurement);
    assert_printed(&p, measurement);
}

/* Faulting, and not even starting: both are given up after three tries. */
static void bad_update_is_reverted(void **state)
{
    process p;
    assert_int_equal(run_script(*state, &p, "ufff0"), 0);
    assert_printed(&p, "boot 4: slot B 1.1.0 trial, reset by fault\n");
    assert_printed(&p, "boot 5: slot A 1.0.0 confirmed, reset by fault\n");
}

/* A power cut at a moment that differs each time, in the middle of an
 * installation: the device always comes up, and the update succeeds in the
 * end. */
static void power_cuts_during_update(void **state)
{
    const world *w = *state;
    process p;
    for (int i = 0; i < 8; i++) {
        world_run(w, &p,
                  (const char *[]){"--boots", "1", "--", "u", w->manifest[1],
                                   w->stream[1], NULL});
        assert_true(process_wait_for(&p, "boot "));
        (void)usleep((useconds_t)(1000 + i * 4000));
        (void)kill(p.pid, SIGKILL);
        (void)process_finish(&p);
        assert_printed(&p, "slot ");
        if (strstr(p.out, "1.1.0") != NULL) {
            return;
        }
    }
    assert_int_equal(run_script(w, &p, "uuuuuuuuuC0"), 0);
    assert_printed(&p, "slot B 1.1.0 confirmed");
}

static void flip(const world *w, const char *name, off_t offset)
{
    char path[2 * WORLD_PATH];
    uint8_t byte = 0;
    (void)snprintf(path, sizeof path, "%s/%s", w->device, name);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte ^= 0x04;
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
    (void)close(fd);
}

static void changed_image_does_not_start(void **state)
{
    process p;
    flip(*state, SIGNET_POSIX_FLASH_NAME, SIGNET_POSIX_SLOT_A + 5000);
    assert_int_equal(run_script(*state, &p, "0"), 4);
    assert_string_equal(p.out, "");
    assert_non_null(strstr(p.err, "ERR_NO_IMAGE"));
}

static void damaged_files_are_told(void **state)
{
    static const struct {
        const char *name;
        const char *status;
    } cases[] = {{"first-stage", "ERR_CORRUPT"}, {"counters", "ERR_COUNTER"}};
    for (size_t i = 0; i < 2; i++) {
        process p;
        flip(*state, cases[i].name, 10);
        assert_int_equal(run_script(*state, &p, "0"), 1);
        assert_string_equal(p.out, "");
        assert_non_null(strstr(p.err, cases[i].status));
        flip(*state, cases[i].name, 10);
        assert_int_equal(run_script(*state, &p, "0"), 0);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_boot_and_power_off),   TEST(image_is_sealed),
        TEST(every_reset_reason),       TEST(power_off_loses_noinit),
        TEST(boot_seed_is_fresh),       TEST(boots_are_bounded),
        TEST(first_stage_watchdog),     TEST(terminate_switches_off),
        TEST(kill_is_a_power_cut),      TEST(one_launcher_at_a_time),
        TEST(update_and_confirm),       TEST(bad_update_is_reverted),
        TEST(power_cuts_during_update), TEST(changed_image_does_not_start),
        TEST(damaged_files_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
