/* SPDX-License-Identifier: MIT */
/** The running service: everything that its parts share. */
#ifndef SERVICE_H
#define SERVICE_H

#include "db.h"
#include "host_key.h"
#include "signet/identity.h"

#include <openssl/x509.h>

typedef struct service {
    db database;
    int64_t now_s; /**< of the message under way */

    /* credentials.c */
    signing_host_key reply_key; /**< signs every reply */
    signing_host_key issuer_key;
    uint8_t issuer_public[64];
    char issuer_name[65];
    X509_STORE *manufacturers; /**< roots of device certificates */

    /* settings */
    uint32_t certificate_life_s; /**< of operational certificates */
    uint32_t nonces_per_window;  /**< a device's, in NONCE_LIFE_S seconds */
    bool register_automatically;
    char revocation_file[4096];

    /* watch.c: what of the database was seen */
    int64_t data_version;
    int64_t announced_release;
    int64_t announced_trust;
} service;

/** A message from a device, as the broker vouches for it. */
typedef struct message {
    char device[SIGNET_DEVICE_ID_LEN + 1u]; /**< of the topic */
    signet_bytes payload;
} message;

#define REPLY_TOPIC_SIZE 96u

/** What is published once the database has committed; len 0: nothing. */
typedef struct reply {
    char topic[REPLY_TOPIC_SIZE];
    uint8_t *ptr; /**< allocated */
    size_t len;
} reply;

/**
 * A handler of one kind of message, called inside a transaction. A message
 * that is refused is a success that the audit log knows.
 *
 * @return false when the database failed: nothing is kept, nothing is sent,
 *         the device will ask again.
 */
typedef bool (*handler)(service *s, const message *m, reply *out);

bool enrol_handle(service *s, const message *m, reply *out);
bool records_handle_message(service *s, const message *m, reply *out);
bool records_handle_report(service *s, const message *m, reply *out);
bool time_handle(service *s, const message *m, reply *out);
bool updates_handle(service *s, const message *m, reply *out);

/** Find the handler by topic, run it, commit. out is empty when it failed. */
void dispatch(service *s, const char *topic, signet_bytes payload, reply *out);

void reply_free(reply *r);

#endif
