/* SPDX-License-Identifier: MIT */
#include "device.h"

#include <stdio.h>
#include <string.h>

/* Records sent ahead of the service's answer, and times of a device on a
 * mains-powered network; a battery device would stretch them. */
#define WINDOW 8u
#define TIMEOUT_MS 2000u
#define RETRY_MS 200u
#define RETRY_MAX_MS 30000u
#define KEEP_ALIVE_S 30u
#define TRIAL_BOOTS 3u
#define TRIAL_MS 120000u

/* ---- storage ---- */

static signet_status mount_items(signet_items *items, const signet_flash *flash)
{
    signet_status status = signet_items_mount(items, flash);
    /* Damaged beyond mounting, it starts empty: all that is in it can be had
     * again by enrolling. */
    if (status == SIGNET_ERR_NOT_FOUND || status == SIGNET_ERR_CORRUPT) {
        status = signet_items_format(flash);
        if (status == SIGNET_OK) {
            status = signet_items_mount(items, flash);
        }
    }
    return status;
}

static signet_status format_log(signet_log *log, const signet_flash *flash,
                                const signet_entropy *rng)
{
    uint32_t epoch = 0;
    signet_status status = rng->fill(rng->ctx, (uint8_t *)&epoch, sizeof epoch);
    if (status == SIGNET_OK) {
        /* 0 is not an epoch: the last bit costs nothing. */
        status = signet_log_format(flash, epoch | 1u);
    }
    return status == SIGNET_OK ? signet_log_mount(log, flash) : status;
}

/* A log that is damaged beyond mounting starts anew: the epoch in its records
 * tells the service that some were lost. */
static signet_status mount_log(signet_log *log, const signet_flash *flash,
                               const signet_entropy *rng)
{
    signet_status status = signet_log_mount(log, flash);
    if (status == SIGNET_ERR_NOT_FOUND || status == SIGNET_ERR_CORRUPT) {
        status = format_log(log, flash, rng);
    }
    return status;
}

static signet_status mount_all(struct device *device)
{
    const struct device_board *board = device->board;
    signet_status status =
        signet_items_mount(&device->boot_items, &board->boot_items);
    if (status == SIGNET_OK) {
        status =
            signet_items_mount(&device->factory_items, &board->factory_items);
    }
    if (status == SIGNET_OK) {
        status = mount_items(&device->app_items, &board->app_items);
    }
    if (status == SIGNET_OK) {
        status =
            mount_log(&device->report_log, &board->report_log, &board->rng);
    }
    if (status == SIGNET_OK) {
        status =
            mount_log(&device->message_log, &board->message_log, &board->rng);
    }
    return status;
}

/* ---- reports: first, so that the start of everything else is covered ---- */

static signet_status start_report(struct device *device,
                                  const struct device_settings *settings,
                                  signet_reset_reason reason, signet_time now)
{
    signet_report_config config;
    signet_report_capture_area *area = &device->capture;
    const signet_fault *fault = &device->board->fault;
    signet_status status;
    memset(&config, 0, sizeof config);
    config.log = &device->report_log;
    config.lock = device->board->lock;
    config.slots = device->report_slots;
    config.slot_count =
        sizeof device->report_slots / sizeof device->report_slots[0];
    config.boot_count = device->handoff.boot_count;
    config.version = device->handoff.version;
    config.build_id = signet_view(device->handoff.measurement, 20);
    config.memory_consent = settings->memory_consent;
    signet_report_init(&device->report, &config);

    area->noinit = fault->ops->noinit(fault->ctx, &area->len);
    area->memory_consent = settings->memory_consent;
    area->boot_count = device->handoff.boot_count;
    memcpy(area->version, device->handoff.version, sizeof area->version);
    area->build_id_len = (uint8_t)config.build_id.len;
    memcpy(area->build_id, config.build_id.ptr, config.build_id.len);
    status = signet_report_recover(&device->report, area->noinit, area->len,
                                   reason, now);
    if (status != SIGNET_OK && status != SIGNET_ERR_CORRUPT &&
        status != SIGNET_ERR_FULL) {
        return status;
    }
    return fault->ops->install(fault->ctx, signet_report_capture, area);
}

/* ---- update, identity, agent ---- */

