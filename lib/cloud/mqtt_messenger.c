/* SPDX-License-Identifier: MIT */
/*
 * A session on a stream: connects, carries bytes to and fro, reports why it
 * ended. Every step is bounded; nothing here waits.
 */
#include "mqtt_session.h"

enum phase {
    PHASE_CLOSED = 0,
    PHASE_STREAM, /* the stream is connecting */
    PHASE_SESSION
};

/* Name, TCP and TLS together; signing in software takes seconds on a small
 * device. */
#define CONNECT_MS 60000u
/* When to look again at a stream that would not go on: it may have no way to
 * wake the caller for writing. */
#define RETRY_MS 50u
/* Reads in one step: bounds the time that a flood can take. */
#define MAX_READS 8u

/* Never OK: a stream that ends an attempt with OK is broken. */
static void end(signet_mqtt_messenger *messenger, signet_status why)
{
    const signet_messenger_events *events = &messenger->session.events;

    messenger->stream->ops->close(messenger->stream->ctx);
    messenger->phase = PHASE_CLOSED;
    events->closed(events->ctx, why);
}

static signet_status messenger_open(void *ctx,
                                    const signet_messenger_session *session,
                                    signet_time now)
{
    signet_mqtt_messenger *messenger = (signet_mqtt_messenger *)ctx;
    signet_status status;

    if (messenger->phase != PHASE_CLOSED) {
        return SIGNET_ERR_STATE;
    }
    if (session->events.closed == NULL) {
        return SIGNET_ERR_ARGUMENT;
    }
    /* Starting queues CONNECT: what cannot work is said at once. */
    status = signet_mqtt_start(&messenger->mqtt, session, now.uptime_ms);
    if (status != SIGNET_OK) {
        return status;
    }
    messenger->session = *session;
    messenger->opened_ms = (uint32_t)now.uptime_ms;
    messenger->phase = PHASE_STREAM;
    return SIGNET_OK;
}

static void connect_stream(signet_mqtt_messenger *messenger, uint64_t now_ms,
                           uint64_t *next_ms)
{
    signet_status status = messenger->stream->ops->open(
        messenger->stream->ctx, &messenger->session.peer);

    if (status == SIGNET_OK) {
        /* CONNACK is due from here. */
        messenger->mqtt.wait_since_ms = (uint32_t)now_ms;
        messenger->mqtt.state_since_ms = (uint32_t)now_ms;
        messenger->phase = PHASE_SESSION;
        return;
    }
    if (status == SIGNET_PENDING &&
        signet_mqtt_elapsed(now_ms, messenger->opened_ms) >= CONNECT_MS) {
        status = SIGNET_ERR_TIMEOUT;
    }
    if (status != SIGNET_PENDING) {
        end(messenger, status);
        return;
    }
    *next_ms = now_ms + RETRY_MS;
}

