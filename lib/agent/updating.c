/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

#include "agent.pb.h"

/* Time for the outcome to leave before the device resets. */
#define RESET_DELAY_MS 500u

static signet_status publish_update(signet_agent *agent,
                                    const signet_UpdateRequest *request)
{
    char topic[64];
    signet_agent_topic(agent, "up/update", topic);
    return signet_agent_publish(agent, topic, signet_UpdateRequest_fields,
                                request);
}

static void publish_outcome(signet_agent *agent, const uint8_t digest[32],
                            signet_status status)
{
    signet_UpdateRequest request = signet_UpdateRequest_init_zero;
    request.version = AGENT_FORMAT_VERSION;
    request.which_body = signet_UpdateRequest_outcome_tag;
    memcpy(request.body.outcome.manifest_digest, digest, 32);
    request.body.outcome.status = (int32_t)status;
    /* For the service's log only; the next query tells the state anyway. */
    (void)publish_update(agent, &request);
}

/* ---- asking ---- */

static void ask_offer(signet_agent *agent)
{
    const signet_handoff *running = agent->config.update->running;
    signet_UpdateRequest request = signet_UpdateRequest_init_zero;
    signet_UpdateQuery *query = &request.body.query;
    if (!signet_agent_due(agent, agent->query_at_ms)) {
        return;
    }
    request.version = AGENT_FORMAT_VERSION;
    request.which_body = signet_UpdateRequest_query_tag;
    query->component = agent->config.update->config->component;
    query->sequence = running->sequence;
    query->security_counter = running->security_counter;
    query->trust_counter = agent->config.update->trust.counter;
    query->state = (uint32_t)running->state;
    memcpy(query->version, running->version, sizeof query->version);
    if (publish_update(agent, &request) == SIGNET_OK) {
        agent->query_at_ms = agent->config.poll_ms == 0u
                                 ? 0u
                                 : agent->now.uptime_ms + agent->config.poll_ms;
    }
}

/* Slower after each bad block: a broken source must not be hammered. */
static uint64_t block_timeout(const signet_agent *agent)
{
    uint8_t shift = agent->bad_blocks < 6u ? agent->bad_blocks : 6u;
    return (uint64_t)agent->config.timeout_ms << shift;
}

static void ask_block(signet_agent *agent)
{
    signet_UpdateRequest request = signet_UpdateRequest_init_zero;
    signet_block_request wanted;
    if (!signet_agent_due(agent, agent->block_at_ms)) {
        return;
    }
    if (signet_update_wanted(agent->config.update, &wanted) != SIGNET_OK) {
        agent->block_at_ms = 0;
        return;
    }
    request.version = AGENT_FORMAT_VERSION;
    request.which_body = signet_UpdateRequest_block_tag;
    memcpy(request.body.block.manifest_digest, wanted.manifest_digest, 32);
    request.body.block.offset = wanted.offset;
    request.body.block.length = wanted.len;
    if (publish_update(agent, &request) == SIGNET_OK) {
        agent->block_at_ms = agent->now.uptime_ms + block_timeout(agent);
    }
}

void signet_agent_update_ask(signet_agent *agent)
{
    ask_offer(agent);
    ask_block(agent);
}

/* ---- answers ---- */

static void take_trust_list(signet_agent *agent, signet_bytes trust_list)
{
    signet_status status =
        signet_update_trust(agent->config.update, trust_list);
    if (status == SIGNET_OK) {
        status = signet_agent_read_trust(agent);
    }
    /* The service may repeat a list that is already in force. */
    if (status != SIGNET_OK && status != SIGNET_ERR_TRUST_COUNTER) {
        signet_agent_report(agent, SIGNET_REPORT_UPDATE,
                            SIGNET_SEVERITY_WARNING, status);
        signet_agent_tell(agent, SIGNET_AGENT_MESSAGE_REFUSED, status);
    }
}

static void take_manifest(signet_agent *agent, signet_bytes manifest)
{
    signet_update *update = agent->config.update;
    signet_status status = signet_update_offer(update, manifest, agent->now);
    uint8_t digest[32];
    signet_sha256 hash;
    signet_agent_tell(agent, SIGNET_AGENT_UPDATE_OFFERED, status);
    if (status == SIGNET_OK) {
        agent->bad_blocks = 0;
        agent->block_at_ms = agent->now.uptime_ms;
        return;
    }
    signet_agent_report(agent, SIGNET_REPORT_UPDATE, SIGNET_SEVERITY_WARNING,
                        status);
    if (signet_sha256_init(&hash) == SIGNET_OK &&
        signet_sha256_update(&hash, manifest.ptr, manifest.len) == SIGNET_OK &&
        signet_sha256_final(&hash, digest) == SIGNET_OK) {
        publish_outcome(agent, digest, status);
    }
}

static void finish_update(signet_agent *agent, const uint8_t digest[32])
{
    publish_outcome(agent, digest, SIGNET_OK);
    agent->block_at_ms = 0;
    agent->reset_at_ms = agent->now.uptime_ms + RESET_DELAY_MS;
    signet_agent_tell(agent, SIGNET_AGENT_UPDATE_READY, SIGNET_OK);
}

static void refuse_block(signet_agent *agent, const uint8_t digest[32],
                         signet_status status)
{
    signet_agent_report(agent, SIGNET_REPORT_UPDATE, SIGNET_SEVERITY_WARNING,
                        status);
    publish_outcome(agent, digest, status);
    agent->bad_blocks++;
    agent->block_at_ms = agent->now.uptime_ms + block_timeout(agent);
}

static void take_block(signet_agent *agent, const uint8_t digest[32],
                       uint32_t offset, signet_bytes data)
{
    signet_update *update = agent->config.update;
    signet_status status = signet_update_block(update, digest, offset, data);
    if (status == SIGNET_ERR_CHUNK_OFFSET ||
        status == SIGNET_ERR_MANIFEST_DIGEST || status == SIGNET_ERR_STATE) {
        return; /* late or repeated: what is wanted is asked for anyway */
    }
    signet_agent_tell(agent, SIGNET_AGENT_UPDATE_BLOCK, status);
    if (status != SIGNET_OK) {
        refuse_block(agent, digest, status);
    } else if (update->phase == SIGNET_UPDATE_READY) {
        finish_update(agent, digest);
    } else {
        agent->block_at_ms = agent->now.uptime_ms;
    }
}

signet_status signet_agent_update_reply(signet_agent *agent, signet_bytes reply)
{
    signet_UpdateReply message = signet_UpdateReply_init_zero;
    signet_bytes manifest;
    signet_bytes trust_list;
    signet_bytes data;
    signet_status status;
    signet_agent_decode_view(&message.manifest, &manifest);
    signet_agent_decode_view(&message.trust_list, &trust_list);
    signet_agent_decode_view(&message.data, &data);
    status = signet_agent_decode(reply, signet_UpdateReply_fields, &message);
    if (status != SIGNET_OK) {
        return status;
    }
    if (message.version != AGENT_FORMAT_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    if (trust_list.len > 0u) {
        take_trust_list(agent, trust_list);
    }
    if (manifest.len > 0u) {
        take_manifest(agent, manifest);
    }
    if (data.len > 0u && message.manifest_digest.size == 32u) {
        take_block(agent, message.manifest_digest.bytes, message.offset, data);
    }
    return SIGNET_OK;
}
