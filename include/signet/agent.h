/* SPDX-License-Identifier: MIT */
/**
 * The device loop: it enrols, connects, keeps the certificate fresh, sends
 * what the logs hold, takes updates, and says when to reset.
 *
 * The agent does no I/O of its own and never waits: call signet_agent_step
 * whenever the network has something, an application call was made, or
 * result.next_ms has come. One context, one caller.
 */
#ifndef SIGNET_AGENT_H
#define SIGNET_AGENT_H

#include "signet/cloud.h"
#include "signet/identity.h"
#include "signet/messenger.h"
#include "signet/report.h"
#include "signet/update.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Where a listener is, and the name that its certificate bears. */
typedef struct signet_agent_endpoint {
    const char *host;
    uint16_t port;
    const char *server_name;
} signet_agent_endpoint;

/** What an application may want to show or act upon. */
typedef enum signet_agent_event {
    SIGNET_AGENT_ENROLLING = 1,  /**< attesting to the service */
    SIGNET_AGENT_ENROLLED,       /**< a certificate was received and checked */
    SIGNET_AGENT_ONLINE,         /**< connected with the operational key */
    SIGNET_AGENT_OFFLINE,        /**< status: why */
    SIGNET_AGENT_REFUSED,        /**< enrolment refused; status: why */
    SIGNET_AGENT_UPDATE_OFFERED, /**< status: OK, or why it was refused */
    SIGNET_AGENT_UPDATE_BLOCK,   /**< a block; status as signet_update_block */
    SIGNET_AGENT_UPDATE_READY,   /**< installed; a reset will start it */
    SIGNET_AGENT_UPDATE_CONFIRMED, /**< the running trial was confirmed */
    SIGNET_AGENT_MESSAGE_REFUSED   /**< a message failed its check; ignored */
} signet_agent_event;

/** Called from inside signet_agent_step; must not call the agent. */
typedef void (*signet_agent_event_fn)(void *ctx, signet_agent_event event,
                                      signet_status status);

typedef struct signet_agent_config {
    signet_messenger messenger;
    signet_identity *identity; /**< started */
    signet_update *update;     /**< started */
    signet_report *report;     /**< initialised */
    signet_log *messages;      /**< mounted */
    signet_log *reports;       /**< mounted; the one that report writes to */
    signet_entropy rng;
    signet_agent_endpoint enrolment;
    signet_agent_endpoint operational;
    uint16_t keep_alive_s;
    uint32_t window;       /**< records sent ahead of the service's answer */
    uint32_t timeout_ms;   /**< before a record, block or query is repeated;
                                grows while a block or query is unanswered */
    uint32_t retry_ms;     /**< first reconnect delay; grows with jitter */
    uint32_t retry_max_ms; /**< longest; of refused enrolments: an hour */
    uint32_t poll_ms;      /**< between update queries; 0: only at connect */
    uint32_t trial_ms;     /**< a trial image that is not confirmed by then asks
                                for a reset; 0: left to the watchdog */
    uint8_t *buffer;       /**< one outgoing message and one record */
    size_t buffer_len;     /**< at least SIGNET_AGENT_BUFFER(longest record) */
    signet_agent_event_fn event; /**< may be NULL */
    void *event_ctx;
} signet_agent_config;

/** Bytes of signet_agent_config.buffer for records of up to n bytes. */
#define SIGNET_AGENT_BUFFER(n) (2u * (n) + 64u)

typedef enum signet_agent_phase {
    SIGNET_AGENT_PHASE_WAITING = 0, /**< until retry_at_ms */
    SIGNET_AGENT_PHASE_ENROLMENT,   /**< on the enrolment listener */
    SIGNET_AGENT_PHASE_OPERATION    /**< on the operational listener */
} signet_agent_phase;

/** One durable log and the acknowledgement of its records. Private. */
typedef struct signet_agent_uplink {
    signet_outbox outbox;
    uint32_t log_id; /**< LogAck.log */
    char topic[64];
} signet_agent_uplink;

/** A refusal reported not long ago: the same one is counted, not repeated.
 * Private. */
