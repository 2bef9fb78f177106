/* SPDX-License-Identifier: MIT */
/** The checks that stand between a request and a certificate. */
#ifndef ATTEST_H
#define ATTEST_H

#include "chain.h"
#include "issue.h"

/** One request for a certificate and what the checks found out. */
typedef struct attempt {
    nonce_request request;
    signet_bytes certificates[2]; /**< alias, device */
    signet_bytes csr;
    signet_bytes evidence;
    chain keys;
    signet_evidence claims;
    bool known;    /**< registered already */
    bool repeated; /**< certificate was given for it before */
    issued certificate;
    uint8_t new_key[64]; /**< of the CSR */
} attempt;

/**
 * Run the checks in their order (design: attest, then receive) up to the
 * first that refuses.
 *
 * @param[out] status  SIGNET_OK, or the refusal.
 * @param[out] step    the name of the check that refused.
 * @return false when the database failed.
 */
bool attest_check(service *s, attempt *a, signet_status *status,
                  const char **step);

#endif
