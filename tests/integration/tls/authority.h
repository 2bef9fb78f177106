/* SPDX-License-Identifier: MIT */
/* Keys and certificates for TLS tests, made in memory by OpenSSL. */
#ifndef SIGNET_TEST_TLS_AUTHORITY_H
#define SIGNET_TEST_TLS_AUTHORITY_H

#include "signet/bytes.h"

#include <openssl/x509.h>

/** The tests' present: 2027-01-15T08:00:00Z, whatever the real date. */
#define TEST_NOW 1800000000
#define DAY 86400

typedef struct credential {
    EVP_PKEY *key;
    X509 *cert;
    signet_bytes der;
} credential;

/** What a certificate is to say. */
typedef struct certificate_spec {
    const char *name;      /**< CN */
    const char *dns;       /**< SAN dNSName, or NULL */
    const char *usage;     /**< "serverAuth", "clientAuth"; NULL for a CA */
    int64_t not_before;    /**< Unix time; 0: a day before TEST_NOW */
    int64_t not_after;     /**< 0: a year after TEST_NOW */
    bool critical_unknown; /**< a critical extension that nobody knows */
    bool forged;           /**< break the signature */
} certificate_spec;

/** Issue; issuer NULL: self-signed. Fails the test when OpenSSL fails. */
credential credential_make(const credential *issuer, certificate_spec spec);
void credential_free(credential *c);

/** The private scalar, big-endian. */
void credential_scalar(const credential *c, uint8_t out[32]);

#endif
