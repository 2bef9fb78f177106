/* SPDX-License-Identifier: MIT */
/**
 * X.509 (RFC 5280) and PKCS#10 (RFC 2986) for P-256 and ES256 only: a writer
 * for the certificates that Signet makes, and a strict reader for those that
 * a device checks itself. Path building belongs to TLS and to the service.
 */
#ifndef SIGNET_X509_H
#define SIGNET_X509_H

#include "signet/bytes.h"
#include "signet/port/crypto.h"
#include "signet/port/key.h"

#ifdef __cplusplus
extern "C" {
#endif

/** keyUsage bits, as the first byte of the BIT STRING. */
#define SIGNET_KEY_USAGE_SIGN 0x80u      /**< digitalSignature */
#define SIGNET_KEY_USAGE_CERT_SIGN 0x04u /**< keyCertSign */
#define SIGNET_KEY_USAGE_CRL_SIGN 0x02u  /**< cRLSign */

/** extendedKeyUsage; a bit mask. */
#define SIGNET_EKU_CLIENT 1u
#define SIGNET_EKU_SERVER 2u
#define SIGNET_EKU_OTHER 4u /**< read: some purpose beyond those */

/** notAfter of a certificate without an end (RFC 5280 s4.1.2.5). */
#define SIGNET_X509_NO_END 253402300799ull

/** Longest certificate or CSR that the reader takes. */
#define SIGNET_X509_MAX_SIZE 1024u

/** A certificate to be made. NULL names leave the part out. */
typedef struct signet_x509_template {
    const char *issuer_cn;
    const char *subject_cn;
    const char *subject_alt_dns; /**< dNSName, or NULL */
    const char *subject_alt_ip;  /**< dotted IPv4 iPAddress, or NULL */
    const uint8_t *subject_key;  /**< 64 bytes */
    const uint8_t *issuer_key;   /**< 64 bytes: authority key identifier */
    uint8_t serial[16];          /**< made positive and non-zero */
    uint64_t not_before_s;
    uint64_t not_after_s;
    bool ca;
    int8_t path_len;          /**< with ca; -1: none */
    uint8_t key_usage;        /**< SIGNET_KEY_USAGE_* */
    uint8_t extended_usage;   /**< SIGNET_EKU_*; 0: none */
    const char *permitted_cn; /**< critical dirName constraint CN=...;
                                   NULL: none */
} signet_x509_template;

/**
 * Make and sign a certificate; UTF8String names, extensions in fixed order.
 *
 * @retval SIGNET_ERR_ARGUMENT   a key is missing, a name is longer than 64
 *                               bytes, an address is not IPv4, or the dates
 *                               are out of order.
 * @retval SIGNET_ERR_TOO_SMALL  out is left wiped.
 */
signet_status signet_x509_write(const signet_x509_template *t,
                                const signet_key *issuer, uint8_t *out,
                                size_t cap, size_t *len);

/** A CSR with subject CN, signed by its own key. Errors as above. */
signet_status signet_csr_write(const char *subject_cn, const signet_key *key,
                               uint8_t *out, size_t cap, size_t *len);

/** A certificate as read; views point into the input. */
typedef struct signet_x509 {
    signet_bytes to_be_signed;
    signet_bytes issuer;     /**< encoded Name */
    signet_bytes subject;    /**< encoded Name */
    signet_bytes subject_cn; /**< of its only CN; empty when none */
    uint8_t key[64];
    uint8_t signature[64];
    uint64_t not_before_s;
    uint64_t not_after_s;
    bool ca;
    int8_t path_len;        /**< with ca; -1: none */
    uint8_t key_usage;      /**< 0: extension absent */
    uint8_t extended_usage; /**< 0: extension absent */
    signet_bytes alt_dns;   /**< the only subjectAltName, a dNSName; empty when
                                 absent or when there are others */
    signet_bytes permitted_cn; /**< of the only name constraint; empty: none */
} signet_x509;

/**
 * Read a certificate; nothing is verified.
 *
 * @retval SIGNET_ERR_CERTIFICATE  malformed DER, not v3, not P-256, not
 *                                 ecdsa-with-SHA256, two CNs in a name, or a
 *                                 critical extension that is not understood.
 *                                 Name constraints are understood only as one
 *                                 permitted dirName of one CN.
 * @retval SIGNET_ERR_TOO_LARGE    over SIGNET_X509_MAX_SIZE.
 */
signet_status signet_x509_read(signet_bytes der, signet_x509 *out);

/** A CSR as read; the proof of possession is verified. */
typedef struct signet_csr {
    signet_bytes subject_cn;
    uint8_t key[64];
} signet_csr;

/** @retval SIGNET_ERR_CSR  malformed, or its signature does not verify. */
signet_status signet_csr_read(signet_bytes der, signet_csr *out);

/** Verify one certificate's signature by its issuer's key. */
signet_status signet_x509_verify(const signet_x509 *certificate,
                                 const uint8_t issuer_key[64]);

#ifdef __cplusplus
}
#endif
#endif
