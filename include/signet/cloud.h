/* SPDX-License-Identifier: MIT */
/**
 * MQTT 3.1.1 for small devices: a codec, a session without I/O, a messenger
 * over any stream, a durable outbox over a flash log, and back-off.
 */
#ifndef SIGNET_CLOUD_H
#define SIGNET_CLOUD_H

#include "signet/messenger.h"
#include "signet/port/entropy.h"
#include "signet/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- codec: MQTT 3.1.1 (OASIS), packets as bytes ---- */

typedef enum signet_mqtt_type {
    SIGNET_MQTT_CONNECT = 1,
    SIGNET_MQTT_CONNACK = 2,
    SIGNET_MQTT_PUBLISH = 3,
    SIGNET_MQTT_PUBACK = 4,
    SIGNET_MQTT_SUBSCRIBE = 8,
    SIGNET_MQTT_SUBACK = 9,
    SIGNET_MQTT_UNSUBSCRIBE = 10,
    SIGNET_MQTT_UNSUBACK = 11,
    SIGNET_MQTT_PINGREQ = 12,
    SIGNET_MQTT_PINGRESP = 13,
    SIGNET_MQTT_DISCONNECT = 14
} signet_mqtt_type;

typedef struct signet_mqtt_publish {
    signet_bytes topic;
    signet_bytes payload;
    uint16_t packet_id; /**< 0 at QoS 0 */
    uint8_t qos;        /**< 0 or 1 */
    bool duplicate;
    bool retain;
} signet_mqtt_publish;

typedef struct signet_mqtt_connect {
    const char *client_id;
    const char *user_name; /**< NULL: none */
    signet_bytes password; /**< only with user_name */
    uint16_t keep_alive_s;
    bool clean;
} signet_mqtt_connect;

/** A received packet; views point into the input. */
typedef struct signet_mqtt_packet {
    signet_mqtt_type type;
    uint16_t packet_id;   /**< PUBACK, SUBACK, UNSUBACK */
    uint8_t return_code;  /**< CONNACK */
    bool session_present; /**< CONNACK */
    signet_bytes granted; /**< SUBACK return codes */
    signet_mqtt_publish publish;
} signet_mqtt_packet;

/** Write one whole packet. ERR_TOO_SMALL: cap; ERR_TOO_LARGE: protocol
 * limits; ERR_ARGUMENT: an empty topic or one with wildcards. */
signet_status signet_mqtt_put_connect(const signet_mqtt_connect *connect,
                                      uint8_t *out, size_t cap, size_t *len);
signet_status signet_mqtt_put_publish(const signet_mqtt_publish *publish,
                                      uint8_t *out, size_t cap, size_t *len);
signet_status signet_mqtt_put_puback(uint16_t packet_id, uint8_t *out,
                                     size_t cap, size_t *len);
signet_status signet_mqtt_put_subscribe(uint16_t packet_id,
                                        const char *const *filters,
                                        size_t count, uint8_t qos, uint8_t *out,
                                        size_t cap, size_t *len);
signet_status signet_mqtt_put_pingreq(uint8_t *out, size_t cap, size_t *len);
signet_status signet_mqtt_put_disconnect(uint8_t *out, size_t cap, size_t *len);

/**
 * Read one packet that a server may send from the start of input.
 *
 * @param[out] used  bytes of the packet.
 * @retval SIGNET_PENDING            more bytes are needed.
 * @retval SIGNET_ERR_MQTT_PROTOCOL  malformed; the connection must end.
 */
signet_status signet_mqtt_parse(signet_bytes input, signet_mqtt_packet *out,
                                size_t *used);

/* ---- session: no I/O inside ---- */

/** One QoS 1 message under way. Caller-owned array. */
typedef struct signet_mqtt_inflight {
    uint16_t packet_id; /**< 0: free */
} signet_mqtt_inflight;

typedef enum signet_mqtt_state {
    SIGNET_MQTT_IDLE = 0,
    SIGNET_MQTT_CONNECTING,
    SIGNET_MQTT_SUBSCRIBING,
    SIGNET_MQTT_OPEN,
    SIGNET_MQTT_FAILED
} signet_mqtt_state;

/** Memory for a session; all of it stays the caller's. */
typedef struct signet_mqtt_memory {
    uint8_t *tx;
    size_t tx_cap; /**< longest outgoing packet */
    uint8_t *rx;
    size_t rx_cap; /**< longer incoming messages arrive in parts */
    signet_mqtt_inflight *inflight;
    size_t inflight_count;
} signet_mqtt_memory;

