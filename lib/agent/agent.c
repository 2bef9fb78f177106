/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

/* Erase-ahead and report flush run at least this often. */
#define HOUSEKEEPING_MS 1000u

bool signet_agent_due(const signet_agent *agent, uint64_t at_ms)
{
    return at_ms != 0u && agent->now.uptime_ms >= at_ms;
}

void signet_agent_tell(signet_agent *agent, signet_agent_event event,
                       signet_status status)
{
    if (agent->config.event != NULL) {
        agent->config.event(agent->config.event_ctx, event, status);
    }
}

void signet_agent_report(signet_agent *agent, signet_report_kind kind,
                         signet_severity severity, signet_status status)
{
    signet_report_event event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.severity = severity;
    event.code = (int32_t)status;
    /* What cannot be kept is counted by lib/report itself. */
    (void)signet_report_push(agent->config.report, &event,
                             agent->now.uptime_ms);
}

static bool is_complete(const signet_agent_config *config)
{
    return config->messenger.ops != NULL && config->identity != NULL &&
           config->update != NULL && config->report != NULL &&
           config->messages != NULL && config->reports != NULL &&
           config->rng.fill != NULL && config->buffer != NULL &&
           config->buffer_len > SIGNET_AGENT_BUFFER(SIGNET_REPORT_MAX_SIZE) &&
           config->window > 0u && config->timeout_ms > 0u &&
           config->retry_ms > 0u && config->retry_max_ms >= config->retry_ms;
}

signet_status signet_agent_init(signet_agent *agent,
                                const signet_agent_config *config)
{
    if (!is_complete(config)) {
        return SIGNET_ERR_ARGUMENT;
    }
    memset(agent, 0, sizeof *agent);
    agent->config = *config;
    /* A trial image is confirmed by a certificate for its own measurement. */
    agent->must_enrol =
        config->identity->config.handoff->state == SIGNET_IMAGE_TRIAL;
    signet_backoff_init(&agent->backoff, config->retry_ms,
                        config->retry_max_ms);
    signet_agent_uplink_init(agent);
    return signet_agent_read_trust(agent);
}

signet_status signet_agent_send(signet_agent *agent, signet_bytes message,
                                uint32_t *sequence)
{
    size_t longest = (agent->config.buffer_len - 64u) / 2u;
    if (message.len > longest) {
        return SIGNET_ERR_TOO_LARGE;
    }
    return signet_outbox_add(&agent->uplinks[AGENT_LOG_MESSAGES].outbox,
                             message, sequence);
}

void signet_agent_check_for_update(signet_agent *agent)
{
    agent->query_at_ms = agent->now.uptime_ms;
}

/* Certificate, if one is needed, else the operational listener. */
static void start_session(signet_agent *agent)
{
    signet_key key;
    signet_bytes certificate;
    signet_status status;
    bool enrol = agent->must_enrol ||
                 signet_identity_operational(agent->config.identity, agent->now,
                                             &key, &certificate) != SIGNET_OK;
    if (agent->testing || !enrol) {
        status = signet_agent_open_operation(agent);
    } else {
        status = signet_agent_open_enrolment(agent);
    }
    if (status != SIGNET_OK) {
        signet_agent_retry(agent, status);
    }
}

static void finish_enrolment(signet_agent *agent)
{
    agent->config.messenger.ops->close(agent->config.messenger.ctx);
    agent->connected = false;
    agent->testing = true;
    agent->learned_wall_s = agent->enrol.service_time_s;
    /* Certificate dates are checked against the time just learned. */
    agent->now.wall_s = agent->learned_wall_s;
    signet_agent_tell(agent, SIGNET_AGENT_ENROLLED, SIGNET_OK);
    start_session(agent);
}

static void fail_enrolment(signet_agent *agent)
{
    signet_status why = agent->enrol.refusal;
    agent->config.messenger.ops->close(agent->config.messenger.ctx);
    signet_agent_report(agent, SIGNET_REPORT_REFUSAL, SIGNET_SEVERITY_ERROR,
                        why);
    signet_agent_tell(agent, SIGNET_AGENT_REFUSED, why);
    signet_agent_retry(agent, why);
}

