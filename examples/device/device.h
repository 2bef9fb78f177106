/* SPDX-License-Identifier: MIT */
/**
 * A whole Signet device, the same source on every port: it proves who it is,
 * sends a reading now and then, reports its faults and takes updates.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "board.h"
#include "signet/agent.h"

/** Longest message that the application sends. */
#define DEVICE_MESSAGE_MAX 1024u

struct device_settings {
    signet_agent_endpoint enrolment;
    signet_agent_endpoint operational;
    uint8_t vendor_id[16];
    uint8_t class_id[16];
    uint64_t build_time_s;
    uint32_t reading_ms; /**< between readings; 0: none */
    bool memory_consent; /**< crash reports may hold registers and stack */
    signet_agent_event_fn event;
    void *event_ctx;
};

/** Everything that one device holds in RAM: no heap, no globals. */
struct device {
    const struct device_board *board;
    signet_handoff handoff;
    signet_items boot_items;
    signet_items factory_items;
    signet_items app_items;
    signet_log report_log;
    signet_log message_log;
    signet_identity identity;
    signet_update_config update_config;
    signet_update_memory update_memory;
    signet_update update;
    signet_report report;
    signet_report_slot report_slots[8];
    signet_report_capture_area capture;
    signet_agent agent;
    uint32_t reading_ms;
    uint64_t reading_at_ms;
    uint32_t readings;
    uint8_t work[SIGNET_AGENT_BUFFER(DEVICE_MESSAGE_MAX)];
};

/**
 * Start everything, and turn a fault of the former boot into a report.
 *
 * @param board     stays valid.
 * @param settings  copied; its strings stay valid.
 * @retval SIGNET_ERR_NOT_FOUND  the device was never provisioned.
 */
signet_status device_start(struct device *device,
                           const struct device_board *board,
                           const struct device_settings *settings,
                           signet_reset_reason reason, signet_time now);

/** One turn of the main loop. */
signet_status device_step(struct device *device, signet_time now,
                          signet_agent_result *result);

/** The bug of this example: reads a sensor that is not there, through a NULL
 * pointer. For showing what a crash looks like from afar. */
int device_read_missing_sensor(const int *sensor);

#endif
