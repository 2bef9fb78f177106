/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "mosquitto_messenger.h"

#include <errno.h>
#include <mqtt_protocol.h>
#include <string.h>
#include <sys/socket.h>

/* ---- libmosquitto's callbacks ---- */

static void fail(struct mosquitto_messenger *self, signet_status why)
{
    if (self->failure == SIGNET_OK) {
        self->failure = why;
    }
}

/* CONNACK return codes, MQTT 3.1.1 s3.2.2.3. */
static signet_status from_connack(int code)
{
    switch (code) {
    case 1:
        return SIGNET_ERR_MQTT_VERSION;
    case 2:
        return SIGNET_ERR_MQTT_CLIENT_ID;
    case 3:
        return SIGNET_ERR_MQTT_UNAVAILABLE;
    case 4:
        return SIGNET_ERR_MQTT_CREDENTIALS;
    default:
        return SIGNET_ERR_MQTT_AUTHORISATION;
    }
}

static void on_connect(struct mosquitto *client, void *ctx, int code)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    size_t i;
    if (code != 0) {
        fail(self, from_connack(code));
        return;
    }
    for (i = 0; i < self->session.filter_count; i++) {
        if (mosquitto_subscribe(client, NULL, self->session.filters[i], 1) !=
            MOSQ_ERR_SUCCESS) {
            fail(self, SIGNET_ERR_MQTT_SUBSCRIBE);
        }
    }
}

static void on_subscribe(struct mosquitto *client, void *ctx, int id, int count,
                         const int *granted)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    (void)client;
    (void)id;
    if (count != 1 || granted[0] > 1) {
        fail(self, SIGNET_ERR_MQTT_SUBSCRIBE);
        return;
    }
    self->subscribed++;
}

static void on_disconnect(struct mosquitto *client, void *ctx, int code)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    (void)client;
    (void)code;
    fail(self, SIGNET_ERR_CONNECT);
}

static void on_publish(struct mosquitto *client, void *ctx, int id)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    (void)client;
    self->session.events.acknowledged(self->session.events.ctx, (uint16_t)id);
}

static void on_message(struct mosquitto *client, void *ctx,
                       const struct mosquitto_message *message)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    signet_message_part part;
    (void)client;
    part.topic =
        signet_view((const uint8_t *)message->topic, strlen(message->topic));
    part.payload = signet_view((const uint8_t *)message->payload,
                               (size_t)message->payloadlen);
    part.offset = 0;
    part.total = part.payload.len;
    self->session.events.received(self->session.events.ctx, &part);
}

/* ---- signet_messenger_ops ---- */

static void close_session(void *ctx)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    if (self->client != NULL) {
        mosquitto_disconnect_callback_set(self->client, NULL);
        (void)mosquitto_disconnect(self->client);
        mosquitto_destroy(self->client);
    }
    openssl_context_close(&self->tls);
    memset(self, 0, sizeof *self);
}

static bool set_up(struct mosquitto_messenger *self)
{
    mosquitto_connect_callback_set(self->client, on_connect);
    mosquitto_disconnect_callback_set(self->client, on_disconnect);
    mosquitto_subscribe_callback_set(self->client, on_subscribe);
    mosquitto_publish_callback_set(self->client, on_publish);
    mosquitto_message_callback_set(self->client, on_message);
    return mosquitto_int_option(self->client, MOSQ_OPT_TCP_NODELAY, 1) ==
               MOSQ_ERR_SUCCESS &&
           mosquitto_int_option(self->client, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS,
                                0) == MOSQ_ERR_SUCCESS &&
           mosquitto_void_option(self->client, MOSQ_OPT_SSL_CTX,
                                 self->tls.ctx) == MOSQ_ERR_SUCCESS;
}

/* TLS knows better why than libmosquitto, for which a connection is lost. It
 * does not always: a broker that refuses us may hang up so fast that
 * libmosquitto fails to write and never reads the alert; the next attempt
 * tells. */
