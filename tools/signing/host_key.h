/* SPDX-License-Identifier: MIT */
/**
 * P-256 private keys in a host's memory behind signet_key, and the files they
 * are kept in. For tools and tests: a production signing key belongs in an
 * HSM, behind the three steps of signing.h.
 */
#ifndef SIGNET_HOST_KEY_H
#define SIGNET_HOST_KEY_H

#include "signet/port/entropy.h"
#include "signet/port/key.h"
#include "signing.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One key; the handle points to it, so it must not move. */
typedef struct signing_host_key {
    uint8_t scalar[SIGNET_P256_PRIVATE_SIZE];
    bool present;
    signet_entropy rng;
} signing_host_key;

/** The operating system's random source. */
signet_entropy signing_host_entropy(void);

/**
 * Take a private scalar, big-endian.
 *
 * @retval SIGNET_ERR_KEY  not in [1, n-1].
 */
signet_status signing_host_key_set(signing_host_key *key,
                                   const uint8_t scalar[32]);

/** Make a fresh key. */
signet_status signing_host_key_generate(signing_host_key *key);

void signing_host_key_wipe(signing_host_key *key);

/** The handle; it is valid as long as key is. */
signet_key signing_host_key_handle(signing_host_key *key);

/** X || Y of a key, as signet_key gives it. */
signet_status signing_public_key(const signet_key *key, uint8_t out[64]);

/* ---- files ---- */

/**
 * Read a private key: PEM or DER, SEC 1 (RFC 5915) or PKCS#8 (RFC 5958),
 * P-256, not encrypted.
 *
 * @retval SIGNET_ERR_KEY   no P-256 private key in it, or out of range.
 * @retval SIGNET_ERR_TYPE  neither PEM nor DER.
 */
signet_status signing_private_key_read(signet_bytes file,
                                       signing_host_key *key);

/** Write PKCS#8, PEM ("BEGIN PRIVATE KEY"). */
signet_status signing_private_key_write(const signing_host_key *key,
                                        signing_buffer *pem);

/** Read a SubjectPublicKeyInfo, PEM or DER, or the bare 64 bytes X || Y. */
signet_status signing_public_key_read(signet_bytes file, uint8_t out[64]);

/** Write a SubjectPublicKeyInfo, PEM ("BEGIN PUBLIC KEY"). */
signet_status signing_public_key_write(const uint8_t key[64],
                                       signing_buffer *pem);

/**
 * The bytes of the first PEM block with a label; for certificates too.
 *
 * @retval SIGNET_ERR_NOT_FOUND  no such block.
 * @retval SIGNET_ERR_CORRUPT    its base64 is damaged.
 */
signet_status signing_pem_read(signet_bytes file, const char *label,
                               signing_buffer *der);

/** Bytes as a PEM block, NUL-terminated; len leaves the NUL out. */
signet_status signing_pem_write(const char *label, signet_bytes der,
                                signing_buffer *pem);

#ifdef __cplusplus
}
#endif
#endif