static void run_enrolment(signet_agent *agent)
{
    signet_bytes message;
    char topic[64];
    uint16_t token;
    if (agent->connected &&
        signet_enrol_output(&agent->enrol, agent->now, &message) == SIGNET_OK) {
        signet_agent_topic(agent, "req", topic);
        /* A message that does not fit now is repeated after its time-out. */
        (void)agent->config.messenger.ops->publish(agent->config.messenger.ctx,
                                                   topic, message, 1, &token);
    }
    if (agent->enrol.state == SIGNET_ENROL_DONE) {
        finish_enrolment(agent);
    } else if (agent->enrol.state == SIGNET_ENROL_FAILED) {
        fail_enrolment(agent);
    }
}

static void renew(signet_agent *agent)
{
    signet_status status;
    agent->config.messenger.ops->close(agent->config.messenger.ctx);
    agent->connected = false;
    status = signet_agent_open_enrolment(agent);
    if (status != SIGNET_OK) {
        signet_agent_retry(agent, status);
    }
}

static void run_operation(signet_agent *agent)
{
    if (!agent->connected) {
        return;
    }
    if (!agent->testing &&
        signet_identity_renewal_due(agent->config.identity, agent->now)) {
        renew(agent);
        return;
    }
    signet_agent_time_ask(agent);
    signet_agent_update_ask(agent);
    signet_agent_uplink_pump(agent);
}

static void run_phase(signet_agent *agent)
{
    switch (agent->phase) {
    case SIGNET_AGENT_PHASE_WAITING:
        if (agent->now.uptime_ms >= agent->retry_at_ms) {
            start_session(agent);
        }
        break;
    case SIGNET_AGENT_PHASE_ENROLMENT:
        run_enrolment(agent);
        break;
    case SIGNET_AGENT_PHASE_OPERATION:
        run_operation(agent);
        break;
    }
}

static uint64_t step_messenger(signet_agent *agent)
{
    const signet_messenger *messenger = &agent->config.messenger;
    uint64_t next = UINT64_MAX;
    if (agent->phase == SIGNET_AGENT_PHASE_WAITING) {
        return next;
    }
    (void)messenger->ops->step(messenger->ctx, agent->now, &next);
    if (agent->closed) {
        agent->closed = false;
        signet_agent_retry(agent, agent->why);
    }
    return next;
}

static void keep_house(signet_agent *agent)
{
    /* Each is repeated at the next step until it succeeds. */
    (void)signet_report_flush(agent->config.report, agent->now);
    (void)signet_log_prepare(agent->config.messages);
    (void)signet_log_prepare(agent->config.reports);
}

static void wake_at(signet_agent_result *result, uint64_t at_ms)
{
    if (at_ms != 0u && at_ms < result->next_ms) {
        result->next_ms = at_ms;
    }
}

static void schedule(const signet_agent *agent, signet_agent_result *result)
{
    wake_at(result, agent->now.uptime_ms + HOUSEKEEPING_MS);
    wake_at(result, agent->reset_at_ms);
    if (agent->phase == SIGNET_AGENT_PHASE_WAITING) {
        wake_at(result, agent->retry_at_ms);
        return;
    }
    if (!agent->connected) {
        return;
    }
    wake_at(result, agent->time_at_ms);
    wake_at(result, agent->query_at_ms);
    wake_at(result, agent->block_at_ms);
    wake_at(result, agent->enrol.resend_at_ms);
    wake_at(result, agent->uplinks[AGENT_LOG_MESSAGES].outbox.resend_at_ms);
    wake_at(result, agent->uplinks[AGENT_LOG_REPORTS].outbox.resend_at_ms);
}

signet_status signet_agent_step(signet_agent *agent, signet_time now,
                                signet_agent_result *result)
{
    agent->now = now;
    agent->learned_wall_s = 0;
    memset(result, 0, sizeof *result);
    result->next_ms = step_messenger(agent);
    run_phase(agent);
    keep_house(agent);
    result->wall_s = agent->learned_wall_s;
    result->reset = signet_agent_due(agent, agent->reset_at_ms);
    schedule(agent, result);
    return SIGNET_OK;
}
