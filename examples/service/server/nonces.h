/* SPDX-License-Identifier: MIT */
/** Nonces of enrolments: single use, short-lived, one a device. */
#ifndef NONCES_H
#define NONCES_H

#include "service.h"

#define NONCE_SIZE 32u
#define NONCE_LIFE_S 300

/** One enrolment message of a device. */
typedef struct nonce_request {
    const char *device;
    signet_bytes transaction; /**< 16 bytes */
    signet_bytes digest;      /**< of the request */
} nonce_request;

/**
 * The nonce of a request: the same one again while it is good and the request
 * is the same (its reply was lost), else a fresh one in the former's place.
 *
 * @param[out] status  SIGNET_OK, SIGNET_ERR_RATE or SIGNET_ERR_ENTROPY.
 */
bool nonces_give(service *s, const nonce_request *request,
                 uint8_t nonce[NONCE_SIZE], signet_status *status);

/** The outstanding nonce of a transaction, if it is still good. */
bool nonces_find(service *s, const nonce_request *request,
                 uint8_t nonce[NONCE_SIZE], bool *found);

/** Use it up; consumed is false when it was used already. */
bool nonces_consume(service *s, const char *device,
                    const uint8_t nonce[NONCE_SIZE], bool *consumed);

#endif
