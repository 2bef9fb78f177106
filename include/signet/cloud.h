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

/** A received packet; views point into the input. Only what belongs to its
 * type is set. */
typedef struct signet_mqtt_packet {
    signet_mqtt_type type;
    uint16_t packet_id;   /**< PUBACK, SUBACK, UNSUBACK */
    uint8_t return_code;  /**< CONNACK */
    bool session_present; /**< CONNACK */
    signet_bytes granted; /**< SUBACK return codes */
    signet_mqtt_publish publish;
} signet_mqtt_packet;

/**
 * Write one whole packet.
 *
 * @retval SIGNET_ERR_TOO_SMALL  cap.
 * @retval SIGNET_ERR_TOO_LARGE  a protocol limit: 65,535 bytes of a string,
 *                               268,435,455 of the packet after its header.
 * @retval SIGNET_ERR_ARGUMENT   what no server may be sent: an empty topic,
 *                               one with wildcards, NUL or not UTF-8 (3.3.2.1,
 *                               1.5.3), packet identifier 0 at QoS 1, a
 *                               duplicate at QoS 0, QoS above 1, a password
 *                               without user name, an empty client identifier
 *                               for a lasting session (MQTT-3.1.3-8).
 */
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
 * @retval SIGNET_ERR_MQTT_PROTOCOL  malformed, or not for a client that asks
 *                                   for QoS 0 and 1; said as soon as it shows,
 *                                   from the first byte on. The connection
 *                                   must end (MQTT-4.8.0-1).
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
    SIGNET_MQTT_STOPPING, /**< DISCONNECT queued */
    SIGNET_MQTT_FAILED
} signet_mqtt_state;

/** Bytes of tx that publishing leaves free for PUBACK and PINGREQ. */
#define SIGNET_MQTT_TX_RESERVE 6u
/** Smallest tx and rx. */
#define SIGNET_MQTT_BUFFER_MIN 32u
/** How long CONNACK, SUBACK and PINGRESP may take. The latter two count from
 * the last byte received: a long message on a slow link is no silence. */
#define SIGNET_MQTT_RESPONSE_MS 20000u
/** How long subscribing may take in all, whatever else arrives. */
#define SIGNET_MQTT_SUBSCRIBE_MS 300000u

/** Memory for a session; all of it stays the caller's. */
typedef struct signet_mqtt_memory {
    uint8_t *tx;
    size_t tx_cap; /**< longest topic + payload + 9, and
                        SIGNET_MQTT_TX_RESERVE */
    uint8_t *rx;
    size_t rx_cap; /**< longer incoming messages arrive in parts; the longest
                        topic + 9 must fit, else the session ends with
                        SIGNET_ERR_TOO_LARGE */
    signet_mqtt_inflight *inflight;
    size_t inflight_count; /**< QoS 1 messages under way at once */
} signet_mqtt_memory;

/** Private to lib/cloud but for state. Times are the low 32 bits of the
 * uptime: differences survive the wrap of a 32-bit clock too. */
typedef struct signet_mqtt {
    signet_mqtt_memory memory;
    signet_messenger_events events;
    const char *const *filters;
    size_t filter_count;
    size_t filters_granted;
    signet_mqtt_state state;
    signet_status failure;
    size_t tx_head;    /**< first byte not yet sent */
    size_t tx_len;     /**< end of the queued bytes */
    size_t tx_offered; /**< bytes from tx_head that may not move or change */
    size_t rx_len;
    size_t part_offset; /**< of a message larger than rx */
    size_t part_total;  /**< 0: none is arriving */
    uint32_t last_sent_ms;
    uint32_t last_received_ms;
    uint32_t wait_since_ms;  /**< for CONNACK or SUBACK */
    uint32_t state_since_ms; /**< since CONNECT was queued */
    uint32_t ping_since_ms;
    uint16_t keep_alive_s;
    uint16_t next_packet_id;
    uint16_t subscribe_id;
    uint16_t part_packet_id;
    uint16_t part_topic_len;
    uint8_t part_qos;
    uint8_t filters_asked; /**< in the SUBSCRIBE under way */
    bool clean;
    bool present;
    bool ping_outstanding;
} signet_mqtt;

