/* SPDX-License-Identifier: MIT */
/* A messenger in memory (MSG-1..5) between one agent and a service. Openings
 * are judged by the certificate and a proof of its key, as TLS and a broker
 * would; the script says what else happens. */
#ifndef SIGNET_TEST_SCRIPT_MESSENGER_H
#define SIGNET_TEST_SCRIPT_MESSENGER_H

#include "agent_service.h"

#define SCRIPT_MESSAGES 64u

struct script_message {
    char topic[80];
    uint8_t *payload;
    size_t len;
    uint64_t at_ms; /* not delivered before */
};

struct script_messenger {
    struct agent_service *service;

    /* script; a status that is not OK ends the opening, or the session */
    signet_status enrolment;
    signet_status operation;
    unsigned refuse;   /* so many operational openings are TLS_REFUSED */
    uint64_t delay_ms; /* from a message to its answer; at least 1 */
    size_t rx_cap;     /* longer ones are delivered in parts; 0: no limit */
    size_t tx_cap;     /* longer ones are TOO_LARGE; 0: no limit */
    unsigned room;     /* messages not yet acknowledged; 0: no limit */
    bool lose;         /* answers are lost */
    bool hang_up;      /* the session ends with the next delivery */

    /* what it saw */
    unsigned enrolments; /* openings of either listener, refused ones too */
    unsigned operations;
    unsigned published;
    uint64_t last_open_ms;
    uint8_t leaf[SIGNET_X509_MAX_SIZE]; /* of the session that is up */
    size_t leaf_len;

    /* state */
    signet_messenger_session session;
    bool is_open;
    bool is_up;
    signet_time now;
    unsigned taken;
    uint64_t taken_ms; /* acknowledged when this has passed */
    size_t count;
    struct script_message inbox[SCRIPT_MESSAGES];
};

void script_messenger_new(struct script_messenger *script,
                          struct agent_service *service);
void script_messenger_free(struct script_messenger *script);

/** Valid as long as script. */
signet_messenger script_messenger_view(struct script_messenger *script);

/** Put any message into the inbox, from whomever. */
void script_messenger_inject(struct script_messenger *script, const char *topic,
                             signet_bytes payload);

#endif
