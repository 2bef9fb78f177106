/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

bool signet_agent_has_certificate(const signet_agent *agent)
{
    signet_key key;
    signet_bytes certificate;
    return !agent->must_enrol &&
           signet_identity_operational(agent->config.identity, agent->now, &key,
                                       &certificate) == SIGNET_OK;
}

void signet_agent_close(signet_agent *agent)
{
    agent->config.messenger.ops->close(agent->config.messenger.ctx);
    agent->connected = false;
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
    peer->anchor_count = signet_agent_anchors(agent);
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
    session->events = signet_agent_events(agent);
    agent->trust_changed = false;
    agent->again = true; /* the messenger connects when it is stepped */
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
    signet_status status;
    agent->phase = SIGNET_AGENT_PHASE_ENROLMENT;
    status = signet_enrol_begin(&agent->enrol, agent->config.identity,
                                agent->issuer, agent->service_key, agent->now);
    if (status != SIGNET_OK) {
        return status;
    }
    set_name(agent, SIGNET_ENROL_PREFIX);
    signet_agent_topic(agent, "rsp", agent->filter);
    signet_identity_alias(agent->config.identity, &agent->key, agent->chain);
    signet_agent_tell(agent, SIGNET_AGENT_ENROLLING, SIGNET_OK);
    return open_session(agent, &agent->config.enrolment, 2, true);
}

signet_status signet_agent_open_operation(signet_agent *agent)
{
    signet_status status;
    agent->phase = SIGNET_AGENT_PHASE_OPERATION;
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
    set_name(agent, "");
    signet_agent_topic(agent, "down/#", agent->filter);
    return open_session(agent, &agent->config.operational, 1, false);
}
