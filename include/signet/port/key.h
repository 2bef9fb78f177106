/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_KEY_H
#define SIGNET_PORT_KEY_H

#include "signet/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a P-256 public key (X || Y) and of a signature (r || s). */
#define SIGNET_P256_PUBLIC_SIZE 64u
#define SIGNET_P256_SIGNATURE_SIZE 64u
#define SIGNET_P256_PRIVATE_SIZE 32u

/**
 * Private P-256 keys behind a handle: software, TPM, secure element, PKCS#11.
 * The private part never crosses this interface.
 *
 * Clauses:
 *  KEY-1  sign makes an ECDSA signature (FIPS 186-5) over the 32-byte digest
 *         that verifies under what public_key returns.
 *  KEY-2  after generate the slot holds a fresh key, across power loss too
 *         when the provider is persistent; the former key is gone.
 *  KEY-3  after destroy, sign and public_key give SIGNET_ERR_KEY.
 *  KEY-4  a derived (read-only) slot refuses generate and destroy with
 *         SIGNET_ERR_KEY.
 *  KEY-5  a failing provider gives SIGNET_ERR_CRYPTO, SIGNET_ERR_ENTROPY or
 *         SIGNET_ERR_IO; outputs are then undefined.
 *
 * Context: task; may block for one operation of the key's hardware.
 */
typedef struct signet_key_ops {
    signet_status (*generate)(void *ctx, uint32_t slot);
    signet_status (*sign)(void *ctx, uint32_t slot, const uint8_t digest[32],
                          uint8_t signature[64]);
    signet_status (*public_key)(void *ctx, uint32_t slot, uint8_t key[64]);
    signet_status (*destroy)(void *ctx, uint32_t slot);
} signet_key_ops;

/** A handle: copied by value; valid as long as its provider's context. */
typedef struct signet_key {
    const signet_key_ops *ops;
    void *ctx;
    uint32_t slot;
} signet_key;

#ifdef __cplusplus
}
#endif
#endif
