/* SPDX-License-Identifier: MIT */
#ifndef CHAIN_H
#define CHAIN_H

#include "signet/identity.h"

#include <openssl/x509.h>

/** A device's chain once it was verified. */
typedef struct chain {
    uint8_t alias_key[64];
    uint8_t device_key[64];
} chain;

/**
 * Verify alias and device certificate up to a manufacturer root (RFC 5280
 * s6, name constraints included), and that both are this device's.
 *
 * Errors: SIGNET_ERR_CERTIFICATE malformed; SIGNET_ERR_CERT_CHAIN,
 * _CERT_VALIDITY, _CERT_USAGE; _CERT_SUBJECT: another name, or a name that
 * the device key may not certify; _ALGORITHM: not P-256 with SHA-256;
 * _CERT_KEY: the name is not that of the device key.
 */
signet_status chain_verify(X509_STORE *manufacturers,
                           const signet_bytes certificates[2],
                           const char *device, int64_t now_s, chain *out);

#endif
