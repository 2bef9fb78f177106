/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: the parts of an enrolment. */
#ifndef SIGNET_IDENTITY_ENROL_INTERNAL_H
#define SIGNET_IDENTITY_ENROL_INTERNAL_H

#include "signet/identity.h"

#define ENROL_FORMAT_VERSION 1u
#define ENROL_NONCE_SIZE 32u

/** Put the request for a nonce into message and have it sent at once. */
signet_status signet_enrol_ask_nonce(signet_enrol *enrol, signet_time now);

/** Make a fresh key, its CSR and evidence; put the request for a certificate
 * into message and have it sent at once. */
signet_status signet_enrol_ask_certificate(signet_enrol *enrol,
                                           const uint8_t nonce[32],
                                           signet_time now);

/** A reply that was authenticated and is for this very request. */
struct signet_enrol_answer {
    signet_status status; /**< of a refusal, else SIGNET_OK */
    char text[64];        /**< of a refusal */
    uint8_t nonce[ENROL_NONCE_SIZE];
    bool has_nonce;
    signet_bytes certificate; /**< view into the reply; empty: none */
    uint64_t time_s;
};

/**
 * Authenticate, then read, a reply.
 *
 * Errors: those of signet_cose_open1; SIGNET_ERR_TYPE (malformed),
 * SIGNET_ERR_VERSION, SIGNET_ERR_DEVICE_ID, SIGNET_ERR_TRANSACTION,
 * SIGNET_ERR_REQUEST, SIGNET_ERR_CLOCK (below the time floor).
 */
signet_status signet_enrol_open(const signet_enrol *enrol, signet_bytes reply,
                                struct signet_enrol_answer *answer);

/** All checks of a certificate just received; each refusal has a
 * status of its own. */
signet_status signet_enrol_check(const signet_enrol *enrol,
                                 signet_bytes certificate);

#endif
