/* SPDX-License-Identifier: MIT */
/**
 * Who a device is and what it runs: device key, alias key, attestation
 * evidence (RFC 9334, RFC 9711, RFC 9783), enrolment for a certificate of at
 * most 24 hours, and its renewal.
 */
#ifndef SIGNET_IDENTITY_H
#define SIGNET_IDENTITY_H

#include "signet/bytes.h"
#include "signet/port/boot.h"
#include "signet/port/entropy.h"
#include "signet/port/key.h"
#include "signet/port/secret.h"
#include "signet/store.h"
#include "signet/x509.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Hex digits of a device id, and its prefix in enrolment names. */
#define SIGNET_DEVICE_ID_LEN 32u
#define SIGNET_ENROL_PREFIX "enrol-"
#define SIGNET_UEID_SIZE 33u

/** Item identifiers that lib/identity uses. */
#define SIGNET_IDENTITY_ITEM_DEVICE_CERT 16u /**< factory store */
#define SIGNET_IDENTITY_ITEM_ALIAS_CERT 32u
#define SIGNET_IDENTITY_ITEM_OPERATIONAL 33u /**< which slot is active */
#define SIGNET_IDENTITY_ITEM_CERT 34u        /**< + operational slot: 34, 35 */
#define SIGNET_IDENTITY_ITEM_KEY 36u         /**< + operational slot: 36, 37 */
#define SIGNET_IDENTITY_ITEM_TIME_FLOOR 38u

/** Most a certificate from the service may last, and how much a receipt may
 * raise the persisted time floor. */
#define SIGNET_CERT_MAX_LIFE_S 86400u
#define SIGNET_TIME_FLOOR_STEP_S 2592000u

/** Slots of the software key provider. */
#define SIGNET_KEY_ALIAS 1u
#define SIGNET_KEY_OPERATIONAL 2u /**< + 0 or 1 */

/**
 * Software keys: the alias key in RAM, operational keys in the item store
 * under AES-GCM with a key derived from the device secret. Stated as software
 * in evidence. A port with a TPM or secure element offers its own signet_key.
 */
typedef struct signet_soft_keys {
    signet_items *items;
    signet_entropy rng;
    uint8_t wrap_key[16];
    uint8_t alias[32];
    bool ready;
} signet_soft_keys;

typedef struct signet_identity_config {
    signet_secret secret;
    signet_items *factory; /**< kept by a factory reset */
    signet_items *items;   /**< wiped by a factory reset */
    signet_entropy rng;
    const signet_handoff *handoff; /**< stays valid */
    uint8_t vendor_id[16];         /**< as in manifests: implementation id */
    uint8_t class_id[16];
    uint64_t build_time_s;  /**< lowest time that can be true */
    uint32_t trust_counter; /**< of the trust list in force */
} signet_identity_config;

/** A started identity. Private but for device_id, ueid and time_floor_s. */
typedef struct signet_identity {
    signet_identity_config config;
    signet_soft_keys keys;
    char device_id[SIGNET_DEVICE_ID_LEN + 1u];
    uint8_t ueid[SIGNET_UEID_SIZE];
    uint64_t time_floor_s;
    uint8_t operational_slot; /**< active: 0 or 1; 0xFF: none */
    uint64_t not_before_s;    /**< of the operational certificate */
    uint64_t not_after_s;
    uint32_t renew_jitter_s;
    uint8_t alias_cert[SIGNET_X509_MAX_SIZE];
    size_t alias_cert_len;
    uint8_t device_cert[SIGNET_X509_MAX_SIZE];
    size_t device_cert_len;
    uint8_t operational_cert[SIGNET_X509_MAX_SIZE];
    size_t operational_cert_len;
} signet_identity;

/**
 * Derive the device key by HKDF from the secret and give its CSR: what a
 * manufacturer endorses. Works on a device without a certificate.
 *
 * @param[out] key  64 bytes: the device key's public part.
 */
