/* SPDX-License-Identifier: MIT */
/**
 * COSE_Sign1 and COSE_Sign (RFC 9052) as Signet uses them: tagged, alg and
 * kid protected, unprotected maps empty, payload attached, and a purpose in
 * external_aad so that no signature is valid for two things.
 */
#ifndef SIGNET_COSE_H
#define SIGNET_COSE_H

#include "signet/cbor.h"
#include "signet/port/crypto.h"
#include "signet/port/key.h"

#ifdef __cplusplus
extern "C" {
#endif

/** RFC 9053 and RFC 8778 algorithm identifiers. */
#define SIGNET_COSE_ES256 (-7)
#define SIGNET_COSE_HSS_LMS (-46)

/** A kid is the first bytes of SHA-256 over the key's SubjectPublicKeyInfo
 * (P-256) or over the HSS public key. */
#define SIGNET_KID_SIZE 8u

/** Most signatures in one COSE_Sign. */
#define SIGNET_COSE_MAX_SIGNATURES 3u

/** external_aad of each kind of object: the bytes of these strings. The
 * service's replies are of three kinds, so that a broker cannot pass off one
 * for another. */
#define SIGNET_AAD_MANIFEST "signet manifest 1"
#define SIGNET_AAD_TRUST_LIST "signet trust-list 1"
#define SIGNET_AAD_EVIDENCE "signet evidence 1"
#define SIGNET_AAD_ENROL_REPLY "signet enrol-reply 1"
#define SIGNET_AAD_LOG_ACK "signet log-ack 1"
#define SIGNET_AAD_TIME_REPLY "signet time-reply 1"

/** One signature of an object; views point into the input. */
typedef struct signet_cose_signature {
    signet_bytes protected_header; /**< encoded map {1: alg, 4: kid} */
    signet_bytes kid;
    signet_bytes signature;
    int64_t algorithm;
} signet_cose_signature;

/** A parsed COSE_Sign1 (count 1) or COSE_Sign. Nothing is verified yet. */
typedef struct signet_cose_object {
    bool multiple;               /**< COSE_Sign rather than COSE_Sign1 */
    signet_bytes body_protected; /**< COSE_Sign: must be empty */
    signet_bytes payload;        /**< do not read before verifying */
    size_t count;
    signet_cose_signature signatures[SIGNET_COSE_MAX_SIGNATURES];
} signet_cose_object;

/** The kid of a P-256 key: SHA-256(SPKI DER)[0..7]. */
signet_status signet_kid(const uint8_t key[64], uint8_t kid[SIGNET_KID_SIZE]);

/** SHA-256 over the DER SubjectPublicKeyInfo (91 bytes) of a P-256 key. */
signet_status signet_spki_digest(const uint8_t key[64], uint8_t digest[32]);

/**
 * Parse the structure only: tags 18 (COSE_Sign1) and 98 (COSE_Sign).
 *
 * Errors: SIGNET_ERR_TRUNCATED, _TRAILING, _TYPE, _NON_CANONICAL, _DUPLICATE,
 * _RESERVED (unprotected map not empty), _MISSING (alg or kid),
 * _UNKNOWN_CRITICAL (another protected field), _TOO_LARGE.
 */
signet_status signet_cose_parse(signet_bytes input, signet_cose_object *out);

/**
 * Verify one ES256 signature of a parsed object.
 *
 * @param index  0..count-1.
 * @retval SIGNET_ERR_ALGORITHM  not ES256.
 * @retval SIGNET_ERR_SIGNATURE  not valid under key and aad.
 */
signet_status signet_cose_verify(const signet_cose_object *object, size_t index,
                                 signet_bytes aad, const uint8_t key[64]);

/**
 * The bytes that are signed (Sig_structure, RFC 9052 s4.4), for signatures
 * over messages (LMS) and for signing outside.
 */
signet_status signet_cose_to_be_signed(const signet_cose_object *object,
                                       size_t index, signet_bytes aad,
                                       uint8_t *out, size_t cap, size_t *len);

/** Parse and verify a COSE_Sign1 by a known key in one call; payload points
 * into input. Errors of both, and SIGNET_ERR_KEY_ID. */
signet_status signet_cose_open1(signet_bytes input, signet_bytes aad,
                                const uint8_t key[64], signet_bytes *payload);

/**
 * Make a COSE_Sign1 with ES256.
 *
 * @param[out] len  bytes of the object: payload + at most 100.
 */
signet_status signet_cose_sign1(const signet_key *key, signet_bytes aad,
                                signet_bytes payload, uint8_t *out, size_t cap,
                                size_t *len);

#ifdef __cplusplus
}
#endif
#endif
