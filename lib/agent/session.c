/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

/* ---- events of the messenger ---- */

static void confirm_trial(signet_agent *agent)
{
    signet_update *update = agent->config.update;
    signet_status status;
    if (update->running->state != SIGNET_IMAGE_TRIAL) {
        return;
    }
    status = signet_update_confirm(update);
    if (status != SIGNET_OK) {
        signet_agent_report(agent, SIGNET_REPORT_UPDATE, SIGNET_SEVERITY_ERROR,
                            status);
    }
    signet_agent_tell(agent, SIGNET_AGENT_UPDATE_CONFIRMED, status);
}

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
    confirm_trial(agent);
}

static void start_operation(signet_agent *agent)
{
    uint64_t now_ms = agent->now.uptime_ms;
    if (agent->testing) {
        commit_certificate(agent);
    }
    agent->online_since_ms = now_ms;
    agent->time_at_ms = agent->now.wall_s == 0u ? now_ms : 0u;
    agent->query_at_ms = now_ms;
    agent->block_at_ms = now_ms;
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
    if (status != SIGNET_OK && status != SIGNET_ERR_REFUSED) {
        signet_agent_report(agent, SIGNET_REPORT_REFUSAL,
                            SIGNET_SEVERITY_WARNING, status);
        signet_agent_tell(agent, SIGNET_AGENT_MESSAGE_REFUSED, status);
    }
}

/* ---- opening ---- */

signet_status signet_agent_read_trust(signet_agent *agent)
{
    const signet_trust *trust = &agent->config.update->trust;
    const signet_trust_entry *issuer =
        signet_trust_find(trust, SIGNET_PURPOSE_OPERATIONAL_ISSUER, 0);
    const signet_trust_entry *service =
        signet_trust_find(trust, SIGNET_PURPOSE_SERVICE, 0);
    const signet_trust_entry *broker =
        signet_trust_find(trust, SIGNET_PURPOSE_BROKER_CA, 0);
    if (issuer == NULL || service == NULL || broker == NULL) {
        return SIGNET_ERR_MISSING;
    }
    agent->issuer = issuer->key;
    agent->service_key = service->key.ptr;
    agent->config.identity->config.trust_counter = trust->counter;
    return SIGNET_OK;
}

static size_t read_anchors(signet_agent *agent)
{
    const size_t max = sizeof agent->anchors / sizeof agent->anchors[0];
    size_t count;
    for (count = 0; count < max; count++) {
        const signet_trust_entry *entry = signet_trust_find(
            &agent->config.update->trust, SIGNET_PURPOSE_BROKER_CA, count);
        if (entry == NULL) {
            break;
        }
        agent->anchors[count] = entry->key;
    }
    return count;
}

static signet_status open_session(signet_agent *agent,
                                  const signet_agent_endpoint *endpoint,
                                  size_t chain_count, bool clean)
{
    signet_messenger_session *session = &agent->session;
    signet_peer *peer = &session->peer;
    memset(session, 0, sizeof *session);
    peer->host = endpoint->host;
    peer->port = endpoint->port;
    peer->server_name = endpoint->server_name;
    peer->anchors = agent->anchors;
    peer->anchor_count = read_anchors(agent);
    peer->chain = agent->chain;
    peer->chain_count = chain_count;
    peer->key = &agent->key;
    peer->now = agent->now;
    peer->time_floor_s = agent->config.identity->time_floor_s;
    session->client_id = agent->name;
    session->clean = clean;
    session->keep_alive_s = agent->config.keep_alive_s;
    agent->filters[0] = agent->filter;
    session->filters = agent->filters;
    session->filter_count = 1;
    session->events.ctx = agent;
    session->events.opened = on_opened;
    session->events.closed = on_closed;
    session->events.acknowledged = on_acknowledged;
    session->events.received = on_received;
    agent->connected = false;
    return agent->config.messenger.ops->open(agent->config.messenger.ctx,
                                             session, agent->now);
}

static void set_name(signet_agent *agent, const char *prefix)
{
    size_t len = strlen(prefix);
    memcpy(agent->name, prefix, len);
    memcpy(agent->name + len, agent->config.identity->device_id,
           SIGNET_DEVICE_ID_LEN + 1u);
}

signet_status signet_agent_open_enrolment(signet_agent *agent)
{
    signet_status status =
        signet_enrol_begin(&agent->enrol, agent->config.identity, agent->issuer,
                           agent->service_key, agent->now);
    if (status != SIGNET_OK) {
        return status;
    }
    agent->phase = SIGNET_AGENT_PHASE_ENROLMENT;
    agent->testing = false;
    set_name(agent, SIGNET_ENROL_PREFIX);
    signet_agent_topic(agent, "rsp", agent->filter);
    signet_identity_alias(agent->config.identity, &agent->key, agent->chain);
    signet_agent_tell(agent, SIGNET_AGENT_ENROLLING, SIGNET_OK);
    return open_session(agent, &agent->config.enrolment, 2, true);
}

signet_status signet_agent_open_operation(signet_agent *agent)
{
    signet_status status;
    if (agent->testing) {
        status = signet_enrol_candidate(&agent->enrol, &agent->key,
                                        &agent->chain[0]);
    } else {
        status = signet_identity_operational(agent->config.identity, agent->now,
                                             &agent->key, &agent->chain[0]);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    agent->phase = SIGNET_AGENT_PHASE_OPERATION;
    set_name(agent, "");
    signet_agent_topic(agent, "down/#", agent->filter);
    return open_session(agent, &agent->config.operational, 1, false);
}

/* ---- closing ---- */

/* The broker knows us and says no: another try with this certificate is
 * pointless. An outage says nothing about the certificate. */
static bool is_refusal(signet_status why)
{
    return why == SIGNET_ERR_TLS_REFUSED || why == SIGNET_ERR_MQTT_CLIENT_ID ||
           why == SIGNET_ERR_MQTT_CREDENTIALS ||
           why == SIGNET_ERR_MQTT_AUTHORISATION;
}

static void drop_certificate(signet_agent *agent, signet_status why)
{
    signet_agent_report(agent, SIGNET_REPORT_REFUSAL, SIGNET_SEVERITY_ERROR,
                        why);
    if (agent->testing) {
        (void)signet_enrol_rollback(&agent->enrol);
        agent->testing = false;
    }
    agent->must_enrol = true;
}

void signet_agent_retry(signet_agent *agent, signet_status why)
{
    uint64_t now_ms = agent->now.uptime_ms;
    bool was_up =
        agent->connected && agent->phase == SIGNET_AGENT_PHASE_OPERATION;
    if (agent->phase == SIGNET_AGENT_PHASE_OPERATION && is_refusal(why)) {
        drop_certificate(agent, why);
    }
    /* Two clients that push each other out must slow down, so only a session
     * that lasted forgets the attempts before it. */
    if (was_up &&
        now_ms - agent->online_since_ms >= agent->config.retry_max_ms) {
        signet_backoff_reset(&agent->backoff);
    }
    agent->connected = false;
    agent->phase = SIGNET_AGENT_PHASE_WAITING;
    agent->retry_at_ms =
        now_ms + signet_backoff_next(&agent->backoff, &agent->config.rng);
    signet_agent_tell(agent, SIGNET_AGENT_OFFLINE, why);
}
