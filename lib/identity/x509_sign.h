/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: what certificates and CSRs have in common. */
#ifndef SIGNET_IDENTITY_X509_SIGN_H
#define SIGNET_IDENTITY_X509_SIGN_H

#include "der.h"
#include "signet/port/key.h"
#include "signet/x509.h"

/** ub-common-name (RFC 5280 appendix A.1). */
#define X509_CN_MAX 64u

/** True for NULL and for names that fit a CN. */
bool signet_x509_name_fits(const char *cn);

/**
 * Sign what the writer holds and make SEQUENCE { that, algorithm, signature }
 * at the start of out, the writer's own buffer.
 */
signet_status signet_x509_sign(const struct signet_der_writer *body,
                               const signet_key *key, uint8_t *out, size_t cap,
                               size_t *len);

/** Verify a signature over encoded bytes. */
signet_status signet_x509_check(signet_bytes body, const uint8_t key[64],
                                const uint8_t signature[64]);

#endif
