/* SPDX-License-Identifier: MIT */
/* A whole device on RAM flash and a virtual clock: first stage, identity,
 * update, reports, agent, and its service behind a scripted messenger. */
#ifndef SIGNET_TEST_AGENT_DEVICE_H
#define SIGNET_TEST_AGENT_DEVICE_H

#include "identity_device.h"
#include "ram_flash.h"
#include "script_messenger.h"
#include "signet/agent.h"

#define DEVICE_WINDOW 8u
#define DEVICE_TIMEOUT_MS 2000u
#define DEVICE_RETRY_MS 200u
#define DEVICE_RETRY_MAX_MS 30000u
#define DEVICE_LOG_SIZE (16u * 1024u)
#define DEVICE_EVENTS 11

struct device_event {
    unsigned count;
    signet_status last;
};

struct agent_device {
    struct agent_service service;
    struct script_messenger script;
    struct kit_device kit; /* secret, items, hand-off, identity */
    struct ram_flash slots[SIGNET_SLOT_COUNT];
    struct ram_flash message_flash;
    struct ram_flash report_flash;
    uint32_t counters[3];
    struct release factory_image;
    signet_update_config update_config;
    signet_update_memory update_memory;
    signet_update update;
    signet_log messages;
    signet_log reports;
    signet_report report;
    signet_report_slot report_slots[8];
    signet_agent_config config;
    signet_agent agent;
    uint8_t buffer[SIGNET_AGENT_BUFFER(SIGNET_REPORT_MAX_SIZE)];
    struct device_event events[DEVICE_EVENTS];

    uint64_t world_ms;    /* since the test began */
    uint64_t uptime_ms;   /* since boot */
    uint64_t uptime_mask; /* of what the agent is told; all ones */
    uint64_t wall_at_s;   /* wall time when it was set; 0: not known */
    uint64_t wall_set_ms; /* uptime when it was set */
    uint64_t wanted_ms;   /* uptime of the next step */
    bool reset;           /* the agent asked for it */
    unsigned steps;
};

/** A provisioned device with image 1 in slot 0, its service and its world.
 * Not booted. It must not be moved afterwards. */
void agent_device_new(struct agent_device *device);
void agent_device_free(struct agent_device *device);

/** First stage and start-up, as a reset or power-on does. */
void agent_device_boot(struct agent_device *device);

/** All of it but the agent's own initialisation, whose result is given. */
signet_status agent_device_try_boot(struct agent_device *device);

/** Boot and wait until it is online; fails the test otherwise. */
void agent_device_online(struct agent_device *device);

/** One step of the agent at the present time. */
void agent_device_step(struct agent_device *device);

/** Let time pass, stepping whenever the agent wants to. */
void agent_device_run(struct agent_device *device, uint64_t ms);

/** The same until an event was told (at all: count > before) or ms passed;
 * true when it was. */
bool agent_device_await(struct agent_device *device, signet_agent_event event,
                        uint64_t ms);

/** The same until the agent asks for a reset; then boot. */
bool agent_device_await_reset(struct agent_device *device, uint64_t ms);

unsigned agent_device_count(const struct agent_device *device,
                            signet_agent_event event);
signet_status agent_device_last(const struct agent_device *device,
                                signet_agent_event event);

/** Send text as a message; its sequence. */
uint32_t agent_device_send(struct agent_device *device, const char *text);

/** Records in a log that are not freed yet. */
unsigned agent_device_held(const signet_log *log);

/** Reports held in the log or arrived at the service, with this code. */
unsigned agent_device_reports(const struct agent_device *device, int32_t code);

#endif