static signet_status start_update(struct device *device,
                                  const struct device_settings *settings)
{
    signet_update_config *config = &device->update_config;
    config->items = &device->boot_items;
    config->slots[0] = &device->board->slots[0];
    config->slots[1] = &device->board->slots[1];
    config->counter = device->board->counter;
    config->root_key = device->handoff.root_key;
    memcpy(config->vendor_id, settings->vendor_id, sizeof config->vendor_id);
    memcpy(config->class_id, settings->class_id, sizeof config->class_id);
    config->policy.min_es256 = 1;
    config->max_tries = TRIAL_BOOTS;
    return signet_update_start(&device->update, config, &device->update_memory,
                               &device->handoff);
}

static signet_status start_identity(struct device *device,
                                    const struct device_settings *settings)
{
    signet_identity_config config;
    memset(&config, 0, sizeof config);
    config.secret = device->board->secret;
    config.factory = &device->factory_items;
    config.items = &device->app_items;
    config.rng = device->board->rng;
    config.handoff = &device->handoff;
    memcpy(config.vendor_id, settings->vendor_id, sizeof config.vendor_id);
    memcpy(config.class_id, settings->class_id, sizeof config.class_id);
    config.build_time_s = settings->build_time_s;
    config.trust_counter = device->update.trust.counter;
    return signet_identity_start(&device->identity, &config);
}

static signet_status start_agent(struct device *device,
                                 const struct device_settings *settings)
{
    signet_agent_config config;
    memset(&config, 0, sizeof config);
    config.messenger = device->board->messenger;
    config.identity = &device->identity;
    config.update = &device->update;
    config.report = &device->report;
    config.messages = &device->message_log;
    config.reports = &device->report_log;
    config.rng = device->board->rng;
    config.enrolment = settings->enrolment;
    config.operational = settings->operational;
    config.keep_alive_s = KEEP_ALIVE_S;
    config.window = WINDOW;
    config.timeout_ms = TIMEOUT_MS;
    config.retry_ms = RETRY_MS;
    config.retry_max_ms = RETRY_MAX_MS;
    config.trial_ms = TRIAL_MS;
    config.buffer = device->work;
    config.buffer_len = sizeof device->work;
    config.event = settings->event;
    config.event_ctx = settings->event_ctx;
    return signet_agent_init(&device->agent, &config);
}

signet_status device_start(struct device *device,
                           const struct device_board *board,
                           const struct device_settings *settings,
                           signet_reset_reason reason, signet_time now)
{
    signet_status status;
    memset(device, 0, sizeof *device);
    device->board = board;
    device->reading_ms = settings->reading_ms;
    device->reading_at_ms = now.uptime_ms;
    status = board->boot.ops->handoff(board->boot.ctx, &device->handoff);
    if (status == SIGNET_OK) {
        status = mount_all(device);
    }
    if (status == SIGNET_OK) {
        status = start_report(device, settings, reason, now);
    }
    if (status == SIGNET_OK) {
        status = start_update(device, settings);
    }
    if (status == SIGNET_OK) {
        status = start_identity(device, settings);
    }
    if (status == SIGNET_OK) {
        status = start_agent(device, settings);
    }
    return status;
}

/* ---- running ---- */

/* The application proper: a reading, numbered so that a loss would show. */
static void take_reading(struct device *device)
{
    char text[80];
    int len =
        snprintf(text, sizeof text, "reading %u of boot %u, image %s",
                 (unsigned)(device->readings + 1u),
                 (unsigned)device->handoff.boot_count, device->handoff.version);
    if (signet_agent_send(&device->agent,
                          signet_view((const uint8_t *)text, (size_t)len),
                          NULL) == SIGNET_OK) {
        device->readings++;
    } /* else the log is full: this reading was not taken */
}

signet_status device_step(struct device *device, signet_time now,
                          signet_agent_result *result)
{
    signet_status status;
    if (device->reading_ms > 0u && now.uptime_ms >= device->reading_at_ms) {
        take_reading(device);
        device->reading_at_ms = now.uptime_ms + device->reading_ms;
    }
    status = signet_agent_step(&device->agent, now, result);
    if (device->reading_ms > 0u && device->reading_at_ms < result->next_ms) {
        result->next_ms = device->reading_at_ms;
    }
    return status;
}
