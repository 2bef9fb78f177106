/* SPDX-License-Identifier: MIT */
/* The service as an agent sees it: it enrols, acknowledges, tells the time and
 * serves updates, with real signatures. It does what its fields say, the wrong
 * thing included. */
#ifndef SIGNET_TEST_AGENT_SERVICE_H
#define SIGNET_TEST_AGENT_SERVICE_H

#include "identity_service.h"
#include "release.h"
#include "signet/agent.h"

#define AGENT_SERVICE_RECORDS 2048u
#define AGENT_SERVICE_BODY 600u
#define AGENT_SERVICE_REPLY 4096u

/* One record as it arrived first. */
struct agent_record {
    uint32_t log; /* 0 messages, 1 reports */
    uint32_t epoch;
    uint32_t sequence;
    uint32_t times; /* arrived */
    size_t len;
    uint8_t body[AGENT_SERVICE_BODY];
};

struct agent_service {
    struct kit_service kit; /* issuer, reply key, clock */
    struct kit_key manufacturer;
    struct kit_key foreign; /* in no trust list */
    char device_id[SIGNET_DEVICE_ID_LEN + 1u];

    /* script */
    bool silent;            /* no answers but enrolment's */
    bool forge;             /* replies are signed by the foreign key */
    bool no_enrolment;      /* enrolment is not answered */
    signet_status refusal;  /* of certificates; OK: none */
    uint64_t life_s;        /* of certificates; 0: 24 hours */
    const char *other_name; /* device named in replies; NULL: the right one */
    uint32_t version;       /* of replies; 0: the right one */
    int64_t time_error_s;   /* of its clock; the broker's is right */
    bool stale_time;        /* time replies name another nonce */
    const struct release *offer;
    signet_bytes offer_list; /* trust list to go with it; empty: none */
    bool no_blocks;          /* block requests are not answered */
    unsigned bad_blocks;     /* so many blocks to come have a bit flipped */

    /* what it saw */
    unsigned nonces;
    unsigned certificates; /* asked for */
    unsigned times;
    unsigned queries;
    unsigned blocks;
    unsigned outcomes;
    int32_t last_outcome;
    uint8_t measurement[32]; /* of the last evidence */
    uint32_t trust_counter;
    uint32_t committed[2]; /* highest sequence of a complete row */
    size_t record_count;
    struct agent_record *records;
};

/** Fresh keys; the clock stands at KIT_NOW. */
void agent_service_new(struct agent_service *service);
void agent_service_free(struct agent_service *service);

/** A trust list that fits: firmware key, broker CA, issuer, service key.
 * Free it with signing_buffer_free. */
signing_buffer agent_service_list(const struct agent_service *service,
                                  uint32_t counter);

/** The same, less the entry with one purpose, or with its flag set. */
signing_buffer agent_service_list_but(const struct agent_service *service,
                                      uint32_t counter, uint32_t without,
                                      uint32_t development);

/**
 * A message arrived.
 *
 * @param[out] reply  AGENT_SERVICE_REPLY bytes; *len 0: no reply.
 * @param[out] topic  of the reply, 80 characters.
 */
void agent_service_take(struct agent_service *service, const char *topic,
                        signet_bytes message, char *reply_topic, uint8_t *reply,
                        size_t *len);

/** Sign any payload as a reply. Returns the length. */
size_t agent_service_sign(const struct agent_service *service, const char *aad,
                          signet_bytes payload, uint8_t *out, size_t cap);

/** A record that arrived, or NULL. */
const struct agent_record *
agent_service_find(const struct agent_service *service, uint32_t log,
                   uint32_t sequence);

/** How many reports arrived with this code. */
unsigned agent_service_reports(const struct agent_service *service,
                               int32_t code);

#endif
