/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

/* Erase-ahead and report flush run at least this often. */
#define HOUSEKEEPING_MS 1000u
/* Longest wait between enrolments that came to nothing. */
#define ENROL_MAX_MS 3600000u

void signet_agent_tell(signet_agent *agent, signet_agent_event event,
                       signet_status status)
{
    if (agent->config.event != NULL) {
        agent->config.event(agent->config.event_ctx, event, status);
    }
}

static bool has_place(const signet_agent_endpoint *endpoint)
{
    return endpoint->host != NULL && endpoint->server_name != NULL;
}

static bool has_parts(const signet_agent_config *config)
{
    return config->messenger.ops != NULL && config->identity != NULL &&
           config->update != NULL && config->report != NULL &&
           config->messages != NULL && config->reports != NULL &&
           config->rng.fill != NULL && config->buffer != NULL;
}

static bool has_limits(const signet_agent_config *config)
{
    return config->buffer_len >= SIGNET_AGENT_BUFFER(SIGNET_REPORT_MAX_SIZE) &&
           config->window > 0u && config->timeout_ms > 0u &&
           config->retry_ms > 0u && config->retry_max_ms >= config->retry_ms;
}

static void init_backoffs(signet_agent *agent)
{
    const signet_agent_config *config = &agent->config;
    uint32_t longest = config->retry_max_ms > ENROL_MAX_MS
                           ? config->retry_max_ms
                           : ENROL_MAX_MS;
    signet_backoff_init(&agent->backoff, config->retry_ms,
                        config->retry_max_ms);
    signet_backoff_init(&agent->enrolments, config->retry_ms, longest);
}

signet_status signet_agent_init(signet_agent *agent,
                                const signet_agent_config *config)
{
    if (!has_parts(config) || !has_limits(config) ||
        !has_place(&config->enrolment) || !has_place(&config->operational)) {
        return SIGNET_ERR_ARGUMENT;
    }
    memset(agent, 0, sizeof *agent);
    agent->config = *config;
    /* A trial image is confirmed by a certificate for its own measurement. */
    agent->trial =
        config->identity->config.handoff->state == SIGNET_IMAGE_TRIAL;
    agent->must_enrol = agent->trial;
    init_backoffs(agent);
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
    agent->query_tries = 0;
    agent->query_at_ms = signet_agent_in(agent, 0);
}

/* ---- phases ---- */

static bool may_enrol(const signet_agent *agent)
{
    return agent->enrol_at_ms == 0u ||
           signet_agent_due(agent, agent->enrol_at_ms);
}

void signet_agent_start_session(signet_agent *agent)
{
    signet_status status;
    if (agent->testing || signet_agent_has_certificate(agent)) {
        status = signet_agent_open_operation(agent);
    } else if (may_enrol(agent)) {
        status = signet_agent_open_enrolment(agent);
    } else {
        agent->phase = SIGNET_AGENT_PHASE_WAITING;
        agent->retry_at_ms = agent->enrol_at_ms;
        return;
    }
    if (status != SIGNET_OK) {
        signet_agent_retry(agent, status);
    }
}

static void finish_enrolment(signet_agent *agent)
{
    signet_agent_close(agent);
    agent->testing = true;
    agent->failed_tests = 0;
    if (agent->enrol.service_time_s != 0u) {
        /* Certificate dates are checked against the time just learned. */
        agent->learned_wall_s = agent->enrol.service_time_s;
        agent->now.wall_s = agent->learned_wall_s;
    }
    signet_agent_tell(agent, SIGNET_AGENT_ENROLLED, SIGNET_OK);
    signet_agent_start_session(agent);
}

static void fail_enrolment(signet_agent *agent, signet_status why)
{
    signet_agent_tell(agent, SIGNET_AGENT_REFUSED, why);
    signet_agent_retry(agent, why);
}

static void send_enrolment(signet_agent *agent)
{
    signet_bytes message;
    char topic[64];
    signet_status status;
    if (!agent->connected ||
        signet_enrol_output(&agent->enrol, agent->now, &message) != SIGNET_OK) {
        return;
    }
    signet_agent_topic(agent, "req", topic);
    status = signet_agent_publish_bytes(agent, topic, message);
    /* One that does not fit now is repeated after its time-out; one that
     * never does is no time-out. */
    if (status == SIGNET_ERR_TOO_LARGE) {
        agent->enrol.state = SIGNET_ENROL_FAILED;
        agent->enrol.refusal = status;
    }
}

