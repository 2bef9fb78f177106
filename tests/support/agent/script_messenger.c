/* SPDX-License-Identifier: MIT */
#include "script_messenger.h"

#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

static bool is_enrolment(const struct script_messenger *script)
{
    return strncmp(script->session.client_id, SIGNET_ENROL_PREFIX,
                   strlen(SIGNET_ENROL_PREFIX)) == 0;
}

/* ---- opening ---- */

/* The peer holds the private key of its leaf. */
static void prove_key(const struct script_messenger *script,
                      const signet_x509 *leaf)
{
    const signet_key *key = script->session.peer.key;
    uint8_t digest[32] = {1, 2, 3};
    uint8_t signature[64];

    assert_int_equal(key->ops->sign(key->ctx, key->slot, digest, signature),
                     SIGNET_OK);
    assert_int_equal(signet_p256_verify(leaf->key, digest, signature),
                     SIGNET_OK);
}

static bool is_valid_now(const struct script_messenger *script,
                         const signet_x509 *leaf)
{
    uint64_t now_s = script->service->kit.time_s;

    return leaf->not_before_s <= now_s && now_s < leaf->not_after_s;
}

/* What a broker with the operational issuer as its client CA says. */
static signet_status judge_leaf(struct script_messenger *script)
{
    const signet_bytes *chain = script->session.peer.chain;
    signet_x509 leaf;

    assert_int_equal(signet_x509_read(chain[0], &leaf), SIGNET_OK);
    prove_key(script, &leaf);
    assert_true(signet_equal(
        leaf.subject_cn, signet_view((const uint8_t *)script->session.client_id,
                                     strlen(script->session.client_id))));
    memcpy(script->leaf, chain[0].ptr, chain[0].len);
    script->leaf_len = chain[0].len;
    if (is_enrolment(script)) {
        return SIGNET_OK;
    }
    if (!is_valid_now(script, &leaf) ||
        signet_x509_verify(&leaf, script->service->kit.issuer.public_key) !=
            SIGNET_OK) {
        return SIGNET_ERR_TLS_REFUSED;
    }
    return SIGNET_OK;
}

/* What the device says of the server's certificate, which is good for a year
 * from KIT_NOW - 1 day (STREAM-7). */
static signet_status judge_server(const struct script_messenger *script)
{
    const signet_peer *peer = &script->session.peer;
    uint64_t end_s = KIT_NOW + 365u * 86400u;
    bool known = peer->now.wall_s != 0;

    if ((known && peer->now.wall_s < KIT_NOW - 86400u) ||
        (known && peer->now.wall_s > end_s) || peer->time_floor_s > end_s) {
        return SIGNET_ERR_TLS_PEER;
    }
    return SIGNET_OK;
}

static signet_status judge(struct script_messenger *script)
{
    signet_status scripted =
        is_enrolment(script) ? script->enrolment : script->operation;

    if (scripted == SIGNET_OK) {
        scripted = judge_server(script);
    }
    if (scripted != SIGNET_OK) {
        return scripted;
    }
    if (!is_enrolment(script) && script->refuse > 0) {
        script->refuse--;
        return SIGNET_ERR_TLS_REFUSED;
    }
    return judge_leaf(script);
}

static void check_session(const signet_messenger_session *session)
{
    assert_non_null(session->peer.host);
    assert_non_null(session->peer.server_name);
    assert_true(session->peer.anchor_count > 0);
    assert_true(session->peer.chain_count > 0);
    assert_int_equal(session->filter_count, 1);
    assert_non_null(session->filters[0]);
}

static signet_status open_session(void *ctx,
                                  const signet_messenger_session *session,
                                  signet_time now)
{
    struct script_messenger *script = ctx;

    if (script->is_open) {
        return SIGNET_ERR_STATE;
    }
    check_session(session);
    script->session = *session;
    script->is_open = true;
    script->is_up = false;
    script->now = now;
    script->last_open_ms = now.uptime_ms;
    if (is_enrolment(script)) {
        script->enrolments++;
    } else {
        script->operations++;
    }
    return SIGNET_OK;
}

/* ---- closing ---- */

static void drop_message(struct script_messenger *script, size_t index)
{
    free(script->inbox[index].payload);
    script->count--;
    memmove(&script->inbox[index], &script->inbox[index + 1],
            (script->count - index) * sizeof script->inbox[0]);
}

static void close_session(void *ctx)
{
    struct script_messenger *script = ctx;

    while (script->count > 0) {
        drop_message(script, 0);
    }
    script->is_open = false;
    script->is_up = false;
}

static void end(struct script_messenger *script, signet_status why)
{
    close_session(script);
    script->session.events.closed(script->session.events.ctx, why);
}

/* ---- messages ---- */

static void push(struct script_messenger *script, const char *topic,
                 signet_bytes payload, uint64_t at_ms)
{
    struct script_message *message = &script->inbox[script->count];

    assert_true(script->count < SCRIPT_MESSAGES);
    assert_true(strlen(topic) < sizeof message->topic);
    memcpy(message->topic, topic, strlen(topic) + 1);
    message->payload = malloc(payload.len + 1);
    assert_non_null(message->payload);
    memcpy(message->payload, payload.ptr, payload.len);
    message->len = payload.len;
    message->at_ms = at_ms;
    script->count++;
}