/** Private to lib/cloud but for state. */
typedef struct signet_mqtt {
    signet_mqtt_memory memory;
    signet_messenger_events events;
    const char *const *filters;
    size_t filter_count;
    signet_mqtt_state state;
    signet_status failure;
    uint16_t keep_alive_s;
    uint16_t next_packet_id;
    uint16_t subscribe_id;
    size_t tx_head; /**< first byte not yet sent */
    size_t tx_len;  /**< end of the queued bytes */
    size_t rx_len;
    size_t part_offset; /**< of a message larger than rx */
    size_t part_total;
    uint16_t part_packet_id;
    uint16_t part_topic_len;
    uint8_t part_qos;
    uint64_t last_sent_ms;
    uint64_t deadline_ms; /**< CONNACK, SUBACK or PINGRESP; 0: none */
    bool ping_outstanding;
} signet_mqtt;

void signet_mqtt_init(signet_mqtt *mqtt, const signet_mqtt_memory *memory);

/** Start: queues CONNECT. */
signet_status signet_mqtt_start(signet_mqtt *mqtt,
                                const signet_messenger_session *session,
                                uint64_t now_ms);

/** Bytes to send, and how many of them were sent. */
signet_bytes signet_mqtt_output(const signet_mqtt *mqtt);
void signet_mqtt_sent(signet_mqtt *mqtt, size_t len, uint64_t now_ms);

/** Bytes that arrived, any number. Events are called from here.
 * @return why the session failed, else SIGNET_OK. */
signet_status signet_mqtt_input(signet_mqtt *mqtt, signet_bytes input,
                                uint64_t now_ms);

/** Keep-alive and deadlines. @param[out] next_ms when to call again. */
signet_status signet_mqtt_tick(signet_mqtt *mqtt, uint64_t now_ms,
                               uint64_t *next_ms);

/** As signet_messenger_ops.publish (MSG-2, MSG-3). */
signet_status signet_mqtt_send(signet_mqtt *mqtt, const char *topic,
                               signet_bytes payload, uint8_t qos,
                               uint16_t *token);

/* ---- messenger: a session on a stream ---- */

typedef struct signet_mqtt_messenger {
    signet_mqtt mqtt;
    const signet_stream *stream;
    signet_messenger_session session;
    uint64_t deadline_ms; /**< of connecting */
    uint8_t phase;
} signet_mqtt_messenger;

/** @param stream  TLS in all but tests; stays valid. */
void signet_mqtt_messenger_init(signet_mqtt_messenger *messenger,
                                const signet_stream *stream,
                                const signet_mqtt_memory *memory);

/** The messenger as the agent wants it; valid as long as messenger. */
signet_messenger signet_mqtt_messenger_view(signet_mqtt_messenger *messenger);

/* ---- back-off ---- */

/** Full-jitter exponential back-off: a fleet never reconnects in step. */
typedef struct signet_backoff {
    uint32_t base_ms;
    uint32_t max_ms;
    uint32_t attempts;
} signet_backoff;

void signet_backoff_init(signet_backoff *backoff, uint32_t base_ms,
                         uint32_t max_ms);
/** The next delay, uniform in [base/2, min(max, base * 2^attempts)] and
 * unbiased. When rng fails, the upper bound. */
uint32_t signet_backoff_next(signet_backoff *backoff,
                             const signet_entropy *rng);
/** Call after a session stayed up. */
void signet_backoff_reset(signet_backoff *backoff);

/* ---- outbox: durable messages over a flash log ---- */

/**
 * Sends a log's records in order, at most `window` ahead of the service's
 * committed acknowledgement, and again after a time-out or a new session.
 * Freed only by signet_outbox_acknowledge.
 */
typedef struct signet_outbox {
    signet_log *log;
    uint32_t window;
    uint32_t timeout_ms;
    uint32_t sent;         /**< highest sequence sent in this session */
    uint64_t resend_at_ms; /**< 0: nothing outstanding */
} signet_outbox;

void signet_outbox_init(signet_outbox *outbox, signet_log *log, uint32_t window,
                        uint32_t timeout_ms);

/** Append. As signet_log_append. */
signet_status signet_outbox_add(signet_outbox *outbox, signet_bytes record,
                                uint32_t *sequence);

/**
 * The next record to publish now.
 *
 * @param[out] oldest  the lowest sequence still held: the service may treat
 *                     everything below as gone.
 * @retval SIGNET_ERR_NOT_FOUND  nothing to send now.
 */
signet_status signet_outbox_next(signet_outbox *outbox, uint64_t now_ms,
                                 signet_log_entry *entry, uint32_t *oldest);

/** The record was handed to the messenger. */
void signet_outbox_sent(signet_outbox *outbox, uint32_t sequence,
                        uint64_t now_ms);

/** A new session: everything unacknowledged is sent again. */
void signet_outbox_restart(signet_outbox *outbox);

/**
 * The service committed all records up to sequence.
 *
 * @retval SIGNET_ERR_NOT_FOUND  another epoch, or a sequence never given out:
 *                               ignored, nothing freed.
 */
signet_status signet_outbox_acknowledge(signet_outbox *outbox, uint32_t epoch,
                                        uint32_t sequence);

#ifdef __cplusplus
}
#endif
#endif
