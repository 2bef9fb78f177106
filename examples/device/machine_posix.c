/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "machine_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_line.h"
#include "settings_posix.h"

#define WATCHDOG_MS 10000u
#define LONGEST_SLEEP_MS 1000u

/* A person's hand on the device, seen from outside: SIGUSR1 touches the
 * sensor that is not there. */
static volatile sig_atomic_t touch_sensor;

static void on_touch(int signal_number)
{
    (void)signal_number;
    touch_sensor = 1;
}

static bool fail(const char *what, signet_status status)
{
    fprintf(stderr, "device: %s: %s: %s\n", what, signet_status_name(status),
            signet_status_text(status));
    return false;
}

static void wire_board(struct machine *machine)
{
    const signet_posix_device *posix = &machine->posix;
    struct device_board *board = &machine->board;
    board->boot_items = posix->storage.boot_items;
    board->factory_items = posix->storage.factory_items;
    board->app_items = posix->storage.items;
    board->report_log = posix->storage.report_log;
    board->message_log = posix->storage.message_log;
    board->slots[0] = posix->storage.slots[0];
    board->slots[1] = posix->storage.slots[1];
    board->secret = posix->secret;
    board->counter = posix->counter;
    board->boot = posix->boot;
    board->fault = posix->fault;
    board->lock = posix->lock;
    board->rng = posix->rng;
}

bool machine_open(struct machine *machine)
{
    signet_posix_device_config config;
    struct sigaction action;
    signet_status status;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_touch;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (sigaction(SIGUSR1, &action, NULL) != 0) {
        return fail("sigaction", SIGNET_ERR_IO);
    }
    status = signet_posix_device_inherit(&config);
    if (status != SIGNET_OK) {
        return fail("start me by signet-launcher", status);
    }
    status = signet_posix_device_open(&machine->posix, &config);
    if (status != SIGNET_OK) {
        return fail("cannot open this device", status);
    }
    wire_board(machine);
    return true;
}

static uint32_t sleep_ms(uint64_t now_ms, uint64_t next_ms)
{
    uint64_t left = next_ms > now_ms ? next_ms - now_ms : 0u;
    return left < LONGEST_SLEEP_MS ? (uint32_t)left : LONGEST_SLEEP_MS;
}

static void show_reading(const struct device *device)
{
    printf("device: kept reading %u of boot %u\n", (unsigned)device->readings,
           (unsigned)device->handoff.boot_count);
}

/* Everything a step may ask for: the whole of an application's duty towards
 * the agent. */
uint32_t machine_turn(struct machine *machine)
{
    const signet_posix_device *posix = &machine->posix;
    signet_time now = signet_now(&posix->clock);
    uint32_t readings = machine->device.readings;
    signet_agent_result result;
    (void)device_step(&machine->device, now, &result);
    if (machine->device.readings != readings) {
        show_reading(&machine->device);
    }
    posix->watchdog.ops->feed(posix->watchdog.ctx);
    if (result.wall_s != 0u) {
        posix->clock.ops->set_wall(posix->clock.ctx, result.wall_s);
    }
    if (result.reset) {
        posix->reset.ops->reboot(posix->reset.ctx);
    }
    if (touch_sensor) {
        (void)device_read_missing_sensor(NULL);
    }
    return sleep_ms(now.uptime_ms, result.next_ms);
}

bool machine_start(struct machine *machine)
{
    const signet_posix_device *posix = &machine->posix;
    struct device_settings settings;
    signet_status status;
    const char *wrong = settings_from_environment(&settings);
    if (wrong != NULL) {
        return fail(wrong, SIGNET_ERR_ARGUMENT);
    }
    settings.event = event_line;
    settings.event_ctx = &machine->device;
    status = posix->watchdog.ops->start(posix->watchdog.ctx, WATCHDOG_MS);
    if (status == SIGNET_OK) {
        status = device_start(&machine->device, &machine->board, &settings,
                              posix->reset.ops->reason(posix->reset.ctx),
                              signet_now(&posix->clock));
    }
    return status == SIGNET_OK || fail("cannot start", status);
}

int machine_run(struct machine *machine, machine_wait wait, void *wait_ctx)
{
    if (!machine_start(machine)) {
        return EXIT_FAILURE;
    }
    for (;;) {
        wait(wait_ctx, machine_turn(machine));
    }
}