/* OK: some bytes came. PENDING: none now, or no room for them. */
static signet_status take_in(signet_mqtt_messenger *messenger, uint64_t now_ms)
{
    signet_mqtt *mqtt = &messenger->mqtt;
    size_t len = 0;
    uint8_t *at;
    size_t room = signet_mqtt_rx_room(mqtt, &at);
    signet_status status = SIGNET_PENDING;

    if (room != 0) {
        status = messenger->stream->ops->read(messenger->stream->ctx, at, room,
                                              &len);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_mqtt_received(mqtt, len, now_ms);
}

/* OK: all was sent. PENDING: the stream takes no more now. */
static signet_status send_out(signet_mqtt_messenger *messenger, uint64_t now_ms)
{
    while (messenger->mqtt.tx_len != 0) {
        signet_bytes output = signet_mqtt_output(&messenger->mqtt);
        size_t written = 0;
        signet_status status = messenger->stream->ops->write(
            messenger->stream->ctx, output.ptr, output.len, &written);

        if (status == SIGNET_OK && written == 0) {
            status = SIGNET_PENDING;
        }
        if (status != SIGNET_OK) {
            return status;
        }
        signet_mqtt_sent(&messenger->mqtt, written, now_ms);
    }
    return SIGNET_OK;
}

/* A write failed: the peer may have said why before it hung up (STREAM-4). */
static signet_status find_reason(signet_mqtt_messenger *messenger,
                                 uint64_t now_ms, signet_status failed)
{
    signet_status status = SIGNET_OK;

    for (unsigned i = 0; i < MAX_READS && status == SIGNET_OK; i++) {
        status = take_in(messenger, now_ms);
    }
    return status == SIGNET_OK || status == SIGNET_PENDING ? failed : status;
}

/*
 * Read before writing: what the broker said before it closed is the better
 * reason. Sending may make room for what reading held back, so both go in
 * turns until neither gets on.
 */
static signet_status carry(signet_mqtt_messenger *messenger, uint64_t now_ms,
                           bool *more)
{
    signet_status in = SIGNET_OK;
    signet_status out = SIGNET_OK;

    *more = false;
    for (unsigned i = 0; i < MAX_READS && in == SIGNET_OK; i++) {
        in = take_in(messenger, now_ms);
        if (in != SIGNET_OK && in != SIGNET_PENDING) {
            return in;
        }
        out = send_out(messenger, now_ms);
        if (out != SIGNET_OK && out != SIGNET_PENDING) {
            return find_reason(messenger, now_ms, out);
        }
    }
    *more = in == SIGNET_OK;
    return out;
}

static void run_session(signet_mqtt_messenger *messenger, uint64_t now_ms,
                        uint64_t *next_ms)
{
    bool more = false;
    signet_status status = SIGNET_OK;
    signet_status sent = SIGNET_OK;

    if (messenger->mqtt.rx_len != 0) {
        /* A packet may have waited for room to acknowledge it. */
        status = signet_mqtt_received(&messenger->mqtt, 0, now_ms);
    }
    if (status == SIGNET_OK) {
        sent = carry(messenger, now_ms, &more);
        status = sent == SIGNET_PENDING ? SIGNET_OK : sent;
    }
    if (status == SIGNET_OK) {
        status = signet_mqtt_tick(&messenger->mqtt, now_ms, next_ms);
    }
    if (status != SIGNET_OK) {
        *next_ms = UINT64_MAX;
        end(messenger, status);
        return;
    }
    if (more) {
        *next_ms = now_ms;
    } else if (sent == SIGNET_PENDING && *next_ms > now_ms + RETRY_MS) {
        *next_ms = now_ms + RETRY_MS;
    }
}

static signet_status messenger_step(void *ctx, signet_time now,
                                    uint64_t *next_ms)
{
    signet_mqtt_messenger *messenger = (signet_mqtt_messenger *)ctx;

    *next_ms = UINT64_MAX;
    if (messenger->phase == PHASE_STREAM) {
        connect_stream(messenger, now.uptime_ms, next_ms);
    }
    if (messenger->phase == PHASE_SESSION) {
        run_session(messenger, now.uptime_ms, next_ms);
    }
    return SIGNET_OK;
}

static signet_status messenger_publish(void *ctx, const char *topic,
                                       signet_bytes payload, uint8_t qos,
                                       uint16_t *token)
{
    signet_mqtt_messenger *messenger = (signet_mqtt_messenger *)ctx;

    if (messenger->phase != PHASE_SESSION) {
        return SIGNET_ERR_STATE;
    }
    return signet_mqtt_send(&messenger->mqtt, topic, payload, qos, token);
}

/* DISCONNECT, and what was queued before it, goes out if the stream takes it
 * at once. */
static void messenger_close(void *ctx)
{
    signet_mqtt_messenger *messenger = (signet_mqtt_messenger *)ctx;

    if (messenger->phase == PHASE_SESSION) {
        signet_mqtt_stop(&messenger->mqtt);
        (void)send_out(messenger, messenger->mqtt.last_sent_ms);
    }
    if (messenger->phase != PHASE_CLOSED) {
        messenger->stream->ops->close(messenger->stream->ctx);
    }
    messenger->phase = PHASE_CLOSED;
}

static const signet_messenger_ops messenger_ops = {
    .open = messenger_open,
    .step = messenger_step,
    .publish = messenger_publish,
    .close = messenger_close,
};

void signet_mqtt_messenger_init(signet_mqtt_messenger *messenger,
                                const signet_stream *stream,
                                const signet_mqtt_memory *memory)
{
    *messenger = (signet_mqtt_messenger){.stream = stream};
    signet_mqtt_init(&messenger->mqtt, memory);
}

signet_messenger signet_mqtt_messenger_view(signet_mqtt_messenger *messenger)
{
    const signet_messenger view = {.ops = &messenger_ops, .ctx = messenger};

    return view;
}