void script_messenger_inject(struct script_messenger *script, const char *topic,
                             signet_bytes payload)
{
    push(script, topic, payload, 0);
}

static signet_status publish(void *ctx, const char *topic, signet_bytes payload,
                             uint8_t qos, uint16_t *token)
{
    struct script_messenger *script = ctx;
    uint8_t reply[AGENT_SERVICE_REPLY];
    char reply_topic[80];
    size_t len = 0;

    if (!script->is_up) {
        return SIGNET_ERR_STATE;
    }
    if (script->tx_cap != 0 && payload.len > script->tx_cap) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (script->room != 0 && script->taken == script->room) {
        return SIGNET_ERR_FULL;
    }
    assert_int_equal(qos, 1);
    script->taken++;
    script->taken_ms = script->now.uptime_ms;
    script->published++;
    *token = (uint16_t)script->published;
    agent_service_take(script->service, topic, payload, reply_topic, reply,
                       &len);
    if (len > 0 && !script->lose) {
        push(script, reply_topic, signet_view(reply, len),
             script->now.uptime_ms +
                 (script->delay_ms > 0 ? script->delay_ms : 1));
    }
    return SIGNET_OK;
}

/* The whole message, or parts of at most rx_cap bytes. */
static void deliver(struct script_messenger *script,
                    const struct script_message *message)
{
    const signet_messenger_events *events = &script->session.events;
    size_t step = script->rx_cap != 0 ? script->rx_cap : message->len;
    signet_message_part part;

    part.topic =
        signet_view((const uint8_t *)message->topic, strlen(message->topic));
    part.total = message->len;
    part.offset = 0;
    do {
        size_t left = message->len - part.offset;

        part.payload = signet_view(message->payload + part.offset,
                                   left < step ? left : step);
        events->received(events->ctx, &part);
        part.offset += part.payload.len;
    } while (part.offset < message->len);
}

/* By the low 32 bits, as the clock under test may have no more. */
static bool is_due(const struct script_messenger *script, uint64_t at_ms)
{
    return at_ms == 0 || (uint32_t)(script->now.uptime_ms - at_ms) <= INT32_MAX;
}

static void deliver_due(struct script_messenger *script)
{
    size_t waiting = script->count;

    while (waiting > 0 && script->count > 0 &&
           is_due(script, script->inbox[0].at_ms)) {
        struct script_message message = script->inbox[0];

        script->count--;
        memmove(&script->inbox[0], &script->inbox[1],
                script->count * sizeof script->inbox[0]);
        deliver(script, &message);
        free(message.payload);
        waiting--;
    }
}

/* The broker's PUBACK takes its time, too. */
static void acknowledge(struct script_messenger *script)
{
    const signet_messenger_events *events = &script->session.events;

    if (script->now.uptime_ms == script->taken_ms) {
        return;
    }
    while (script->taken > 0) {
        script->taken--;
        events->acknowledged(events->ctx,
                             (uint16_t)(script->published - script->taken));
    }
}

static void come_up(struct script_messenger *script)
{
    signet_status status = judge(script);

    if (status != SIGNET_OK) {
        end(script, status);
        return;
    }
    script->is_up = true;
    script->taken = 0;
    script->session.events.opened(script->session.events.ctx, false);
    deliver_due(script); /* what came together with the broker's answer */
}

static void carry(struct script_messenger *script)
{
    signet_status scripted =
        is_enrolment(script) ? script->enrolment : script->operation;
    size_t before = script->count;

    if (scripted != SIGNET_OK) {
        end(script, scripted);
        return;
    }
    acknowledge(script);
    deliver_due(script);
    if (script->hang_up && script->count < before) {
        script->hang_up = false;
        end(script, SIGNET_CLOSED);
    }
}

static signet_status step(void *ctx, signet_time now, uint64_t *next_ms)
{
    struct script_messenger *script = ctx;

    script->now = now;
    *next_ms = UINT64_MAX;
    if (script->is_up) {
        carry(script);
    } else if (script->is_open) {
        come_up(script);
    }
    if (script->is_up && script->count > 0) {
        *next_ms = script->inbox[0].at_ms;
    }
    if (script->is_up && script->taken > 0 && now.uptime_ms + 1 < *next_ms) {
        *next_ms = now.uptime_ms + 1;
    }
    return SIGNET_OK;
}

static const signet_messenger_ops ops = {open_session, step, publish,
                                         close_session};

void script_messenger_new(struct script_messenger *script,
                          struct agent_service *service)
{
    memset(script, 0, sizeof *script);
    script->service = service;
}

void script_messenger_free(struct script_messenger *script)
{
    close_session(script);
}

signet_messenger script_messenger_view(struct script_messenger *script)
{
    signet_messenger view = {&ops, script};

    return view;
}