static void run_enrolment(signet_agent *agent)
{
    send_enrolment(agent);
    if (agent->enrol.state == SIGNET_ENROL_DONE) {
        finish_enrolment(agent);
    } else if (agent->enrol.state == SIGNET_ENROL_FAILED) {
        fail_enrolment(agent, agent->enrol.refusal);
    }
}

static void renew(signet_agent *agent)
{
    signet_status status;
    signet_agent_close(agent);
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
    if (agent->trust_changed) {
        /* Whom we talk to must be trusted by the new list as well. */
        signet_agent_close(agent);
        signet_agent_start_session(agent);
        return;
    }
    if (!agent->testing && may_enrol(agent) &&
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
        if (agent->retry_at_ms == 0u ||
            signet_agent_due(agent, agent->retry_at_ms)) {
            signet_agent_start_session(agent);
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

/* ---- one step ---- */

/* The answer to an enrolment may come with the end of the session. */
static bool was_answered(const signet_agent *agent)
{
    return agent->phase == SIGNET_AGENT_PHASE_ENROLMENT &&
           (agent->enrol.state == SIGNET_ENROL_DONE ||
            agent->enrol.state == SIGNET_ENROL_FAILED);
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
        next = UINT64_MAX;
        if (!was_answered(agent)) {
            signet_agent_retry(agent, agent->why);
        }
    }
    return next;
}

static void keep_house(signet_agent *agent)
{
    signet_agent_trial_watch(agent);
    signet_agent_report_repeats(agent);
    /* Each is repeated at the next step until it succeeds. */
    (void)signet_report_flush(agent->config.report, agent->now);
    (void)signet_log_prepare(agent->config.messages);
    (void)signet_log_prepare(agent->config.reports);
}

/* A deadline that has come and could not be served waits for the network,
 * whose events bring the next step. */
static void wake_at(const signet_agent *agent, signet_agent_result *result,
                    uint64_t at_ms)
{
    uint64_t left_ms = (uint32_t)(at_ms - agent->now.uptime_ms);
    if (at_ms != 0u && !signet_agent_due(agent, at_ms) &&
        agent->now.uptime_ms + left_ms < result->next_ms) {
        result->next_ms = agent->now.uptime_ms + left_ms;
    }
}

static void schedule_operation(const signet_agent *agent,
                               signet_agent_result *result)
{
    wake_at(agent, result, agent->time_at_ms);
    wake_at(agent, result, agent->query_at_ms);
    wake_at(agent, result, agent->block_at_ms);
    wake_at(agent, result,
            agent->uplinks[AGENT_LOG_MESSAGES].outbox.resend_at_ms);
    wake_at(agent, result,
            agent->uplinks[AGENT_LOG_REPORTS].outbox.resend_at_ms);
}

static void schedule(const signet_agent *agent, signet_agent_result *result)
{
    if (agent->again) {
        result->next_ms = agent->now.uptime_ms;
        return;
    }
    wake_at(agent, result, signet_agent_in(agent, HOUSEKEEPING_MS));
    wake_at(agent, result, agent->reset_at_ms);
    wake_at(agent, result, agent->trial_at_ms);
    if (agent->phase == SIGNET_AGENT_PHASE_WAITING) {
        wake_at(agent, result, agent->retry_at_ms);
    } else if (agent->phase == SIGNET_AGENT_PHASE_ENROLMENT) {
        wake_at(agent, result, agent->enrol.resend_at_ms);
    } else if (agent->connected) {
        schedule_operation(agent, result);
    }
}

signet_status signet_agent_step(signet_agent *agent, signet_time now,
                                signet_agent_result *result)
{
    agent->now = now;
    if (agent->clock_doubted) {
        agent->now.wall_s = 0;
    }
    agent->learned_wall_s = 0;
    agent->again = false;
    memset(result, 0, sizeof *result);
    result->next_ms = step_messenger(agent);
    run_phase(agent);
    keep_house(agent);
    result->wall_s = agent->learned_wall_s;
    agent->clock_doubted = agent->clock_doubted && result->wall_s == 0u;
    result->reset = signet_agent_due(agent, agent->reset_at_ms);
    schedule(agent, result);
    return SIGNET_OK;
}