typedef struct signet_agent_refusal {
    uint64_t at_ms;   /**< of the last report */
    uint32_t repeats; /**< since then */
    int32_t status;
    uint8_t kind; /**< signet_report_kind; 0: free */
    uint8_t severity;
} signet_agent_refusal;

#define SIGNET_AGENT_REFUSALS 8u

/** Private but for phase and connected. Deadlines are uptimes, 0: none. */
typedef struct signet_agent {
    signet_agent_config config;
    signet_time now; /**< of the step under way */
    signet_agent_phase phase;
    bool connected;
    bool closed;        /**< the session ended during this step */
    signet_status why;  /**< of closed */
    bool again;         /**< something waits for the messenger: step at once */
    bool must_enrol;    /**< whatever the stored certificate says */
    bool testing;       /**< first connection with a new certificate */
    bool trial;         /**< the running image is not confirmed yet */
    bool trust_changed; /**< the session rests on a former trust list */
    bool clock_doubted; /**< the wall time counts as unknown */
    bool time_asked;    /**< with time_nonce, in this session */
    uint8_t failed_tests; /**< connections with the new certificate */
    uint8_t time_tries;   /**< requests without an answer */
    uint8_t query_tries;
    uint8_t block_tries;
    uint8_t first_uplink; /**< whose turn it is */
    uint64_t online_since_ms;
    uint64_t retry_at_ms;
    uint64_t enrol_at_ms;   /**< no enrolment before; 0: at any time */
    uint64_t confirm_at_ms; /**< next attempt to confirm the trial */
    uint64_t trial_at_ms;   /**< end of the trial */
    uint64_t time_at_ms;    /**< next time request */
    uint64_t query_at_ms;   /**< next update query */
    uint64_t block_at_ms;   /**< next block request */
    uint64_t reset_at_ms;
    uint64_t learned_wall_s; /**< service time received in this step */
    uint8_t time_nonce[16];
    signet_backoff backoff;
    signet_backoff enrolments; /**< between those that came to nothing */
    signet_agent_refusal refusals[SIGNET_AGENT_REFUSALS];
    signet_enrol enrol;
    signet_agent_uplink uplinks[2];
    const uint8_t *service_key; /**< of the trust list */
    signet_bytes issuer;        /**< of the trust list */
    signet_messenger_session session;
    signet_key key;
    signet_bytes chain[2];
    signet_bytes anchors[2];
    char name[SIGNET_DEVICE_ID_LEN + 8u];
    char filter[64];
    const char *filters[1];
} signet_agent;

/** What a step wants of its caller. */
typedef struct signet_agent_result {
    uint64_t next_ms; /**< step again at this uptime at the latest */
    uint64_t wall_s;  /**< not 0: set the clock to it */
    bool reset;       /**< reset the device now: an update is installed, or
                           the trial of this one came to nothing */
} signet_agent_result;

/**
 * Prepare. config is copied; what it points to stays valid.
 *
 * @retval SIGNET_ERR_ARGUMENT  the buffer or a required pointer is missing.
 * @retval SIGNET_ERR_MISSING   the trust list lacks a broker CA, an
 *                              operational issuer or a service key.
 * @retval SIGNET_ERR_DEVELOPMENT_KEY  it has one, but only for development,
 *                              which the update policy does not accept.
 */
signet_status signet_agent_init(signet_agent *agent,
                                const signet_agent_config *config);

/**
 * Do what can be done now.
 *
 * @return SIGNET_OK; what went wrong on the way was reported, is shown by
 *         event() and will be tried again.
 */
signet_status signet_agent_step(signet_agent *agent, signet_time now,
                                signet_agent_result *result);

/**
 * Keep a message until the service has committed it. It is on flash when this
 * returns SIGNET_OK, connected or not.
 *
 * @param[out] sequence  may be NULL.
 * @retval SIGNET_ERR_TOO_LARGE  more than the buffer was sized for.
 * @retval SIGNET_ERR_FULL       the log is full of unsent messages.
 */
signet_status signet_agent_send(signet_agent *agent, signet_bytes message,
                                uint32_t *sequence);

/** Ask the service for an update at the next occasion. */
void signet_agent_check_for_update(signet_agent *agent);

#ifdef __cplusplus
}
#endif
#endif
