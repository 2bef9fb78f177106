/* SPDX-License-Identifier: MIT */
/**
 * What the agent needs from a messaging client: lib/cloud implements it over
 * MQTT, a firmware's own MQTT client or modem may implement it instead.
 */
#ifndef SIGNET_MESSENGER_H
#define SIGNET_MESSENGER_H

#include "signet/bytes.h"
#include "signet/port/stream.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A received message or, when it is larger than the client's buffer, a part
 * of it: parts of one message arrive in order, offset rising from 0. */
typedef struct signet_message_part {
    signet_bytes topic;
    signet_bytes payload; /**< this part */
    size_t offset;        /**< of this part in the message */
    size_t total;         /**< bytes of the whole message */
} signet_message_part;

/** Called from inside step(); they may call publish, not open or close. */
typedef struct signet_messenger_events {
    void *ctx;
    /** The session is up; present: the broker kept the former one. */
    void (*opened)(void *ctx, bool present);
    /** The session is down; why is never OK. open may be called again. */
    void (*closed)(void *ctx, signet_status why);
    /** The broker took the message (PUBACK). Not durability. */
    void (*acknowledged)(void *ctx, uint16_t token);
    void (*received)(void *ctx, const signet_message_part *part);
} signet_messenger_events;

/** Everything that one session needs; valid until closed. */
typedef struct signet_messenger_session {
    signet_peer peer;
    const char *client_id;
    bool clean;                 /**< forget the former session */
    uint16_t keep_alive_s;      /**< 0: off */
    const char *const *filters; /**< subscribed at QoS 1 before opened() */
    size_t filter_count;
    signet_messenger_events events;
} signet_messenger_session;

/**
 * Contract:
 *  MSG-1  open returns at once; opened or closed follows from step, within a
 *         bounded time.
 *  MSG-2  publish copies: topic and payload may go when it returns. It gives
 *         ERR_FULL when it cannot take the message now and keeps nothing,
 *         ERR_TOO_LARGE when it never can, ERR_STATE while no session is up.
 *  MSG-3  a QoS 1 message is repeated within the session until acknowledged
 *         (over TCP by TCP itself; MQTT 3.1.1 s4.4 asks for no more); after
 *         closed, nothing is remembered: the caller publishes again.
 *  MSG-4  step never waits; *next_ms is when it wants to run next at the
 *         latest (uptime), sooner when the network has something. It
 *         returns SIGNET_OK; what ends a session goes to closed().
 *  MSG-5  close ends the session without closed(); it may be called twice,
 *         and while the session is still being opened.
 */
typedef struct signet_messenger_ops {
    signet_status (*open)(void *ctx, const signet_messenger_session *session,
                          signet_time now);
    signet_status (*step)(void *ctx, signet_time now, uint64_t *next_ms);
    signet_status (*publish)(void *ctx, const char *topic, signet_bytes payload,
                             uint8_t qos, uint16_t *token);
    void (*close)(void *ctx);
} signet_messenger_ops;

typedef struct signet_messenger {
    const signet_messenger_ops *ops;
    void *ctx;
} signet_messenger;

#ifdef __cplusplus
}
#endif
#endif
