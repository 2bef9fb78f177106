/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

#include "agent.pb.h"

static const char *const topics[] = {"up/message", "up/report"};

void signet_agent_uplink_init(signet_agent *agent)
{
    signet_log *logs[2];
    uint32_t i;
    logs[AGENT_LOG_MESSAGES] = agent->config.messages;
    logs[AGENT_LOG_REPORTS] = agent->config.reports;
    for (i = 0; i < 2u; i++) {
        agent->uplinks[i].log_id = i;
        signet_outbox_init(&agent->uplinks[i].outbox, logs[i],
                           agent->config.window, agent->config.timeout_ms);
    }
}

void signet_agent_uplink_restart(signet_agent *agent)
{
    uint32_t i;
    for (i = 0; i < 2u; i++) {
        signet_agent_topic(agent, topics[i], agent->uplinks[i].topic);
        signet_outbox_restart(&agent->uplinks[i].outbox);
    }
}

static signet_status publish_record(signet_agent *agent,
                                    const signet_agent_uplink *uplink,
                                    const signet_log_entry *entry,
                                    uint32_t oldest)
{
    signet_LogRecord record = signet_LogRecord_init_zero;
    size_t front = (agent->config.buffer_len + 64u) / 2u;
    uint8_t *back = agent->config.buffer + front;
    signet_bytes body = signet_view(back, entry->len);
    signet_status status = signet_log_read(uplink->outbox.log, entry, back,
                                           agent->config.buffer_len - front);
    if (status != SIGNET_OK) {
        return status;
    }
    record.version = AGENT_FORMAT_VERSION;
    record.epoch = uplink->outbox.log->epoch;
    record.sequence = entry->sequence;
    record.oldest = oldest;
    record.boot = agent->config.identity->config.handoff->boot_count;
    signet_agent_encode_view(&record.body, &body);
    return signet_agent_publish(agent, uplink->topic, signet_LogRecord_fields,
                                &record);
}

/* A record that cannot be read must not stop those behind it: it is stepped
 * over and reported. */
static bool pump_one(signet_agent *agent, signet_agent_uplink *uplink)
{
    signet_log_entry entry;
    uint32_t oldest;
    signet_status status;
    if (signet_outbox_next(&uplink->outbox, agent->now.uptime_ms, &entry,
                           &oldest) != SIGNET_OK) {
        return false;
    }
    status = publish_record(agent, uplink, &entry, oldest);
    if (status == SIGNET_ERR_FULL) {
        return false;
    }
    if (status != SIGNET_OK) {
        signet_agent_report(agent, SIGNET_REPORT_DROPPED, SIGNET_SEVERITY_ERROR,
                            status);
    }
    signet_outbox_sent(&uplink->outbox, entry.sequence, agent->now.uptime_ms);
    return true;
}

void signet_agent_uplink_pump(signet_agent *agent)
{
    uint32_t i;
    uint32_t n;
    for (i = 0; i < 2u; i++) {
        for (n = 0; n < agent->config.window; n++) {
            if (!pump_one(agent, &agent->uplinks[i])) {
                break;
            }
        }
    }
}

signet_status signet_agent_uplink_ack(signet_agent *agent, signet_bytes reply)
{
    signet_LogAck ack = signet_LogAck_init_zero;
    signet_status status =
        signet_agent_decode_signed(agent, reply, signet_LogAck_fields, &ack);
    if (status != SIGNET_OK) {
        return status;
    }
    if (ack.version != AGENT_FORMAT_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    if (strcmp(ack.device_id, agent->config.identity->device_id) != 0) {
        return SIGNET_ERR_DEVICE_ID;
    }
    if (ack.log >= 2u) {
        return SIGNET_ERR_NOT_FOUND;
    }
    return signet_outbox_acknowledge(&agent->uplinks[ack.log].outbox, ack.epoch,
                                     ack.sequence);
}