signet_status signet_identity_device_csr(const signet_secret *secret,
                                         const signet_entropy *rng,
                                         uint8_t *out, size_t cap, size_t *len,
                                         uint8_t key[64]);

/** The device id (NUL-terminated) and ueid of a device key. */
signet_status signet_identity_names(const uint8_t device_key[64],
                                    char id[SIGNET_DEVICE_ID_LEN + 1u],
                                    uint8_t ueid[SIGNET_UEID_SIZE]);

/**
 * Start: derive the keys, sign an alias certificate when the measurement is
 * new (else the cached one), wipe the device key and latch the secret, load
 * the operational certificate. A stored operational certificate that does not
 * fit its key is treated as none.
 *
 * @param identity  must not move afterwards: handles point into it.
 * @retval SIGNET_ERR_NOT_FOUND  no secret or no device certificate: blank. The
 *                               secret is not latched then, so that
 *                               signet_identity_device_csr still works.
 * @retval SIGNET_ERR_CERT_KEY   the device certificate is not for this key.
 * @retval SIGNET_ERR_CERTIFICATE  the device certificate is malformed.
 * Errors of the secret, entropy, crypto and flash ports.
 */
signet_status signet_identity_start(signet_identity *identity,
                                    const signet_identity_config *config);

/** Alias key and chain {alias, device}: for the enrolment listener. */
void signet_identity_alias(const signet_identity *identity, signet_key *key,
                           signet_bytes chain[2]);

/**
 * Operational key and certificate.
 *
 * @retval SIGNET_ERR_NOT_FOUND      none: enrol.
 * @retval SIGNET_ERR_CERT_VALIDITY  it has ended: enrol.
 */
signet_status signet_identity_operational(const signet_identity *identity,
                                          signet_time now, signet_key *key,
                                          signet_bytes *certificate);

/** Say that a newer trust list is in force: evidence carries its counter. */
void signet_identity_trust(signet_identity *identity, uint32_t counter);

/**
 * A time that the service signed over a nonce of ours was received: raise the
 * persisted floor towards it, by at most SIGNET_TIME_FLOOR_STEP_S and not
 * beyond the end of the operational certificate, which the broker's clock
 * vouched for: so that a wrong future time does not lock the device out.
 */
signet_status signet_identity_raise_floor(signet_identity *identity,
                                          uint64_t service_time_s);

/** True when there is none, or half of its life and the jitter have passed. */
bool signet_identity_renewal_due(const signet_identity *identity,
                                 signet_time now);

/** Forget operational keys and certificates (factory reset, revocation). */
signet_status signet_identity_forget(signet_identity *identity);

/**
 * Evidence: COSE_Sign1 by the alias key over the claims of
 * docs/wire-formats.md.
 *
 * @param challenge  32 bytes: signet_identity_challenge's.
 */
signet_status signet_identity_evidence(const signet_identity *identity,
                                       const uint8_t challenge[32],
                                       uint8_t *out, size_t cap, size_t *len);

/** SHA-256("signet challenge 1" || nonce[32] || SHA-256(csr) || device id). */
signet_status signet_identity_challenge(const uint8_t nonce[32],
                                        signet_bytes csr, const char *device_id,
                                        uint8_t challenge[32]);

/** Evidence as a verifier reads it; views point into the input. */
typedef struct signet_evidence {
    signet_bytes challenge;      /**< 32 bytes */
    signet_bytes ueid;           /**< 33 bytes */
    signet_bytes profile;        /**< text */
    signet_bytes boot_seed;      /**< 32 bytes */
    signet_bytes implementation; /**< 32 bytes: of vendor id and class id */
    signet_bytes measurement;    /**< 32 bytes, of the running image */
    signet_bytes version;        /**< text */
    signet_bytes signer;         /**< 32 bytes */
    uint32_t life_cycle;
    uint32_t trust_counter;
    uint32_t security_counter;
    uint32_t boot_count;
    uint32_t assurance;
} signet_evidence;

