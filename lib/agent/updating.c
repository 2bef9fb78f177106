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

/* A service that has nothing may say nothing: after some repeats the query
 * counts as answered. */
#define MAX_QUERIES 4u

static uint64_t next_poll(const signet_agent *agent)
{
    return agent->config.poll_ms == 0u
               ? 0u
               : signet_agent_in(agent, agent->config.poll_ms);
}

static void fill_query(const signet_agent *agent, signet_UpdateQuery *query)
{
    const signet_handoff *running = agent->config.update->running;
    query->component = agent->config.update->config->component;
    query->sequence = running->sequence;
    query->security_counter = running->security_counter;
    query->trust_counter = agent->config.update->trust.counter;
    query->state = SIGNET_IMAGE_CONFIRMED;
    memcpy(query->version, running->version, sizeof query->version);
}

static void ask_offer(signet_agent *agent)
{
    signet_UpdateRequest request = signet_UpdateRequest_init_zero;
    if (!signet_agent_due(agent, agent->query_at_ms)) {
        return;
    }
    if (agent->query_tries >= MAX_QUERIES) {
        agent->query_tries = 0;
        agent->query_at_ms = next_poll(agent);
        return;
    }
    request.version = AGENT_FORMAT_VERSION;
    request.which_body = signet_UpdateRequest_query_tag;
    fill_query(agent, &request.body.query);
    if (publish_update(agent, &request) == SIGNET_OK) {
        agent->query_at_ms =
            signet_agent_in_timeout(agent, &agent->query_tries);
    }
}

/* Slower with each block that was asked for in vain: neither a broken source
 * nor a silent one must be hammered. */
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
        agent->block_at_ms =
            signet_agent_in_timeout(agent, &agent->block_tries);
    }
}

void signet_agent_update_ask(signet_agent *agent)
{
    if (agent->trial) {
        return; /* the other slot is what this one may fall back to */
    }
    ask_offer(agent);
    ask_block(agent);
}

/* ---- answers ---- */

static void take_trust_list(signet_agent *agent, signet_bytes trust_list)
{
    signet_status status = signet_agent_take_trust(agent, trust_list);
    /* The service may repeat a list that is already in force. */
    if (status != SIGNET_OK && status != SIGNET_ERR_TRUST_COUNTER) {
        signet_agent_report(agent, SIGNET_REPORT_UPDATE,
                            SIGNET_SEVERITY_WARNING, status);
        signet_agent_tell(agent, SIGNET_AGENT_MESSAGE_REFUSED, status);
    }
}

static void publish_refusal(signet_agent *agent, signet_bytes manifest,
                            signet_status status)
{
    uint8_t digest[32];
    signet_sha256 hash;
    if (signet_sha256_init(&hash) == SIGNET_OK &&
        signet_sha256_update(&hash, manifest.ptr, manifest.len) == SIGNET_OK &&
        signet_sha256_final(&hash, digest) == SIGNET_OK) {
        publish_outcome(agent, digest, status);
    }
}

static void take_manifest(signet_agent *agent, signet_bytes manifest)
{
    signet_update *update = agent->config.update;
    signet_status status = signet_update_offer(update, manifest, agent->now);
    signet_agent_tell(agent, SIGNET_AGENT_UPDATE_OFFERED, status);
    if (status != SIGNET_OK) {
        signet_agent_report(agent, SIGNET_REPORT_UPDATE,
                            SIGNET_SEVERITY_WARNING, status);
        publish_refusal(agent, manifest, status);
        return;
    }
    agent->block_at_ms = signet_agent_in(agent, 0);
    if (update->phase == SIGNET_UPDATE_RECEIVING) {
        agent->reset_at_ms = 0; /* a newer one replaces what was ready */
    }
}

static void finish_update(signet_agent *agent, const uint8_t digest[32])
{
    publish_outcome(agent, digest, SIGNET_OK);
    agent->block_at_ms = 0;
    agent->reset_at_ms = signet_agent_in(agent, RESET_DELAY_MS);
    signet_agent_tell(agent, SIGNET_AGENT_UPDATE_READY, SIGNET_OK);
}

static void refuse_block(signet_agent *agent, const uint8_t digest[32],
                         signet_status status)
{
    signet_agent_report(agent, SIGNET_REPORT_UPDATE, SIGNET_SEVERITY_WARNING,
                        status);
    publish_outcome(agent, digest, status);
    /* block_at_ms stands: the time-out of this request, which grew. */
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
        return;
    }
    agent->block_tries = 0;
    if (update->phase == SIGNET_UPDATE_READY) {
        finish_update(agent, digest);
    } else {
        agent->block_at_ms = signet_agent_in(agent, 0);
    }
}

/* The block itself needs the digest of its manifest. */
static signet_status check_form(const signet_UpdateReply *message,
                                const agent_view *data)
{
    if (message->version != AGENT_FORMAT_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    if (data->found.len > 0u && message->manifest_digest.size != 32u) {
        return SIGNET_ERR_TYPE;
    }
    return SIGNET_OK;
}

signet_status signet_agent_update_reply(signet_agent *agent, signet_bytes reply)
{
    signet_UpdateReply message = signet_UpdateReply_init_zero;
    agent_view manifest;
    agent_view trust_list;
    agent_view data;
    signet_status status;
    signet_agent_decode_view(&message.manifest, &manifest, reply);
    signet_agent_decode_view(&message.trust_list, &trust_list, reply);
    signet_agent_decode_view(&message.data, &data, reply);
    status = signet_agent_decode(reply, signet_UpdateReply_fields, &message);
    if (status == SIGNET_OK) {
        status = check_form(&message, &data);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (trust_list.found.len > 0u) {
        take_trust_list(agent, trust_list.found);
    }
    if (manifest.found.len > 0u) {
        take_manifest(agent, manifest.found);
    }
    if (data.found.len > 0u) {
        take_block(agent, message.manifest_digest.bytes, message.offset,
                   data.found);
    } else {
        agent->query_tries = 0; /* an offer, or nothing to offer */
        agent->query_at_ms = next_poll(agent);
    }
    return SIGNET_OK;
}
