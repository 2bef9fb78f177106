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

/* Neither time nor a new session makes such a record go out. */
static bool is_hopeless(signet_status status)
{
    return status == SIGNET_ERR_CORRUPT || status == SIGNET_ERR_TOO_SMALL ||
           status == SIGNET_ERR_TOO_LARGE;
}

/* A record that cannot be sent must not stop those behind it: it is freed and
 * reported. But the service acknowledges rows, so what stands before it must
 * be committed first; then the oldest sequence we still hold tells the service
 * that this one will not come. */
static bool drop_record(signet_agent *agent, const signet_agent_uplink *uplink,
                        uint32_t sequence, uint32_t oldest,
                        signet_status status)
{
    if (sequence != oldest) {
        return false;
    }
    signet_agent_report(agent, SIGNET_REPORT_DROPPED, SIGNET_SEVERITY_ERROR,
                        status);
    return signet_log_acknowledge(uplink->outbox.log, sequence) == SIGNET_OK;
}

/* True when the next record may be looked at. */
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
    if (is_hopeless(status)) {
        return drop_record(agent, uplink, entry.sequence, oldest, status);
    }
    if (status != SIGNET_OK) {
        return false; /* no room, no session: later */
    }
    signet_outbox_sent(&uplink->outbox, entry.sequence, agent->now.uptime_ms);
    return true;
}

/* By turns, so that a long queue in one log does not keep the other from a
 * messenger with little room. */
void signet_agent_uplink_pump(signet_agent *agent)
{
    bool more[2] = {true, true};
    uint32_t n;
    agent->first_uplink ^= 1u;
    for (n = 0; n < 2u * agent->config.window; n++) {
        uint32_t i = (agent->first_uplink + n) % 2u;
        more[i] = more[i] && pump_one(agent, &agent->uplinks[i]);
    }
}

signet_status signet_agent_uplink_ack(signet_agent *agent, signet_bytes reply)
{
    signet_LogAck ack = signet_LogAck_init_zero;
    signet_status status = signet_agent_decode_signed(
        agent, reply, SIGNET_AAD_LOG_ACK, signet_LogAck_fields, &ack);
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