/**
 * Authenticate by the alias key, then read. For a service's verifier: what the
 * claims are worth (challenge, ueid, floors, reference values) is its part.
 *
 * Errors: those of signet_cose_open1; SIGNET_ERR_MISSING (a claim),
 * SIGNET_ERR_UNKNOWN_CRITICAL (another claim), SIGNET_ERR_TYPE (of a value, or
 * its length), SIGNET_ERR_PROFILE, and those of the CBOR reader. out is wiped
 * unless SIGNET_OK.
 */
signet_status signet_evidence_open(signet_bytes encoded,
                                   const uint8_t alias_key[64],
                                   signet_evidence *out);

/* ---- enrolment ---- */

typedef enum signet_enrol_state {
    SIGNET_ENROL_IDLE = 0,
    SIGNET_ENROL_NONCE,       /**< asked for a nonce */
    SIGNET_ENROL_CERTIFICATE, /**< asked for a certificate */
    SIGNET_ENROL_DONE,        /**< stored, not yet committed */
    SIGNET_ENROL_FAILED
} signet_enrol_state;

/** Longest enrolment message. */
#define SIGNET_ENROL_MAX_SIZE 3072u

/** One enrolment. Private but for state, refusal and refusal_text. */
typedef struct signet_enrol {
    signet_identity *identity;
    signet_bytes issuer; /**< operational issuer's certificate, DER */
    const uint8_t *service_key;
    signet_enrol_state state;
    signet_status refusal; /**< the service's or our own reason */
    char refusal_text[64];
    uint8_t slot; /**< inactive operational slot */
    uint8_t transaction[16];
    uint8_t request_digest[32];
    uint8_t message[SIGNET_ENROL_MAX_SIZE]; /**< request outstanding, then
                                                 the new certificate */
    size_t message_len;
    uint64_t service_time_s; /**< from the last good reply; 0: none */
    uint64_t resend_at_ms;
    uint8_t attempts;
} signet_enrol;

/**
 * Start over: a new transaction; the nonce request waits to be sent.
 *
 * @param issuer       trust list entry OPERATIONAL_ISSUER; stays valid.
 * @param service_key  trust list entry SERVICE, 64 bytes; stays valid.
 */
signet_status signet_enrol_begin(signet_enrol *enrol, signet_identity *identity,
                                 signet_bytes issuer,
                                 const uint8_t *service_key, signet_time now);

/**
 * The message to publish now: at first, and again, byte for byte the same,
 * after a time-out.
 *
 * @retval SIGNET_ERR_NOT_FOUND  nothing to send now.
 * @retval SIGNET_ERR_TIMEOUT    given up after several attempts: FAILED.
 */
signet_status signet_enrol_output(signet_enrol *enrol, signet_time now,
                                  signet_bytes *message);

/**
 * A reply arrived. It is a COSE_Sign1 by the service, bound to this device,
 * transaction and request. May generate and use the operational key.
 *
 * @retval SIGNET_OK           look at state.
 * @retval SIGNET_ERR_REFUSED  the service refused: refusal, refusal_text.
 * Any other error: the reply was not for us or failed a check; it is ignored
 * while the state is unchanged, else state is FAILED.
 */
signet_status signet_enrol_input(signet_enrol *enrol, signet_bytes reply,
                                 signet_time now);

/**
 * The new key and certificate, for the test connection.
 *
 * @retval SIGNET_ERR_STATE  state is not SIGNET_ENROL_DONE.
 */
signet_status signet_enrol_candidate(const signet_enrol *enrol, signet_key *key,
                                     signet_bytes *certificate);

/** The test connection with the new certificate worked: make it active. */
signet_status signet_enrol_commit(signet_enrol *enrol);

/** It did not: drop the new key and certificate, keep the former ones. */
signet_status signet_enrol_rollback(signet_enrol *enrol);

#ifdef __cplusplus
}
#endif
#endif
