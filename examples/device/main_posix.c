/* SPDX-License-Identifier: MIT */
/* The example device as a Linux process under signet-launcher. */
#define _POSIX_C_SOURCE 200809L

#include "device.h"
#include "event_line.h"
#include "mqtt.h"
#include "settings_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "signet/port/posix/device.h"
#include "signet/port/posix/stream.h"
#include "signet/port/tls.h"
#include "signet/port/wolfssl.h"

#define CONNECT_TIMEOUT_MS 5000u
#define WATCHDOG_MS 10000u
#define LONGEST_SLEEP_MS 1000u

struct machine {
    signet_posix_device posix;
    signet_posix_stream tcp_ctx;
    signet_stream tcp;
    signet_tls tls_ctx;
    signet_stream tls;
    struct device_mqtt mqtt;
    struct device_board board;
    struct device device;
};

/* A person's hand on the device, seen from outside: SIGUSR1 touches the
 * sensor that is not there. */
static volatile sig_atomic_t touch_sensor;

static void on_touch(int signal_number)
{
    (void)signal_number;
    touch_sensor = 1;
}

/* ---- the machine ---- */

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
    board->messenger = device_mqtt_start(&machine->mqtt, &machine->tls);
}

static signet_status open_machine(struct machine *machine)
{
    signet_posix_device_config config;
    signet_status status = signet_posix_device_inherit(&config);
    if (status == SIGNET_OK) {
        status = signet_posix_device_open(&machine->posix, &config);
    }
    if (status == SIGNET_OK) {
        status = signet_wolfssl_init(&machine->posix.rng);
    }
    if (status == SIGNET_OK) {
        signet_posix_stream_init(&machine->tcp_ctx, CONNECT_TIMEOUT_MS,
                                 &machine->tcp);
        status = signet_tls_init(&machine->tls_ctx, &machine->tcp);
        machine->tls = signet_tls_stream(&machine->tls_ctx);
    }
    if (status == SIGNET_OK) {
        wire_board(machine);
    }
    return status;
}

static uint32_t sleep_ms(uint64_t now_ms, uint64_t next_ms)
{
    uint64_t left = next_ms > now_ms ? next_ms - now_ms : 0u;
    return left < LONGEST_SLEEP_MS ? (uint32_t)left : LONGEST_SLEEP_MS;
}

static void turn(struct machine *machine)
{
    const signet_posix_device *posix = &machine->posix;
    signet_time now = signet_now(&posix->clock);
    signet_agent_result result;
    (void)device_step(&machine->device, now, &result);
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
    signet_posix_stream_wait(&machine->tcp_ctx, false,
                             sleep_ms(now.uptime_ms, result.next_ms));
}

static int fail(const char *what, signet_status status)
{
    fprintf(stderr, "device: %s: %s: %s\n", what, signet_status_name(status),
            signet_status_text(status));
    return EXIT_FAILURE;
}

int main(void)
{
    static struct machine machine;
    struct device_settings settings;
    signet_status status;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_touch;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("device: release %s\n", DEVICE_RELEASE);
    if (sigaction(SIGUSR1, &action, NULL) != 0 ||
        !settings_from_environment(&settings)) {
        return fail("SIGNET_ENROLMENT, SIGNET_OPERATION (address:port) and "
                    "SIGNET_SERVER_NAME must be set",
                    SIGNET_ERR_ARGUMENT);
    }
    settings.event = event_line;
    settings.event_ctx = &machine.device;
    status = open_machine(&machine);
    if (status == SIGNET_OK) {
        status = machine.posix.watchdog.ops->start(machine.posix.watchdog.ctx,
                                                   WATCHDOG_MS);
    }
    if (status != SIGNET_OK) {
        return fail("cannot open this device", status);
    }
    status =
        device_start(&machine.device, &machine.board, &settings,
                     machine.posix.reset.ops->reason(machine.posix.reset.ctx),
                     signet_now(&machine.posix.clock));
    if (status != SIGNET_OK) {
        return fail("cannot start", status);
    }
    for (;;) {
        turn(&machine);
    }
}