static signet_status end(struct mosquitto_messenger *self)
{
    signet_status why =
        self->tls.failure != SIGNET_OK ? self->tls.failure : self->failure;
    close_session(self);
    return why;
}

static signet_status open_session(void *ctx,
                                  const signet_messenger_session *session,
                                  signet_time now)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    (void)now;
    close_session(self);
    self->session = *session;
    self->client = mosquitto_new(session->client_id, session->clean, self);
    if (self->client == NULL ||
        !openssl_context_open(&self->tls, &session->peer) || !set_up(self)) {
        close_session(self);
        return SIGNET_ERR_TLS;
    }
    if (mosquitto_connect_async(self->client, session->peer.host,
                                session->peer.port,
                                session->keep_alive_s) != MOSQ_ERR_SUCCESS) {
        /* A near broker may even have judged us by now. */
        fail(self, SIGNET_ERR_CONNECT);
        return end(self);
    }
    return SIGNET_OK;
}

static void tell_closed(struct mosquitto_messenger *self)
{
    signet_messenger_events events = self->session.events;
    events.closed(events.ctx, end(self));
}

/* libmosquitto 2.0.11 takes a connection that TCP refused for one that is
 * still being made, until its keep-alive ends. What the broker said before it
 * hung up is left for libmosquitto to read. */
static bool is_dead(const struct mosquitto_messenger *self)
{
    char byte;
    ssize_t n =
        recv(mosquitto_socket(self->client), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static void run_client(struct mosquitto_messenger *self)
{
    if (mosquitto_loop(self->client, 0, 1) != MOSQ_ERR_SUCCESS ||
        (!self->up && is_dead(self))) {
        fail(self, SIGNET_ERR_CONNECT);
    }
}

static signet_status step(void *ctx, signet_time now, uint64_t *next_ms)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    *next_ms = now.uptime_ms + 100u;
    if (self->client == NULL) {
        return SIGNET_OK;
    }
    run_client(self);
    if (self->failure != SIGNET_OK) {
        tell_closed(self);
        return SIGNET_OK;
    }
    if (!self->up && self->session.filter_count > 0u &&
        self->subscribed == self->session.filter_count) {
        self->up = true;
        self->session.events.opened(self->session.events.ctx, false);
    }
    return SIGNET_OK;
}

static signet_status from_publish(int code)
{
    switch (code) {
    case MOSQ_ERR_SUCCESS:
        return SIGNET_OK;
    case MOSQ_ERR_NOMEM:
        return SIGNET_ERR_FULL;
    case MOSQ_ERR_PAYLOAD_SIZE:
        return SIGNET_ERR_TOO_LARGE;
    case MOSQ_ERR_INVAL:
        return SIGNET_ERR_ARGUMENT;
    default:
        return SIGNET_ERR_STATE;
    }
}

static signet_status publish(void *ctx, const char *topic, signet_bytes payload,
                             uint8_t qos, uint16_t *token)
{
    struct mosquitto_messenger *self = (struct mosquitto_messenger *)ctx;
    int id = 0;
    signet_status status;
    if (!self->up) {
        return SIGNET_ERR_STATE;
    }
    if (payload.len > MQTT_MAX_PAYLOAD) {
        return SIGNET_ERR_TOO_LARGE;
    }
    status = from_publish(mosquitto_publish(
        self->client, &id, topic, (int)payload.len, payload.ptr, qos, false));
    if (token != NULL) {
        *token = qos > 0u ? (uint16_t)id : 0u;
    }
    return status;
}

signet_messenger mosquitto_messenger_view(struct mosquitto_messenger *messenger)
{
    static const signet_messenger_ops ops = {open_session, step, publish,
                                             close_session};
    signet_messenger view;
    memset(messenger, 0, sizeof *messenger);
    view.ops = &ops;
    view.ctx = messenger;
    return view;
}

int mosquitto_messenger_fd(const struct mosquitto_messenger *messenger)
{
    return messenger->client != NULL ? mosquitto_socket(messenger->client) : -1;
}
