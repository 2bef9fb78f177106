/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

#include "agent.pb.h"

/* A fresh nonce each time: an answer is no older than the wait for it, which
 * grows so that a slow link gets one at last. */
void signet_agent_time_ask(signet_agent *agent)
{
    signet_TimeRequest request = signet_TimeRequest_init_zero;
    char topic[64];
    if (!signet_agent_due(agent, agent->time_at_ms)) {
        return;
    }
    agent->time_at_ms = signet_agent_in_timeout(agent, &agent->time_tries);
    agent->time_asked =
        agent->config.rng.fill(agent->config.rng.ctx, agent->time_nonce,
                               sizeof agent->time_nonce) == SIGNET_OK;
    if (!agent->time_asked) {
        return;
    }
    request.version = AGENT_FORMAT_VERSION;
    memcpy(request.nonce, agent->time_nonce, sizeof request.nonce);
    signet_agent_topic(agent, "up/time", topic);
    /* A request that does not fit now is repeated after its time-out. */
    (void)signet_agent_publish(agent, topic, signet_TimeRequest_fields,
                               &request);
}

signet_status signet_agent_time_reply(signet_agent *agent, signet_bytes reply)
{
    signet_TimeReply time = signet_TimeReply_init_zero;
    signet_status status = signet_agent_decode_signed(
        agent, reply, SIGNET_AAD_TIME_REPLY, signet_TimeReply_fields, &time);
    if (status != SIGNET_OK) {
        return status;
    }
    if (time.version != AGENT_FORMAT_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    if (strcmp(time.device_id, agent->config.identity->device_id) != 0) {
        return SIGNET_ERR_DEVICE_ID;
    }
    /* A late or second answer is stale, not hostile. */
    if (!agent->time_asked ||
        memcmp(time.nonce, agent->time_nonce, sizeof time.nonce) != 0) {
        return SIGNET_OK;
    }
    if (time.time < agent->config.identity->time_floor_s) {
        return SIGNET_ERR_CLOCK;
    }
    agent->time_at_ms = 0;
    agent->time_asked = false;
    agent->learned_wall_s = time.time;
    return signet_identity_raise_floor(agent->config.identity, time.time);
}