void signet_mqtt_init(signet_mqtt *mqtt, const signet_mqtt_memory *memory);

/**
 * Start: queues CONNECT. The time to CONNACK counts from now. Only client_id,
 * clean, keep_alive_s, filters and events are read; filters stay the
 * caller's until the session ended. events.closed is not called from here:
 * the functions below return why.
 *
 * @retval SIGNET_ERR_ARGUMENT   a buffer below SIGNET_MQTT_BUFFER_MIN, no
 *                               inflight, a missing event, client_id.
 * @retval SIGNET_ERR_TOO_SMALL  CONNECT does not fit tx.
 */
signet_status signet_mqtt_start(signet_mqtt *mqtt,
                                const signet_messenger_session *session,
                                uint64_t now_ms);

/**
 * Bytes to send: the same bytes, at the same address and as many, at each
 * call until signet_mqtt_sent took some of them (a TLS library must be given
 * again what it could not send).
 */
signet_bytes signet_mqtt_output(signet_mqtt *mqtt);

/** How many of them were sent; 0 changes nothing. */
void signet_mqtt_sent(signet_mqtt *mqtt, size_t len, uint64_t now_ms);

/**
 * Bytes that arrived, any number. Events are called from here.
 *
 * @param      input  may be empty: goes on with what was held back.
 * @param[out] used   below input.len only while acknowledgements find no room
 *                    in tx: send the output, then give the rest again.
 * @return why the session failed, else SIGNET_OK.
 */
signet_status signet_mqtt_input(signet_mqtt *mqtt, signet_bytes input,
                                uint64_t now_ms, size_t *used);

/** Keep-alive and deadlines. @param[out] next_ms when to call again.
 * @return why the session failed, else SIGNET_OK. */
signet_status signet_mqtt_tick(signet_mqtt *mqtt, uint64_t now_ms,
                               uint64_t *next_ms);

/**
 * As signet_messenger_ops.publish (MSG-2, MSG-3). TCP repeats what it loses,
 * so a packet is written once a session (4.4); the caller repeats messages
 * that were not acknowledged in a new one.
 *
 * @param[out] token  the packet identifier; 0 at QoS 0; may be NULL.
 * @retval SIGNET_ERR_STATE      the session is not open.
 * @retval SIGNET_ERR_FULL       tx or inflight; nothing kept, try later.
 * @retval SIGNET_ERR_TOO_LARGE  it would not fit an empty tx.
 * @retval SIGNET_ERR_ARGUMENT   topic, qos.
 */
signet_status signet_mqtt_send(signet_mqtt *mqtt, const char *topic,
                               signet_bytes payload, uint8_t qos,
                               uint16_t *token);

/** End in order: queues DISCONNECT when it fits. Send the output, then close
 * the connection; nothing more is accepted. */
void signet_mqtt_stop(signet_mqtt *mqtt);

/* ---- messenger: a session on a stream ---- */

typedef struct signet_mqtt_messenger {
    signet_mqtt mqtt;
    const signet_stream *stream;
    signet_messenger_session session;
    uint32_t opened_ms;
    uint8_t phase;
} signet_mqtt_messenger;

/**
 * closed() tells why: what the stream refused with (SIGNET_ERR_RESOLVE,
 * _CONNECT, _TLS.., _IO), SIGNET_CLOSED when the broker ended it in order
 * (another client with this client identifier, a kick), SIGNET_ERR_MQTT_..,
 * SIGNET_ERR_TIMEOUT for a connection or answer that did not come within its
 * time. A stream may connect for 60 s.
 *
 * @param stream  TLS in all but tests; stays valid, as does what memory
 *                points to.
 */
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
    uint32_t sent;   /**< highest sequence sent in this session */
    uint32_t oldest; /**< held when last looked: progress shows by it */
    uint32_t waiting_since_ms; /**< since the first sent, or progress */
    uint64_t resend_at_ms;     /**< when to ask signet_outbox_next again at the
                                    latest; 0: nothing outstanding. Public */
} signet_outbox;

/** @param log  mounted; stays valid. @param window  at least 1.
 * @param timeout_ms  up to 24 days without progress, then all is repeated. */
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
