/* SPDX-License-Identifier: MIT */
/* What the messenger tells the agent. Called from inside its step. */
#include "internal.h"

#include <string.h>

/* The broker took the new certificate: it replaces the former one. */
static void commit_certificate(signet_agent *agent)
{
    signet_status status = signet_enrol_commit(&agent->enrol);
    if (status != SIGNET_OK) {
        signet_agent_report(agent, SIGNET_REPORT_REFUSAL, SIGNET_SEVERITY_ERROR,
                            status);
        return;
    }
    agent->testing = false;
    agent->must_enrol = false;
    agent->enrol_at_ms = 0;
    signet_agent_trial_passed(agent);
}

static void start_operation(signet_agent *agent)
{
    if (agent->testing) {
        commit_certificate(agent);
    }
    agent->online_since_ms = agent->now.uptime_ms;
    agent->time_tries = 0;
    agent->time_asked = false; /* answers are for one session */
    agent->time_at_ms = agent->now.wall_s == 0u ? signet_agent_in(agent, 0) : 0;
    agent->query_tries = 0;
    agent->query_at_ms = signet_agent_in(agent, 0);
    agent->block_at_ms = signet_agent_in(agent, 0);
    signet_agent_uplink_restart(agent);
    signet_agent_tell(agent, SIGNET_AGENT_ONLINE, SIGNET_OK);
}

static void on_opened(void *ctx, bool present)
{
    signet_agent *agent = (signet_agent *)ctx;
    (void)present;
    agent->connected = true;
    if (agent->phase == SIGNET_AGENT_PHASE_OPERATION) {
        start_operation(agent);
    }
}

static void on_closed(void *ctx, signet_status why)
{
    signet_agent *agent = (signet_agent *)ctx;
    agent->closed = true;
    agent->why = why;
}

static void on_acknowledged(void *ctx, uint16_t token)
{
    /* PUBACK is not durability: only the service's own answer frees. */
    (void)ctx;
    (void)token;
}

static bool is_word(signet_bytes text, const char *word)
{
    return signet_equal(text, signet_view((const uint8_t *)word, strlen(word)));
}

static signet_status dispatch(signet_agent *agent, signet_bytes topic,
                              signet_bytes payload)
{
    signet_bytes rest = signet_agent_topic_rest(agent, topic);
    if (agent->phase == SIGNET_AGENT_PHASE_ENROLMENT && is_word(rest, "rsp")) {
        return signet_enrol_input(&agent->enrol, payload, agent->now);
    }
    if (agent->phase != SIGNET_AGENT_PHASE_OPERATION) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (is_word(rest, "down/ack")) {
        return signet_agent_uplink_ack(agent, payload);
    }
    if (is_word(rest, "down/update")) {
        return signet_agent_update_reply(agent, payload);
    }
    if (is_word(rest, "down/time")) {
        return signet_agent_time_reply(agent, payload);
    }
    return SIGNET_ERR_NOT_FOUND;
}

static bool has_failed(const signet_agent *agent)
{
    return agent->phase == SIGNET_AGENT_PHASE_ENROLMENT &&
           agent->enrol.state == SIGNET_ENROL_FAILED;
}

static void refuse_message(signet_agent *agent, signet_status status)
{
    signet_agent_report(agent, SIGNET_REPORT_REFUSAL, SIGNET_SEVERITY_WARNING,
                        status);
    signet_agent_tell(agent, SIGNET_AGENT_MESSAGE_REFUSED, status);
}

static void on_received(void *ctx, const signet_message_part *part)
{
    signet_agent *agent = (signet_agent *)ctx;
    signet_status status = SIGNET_ERR_TOO_LARGE;
    if (part->offset != 0u) {
        return; /* its first part was refused */
    }
    if (part->payload.len == part->total) {
        status = dispatch(agent, part->topic, part->payload);
    }
    /* What ended an enrolment is told as such. */
    if (status != SIGNET_OK && status != SIGNET_ERR_REFUSED &&
        !has_failed(agent)) {
        refuse_message(agent, status);
    }
}

signet_messenger_events signet_agent_events(signet_agent *agent)
{
    signet_messenger_events events;
    events.ctx = agent;
    events.opened = on_opened;
    events.closed = on_closed;
    events.acknowledged = on_acknowledged;
    events.received = on_received;
    return events;
}
