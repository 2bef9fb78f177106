/* SPDX-License-Identifier: MIT */
/**
 * Signed updates: trust list, manifest, streaming receiver, slots and the
 * boot decision. One verifier serves application and bootloader. Formats:
 * docs/wire-formats.md; information model: RFC 9124.
 */
#ifndef SIGNET_UPDATE_H
#define SIGNET_UPDATE_H

#include "signet/bytes.h"
#include "signet/cose.h"
#include "signet/port/boot.h"
#include "signet/port/counter.h"
#include "signet/port/flash.h"
#include "signet/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- trust list ---- */

/** Longest encoded trust list and manifest, signatures included. */
#define SIGNET_TRUST_MAX_SIZE 2048u
#define SIGNET_MANIFEST_MAX_SIZE 2048u
#define SIGNET_TRUST_MAX_ENTRIES 12u

/** What an entry may be used for; a bit mask. Values are frozen. */
typedef enum signet_purpose {
    SIGNET_PURPOSE_FIRMWARE = 1,           /**< signs manifests */
    SIGNET_PURPOSE_BROKER_CA = 2,          /**< certificate: TLS servers */
    SIGNET_PURPOSE_OPERATIONAL_ISSUER = 4, /**< certificate: device certs */
    SIGNET_PURPOSE_SERVICE = 8,            /**< signs replies, commands */
    SIGNET_PURPOSE_TIME = 16,
    SIGNET_PURPOSE_UNLOCK = 32,
    SIGNET_PURPOSE_OWNERSHIP = 64
} signet_purpose;

#define SIGNET_TRUST_DEVELOPMENT 1u /**< flag: refused by production builds */

/** One entry; views point into the authenticated list. */
typedef struct signet_trust_entry {
    uint32_t purposes;
    uint32_t flags;
    int64_t algorithm; /**< SIGNET_COSE_ES256 or SIGNET_COSE_HSS_LMS */
    signet_bytes key;  /**< P-256 X || Y, HSS public key, or, for the CA
                            purposes, a DER certificate */
    uint8_t kid[SIGNET_KID_SIZE]; /**< of a key; zero for certificates */
} signet_trust_entry;

/** An authenticated trust list; views point into the caller's copy. */
typedef struct signet_trust {
    uint32_t counter;
    size_t count;
    signet_trust_entry entries[SIGNET_TRUST_MAX_ENTRIES];
} signet_trust;

/**
 * Authenticate, then read, a trust list.
 *
 * @param encoded   a RAM copy that outlives out.
 * @param root_key  signs trust lists and nothing else.
 * @param floor     lowest counter that is accepted.
 * Errors: those of signet_cose_open1, SIGNET_ERR_TRUST_COUNTER,
 * SIGNET_ERR_DEVELOPMENT_KEY is left to the use of an entry.
 */
signet_status signet_trust_open(signet_bytes encoded,
                                const uint8_t root_key[64], uint32_t floor,
                                signet_trust *out);

/** The index-th entry with a purpose (0-based), or NULL. */
const signet_trust_entry *signet_trust_find(const signet_trust *trust,
                                            signet_purpose purpose,
                                            size_t index);

/** The key with this kid and purpose, or NULL. */
const signet_trust_entry *signet_trust_key(const signet_trust *trust,
                                           signet_purpose purpose,
                                           signet_bytes kid);

/* ---- manifest ---- */

#define SIGNET_MANIFEST_MAX_DEPENDENCIES 4u

typedef struct signet_dependency {
    uint32_t component;
    uint64_t min_sequence;
} signet_dependency;

/** An authenticated manifest; views point into the caller's RAM copy. */
typedef struct signet_manifest {
    signet_bytes vendor_id; /**< 16 bytes, UUID (RFC 9124 s3.3) */
    signet_bytes class_id;  /**< 16 bytes */
    uint64_t sequence;
    uint32_t security_counter;
    char version[33]; /**< for people; never compared */
    uint32_t component;
    int32_t slot;        /**< 0, 1 or -1: any */
    uint32_t size;       /**< payload bytes */
    signet_bytes digest; /**< SHA-256 of the payload, 32 bytes */
    uint32_t chunk_size;
    signet_bytes first_chunk; /**< SHA-256 of the first block, 32 bytes */
    uint64_t not_after_s;     /**< 0: none */
    size_t dependency_count;
    signet_dependency dependencies[SIGNET_MANIFEST_MAX_DEPENDENCIES];
    uint8_t manifest_digest[32]; /**< SHA-256 of the encoded manifest */
    uint8_t signer[32]; /**< SHA-256 of the first valid signer's SPKI */
} signet_manifest;

/** How many signatures, and of which kind, a device asks for: at least one in
 * all. Whatever the minimum, every signature of a manifest must verify. */
typedef struct signet_signature_policy {
    uint8_t min_es256;
    uint8_t min_lms;
    bool accept_development; /**< never in production builds */
    /** signet_lms_verify (port/lms.h), or NULL: HSS-LMS signatures are then
     * refused, and a firmware without it need not link it. */
    signet_status (*verify_lms)(signet_bytes key, signet_bytes message,
                                signet_bytes signature);
} signet_signature_policy;

/**
 * Authenticate, then read, a manifest.
 *
 * @param encoded  a RAM copy that outlives out; at most
 *                 SIGNET_MANIFEST_MAX_SIZE bytes.
 */
signet_status signet_manifest_open(signet_bytes encoded,
                                   const signet_trust *trust,
                                   const signet_signature_policy *policy,
                                   signet_manifest *out);

/* ---- the device's side of updates, for application and bootloader ---- */

/** Item identifiers that lib/update uses in the store it is given. */
#define SIGNET_UPDATE_ITEM_TRUST 1u
#define SIGNET_UPDATE_ITEM_MANIFEST 2u /**< + slot: 2, 3 */
#define SIGNET_UPDATE_ITEM_STATE 4u
#define SIGNET_UPDATE_ITEM_CHECKPOINT 5u

typedef struct signet_update_config {
    signet_items *items; /**< shared by bootloader and application */
    const signet_flash *slots[SIGNET_SLOT_COUNT];
    signet_counter counter;
    const uint8_t *root_key; /**< 64 bytes */
    uint8_t vendor_id[16];
    uint8_t class_id[16];
    uint32_t component;
    signet_signature_policy policy;
    uint8_t max_tries; /**< boots of a trial before it is reverted */
} signet_update_config;

/** Where a device stands. Stored as one item; private but readable. */
typedef struct signet_update_state {
    signet_image_state slot_state[SIGNET_SLOT_COUNT];
    uint8_t tries;              /**< boots of the trial so far */
    uint8_t active;             /**< confirmed slot */
    uint64_t reverted_sequence; /**< highest that was given up; 0: none */
} signet_update_state;

/** RAM for one trust list and one manifest: the copies that are verified. */
typedef struct signet_update_memory {
    uint8_t trust[SIGNET_TRUST_MAX_SIZE];
    uint8_t manifest[SIGNET_MANIFEST_MAX_SIZE];
} signet_update_memory;

typedef enum signet_update_phase {
    SIGNET_UPDATE_IDLE = 0,
    SIGNET_UPDATE_RECEIVING,
    SIGNET_UPDATE_READY, /**< installed as pending; wants a reset */
    SIGNET_UPDATE_REFUSED
} signet_update_phase;

/** The receiver. Fields are private but phase and refusal. */
typedef struct signet_update {
    const signet_update_config *config;
    signet_update_memory *memory;
    signet_trust trust;
    signet_manifest manifest;
    signet_update_state state; /**< as stored */
    signet_update_phase phase;
    signet_status refusal;
    const signet_handoff *running;
    uint32_t target; /**< slot that is written */
    uint32_t offset; /**< payload bytes written so far */
    uint8_t next_digest[32];
} signet_update;

/** The next block that the receiver wants. */
typedef struct signet_block_request {
    uint8_t manifest_digest[32];
    uint32_t offset; /**< of its first payload byte */
    uint32_t len;    /**< bytes of the block: payload + 32 unless the last */
} signet_block_request;

/**
 * Start in the application: read and authenticate the stored trust list, take
 * up an interrupted download from its checkpoint.
 *
 * @param running  the boot hand-off; stays valid.
 * @retval SIGNET_ERR_NOT_FOUND  no trust list: the device is blank.
 * @retval SIGNET_ERR_ARGUMENT   config lacks something, a slot's erase_size is
 *                               no multiple of program_size, or this is over
 *                               32; running->slot is none.
 */
signet_status signet_update_start(signet_update *update,
                                  const signet_update_config *config,
                                  signet_update_memory *memory,
                                  const signet_handoff *running);

/**
 * A manifest was offered. It is copied, authenticated, then checked against
 * this device: vendor, class, component, slot, sequence, counter, expiry (when
 * the wall time is known), dependencies, size, reverted before. The running
 * download goes on when it is the same manifest, and is given up when the new
 * one is newer.
 *
 * @retval SIGNET_OK  accepted; ask signet_update_wanted what to fetch.
 * @retval SIGNET_ERR_STATE  the running image is on trial: the other slot is
 *                           what a revert falls back to. Confirm first.
 * Errors: each refusal has its own status; nothing stored has changed, and a
 * running download goes on.
 */
signet_status signet_update_offer(signet_update *update, signet_bytes manifest,
                                  signet_time now);

/** @retval SIGNET_ERR_NOT_FOUND  nothing is wanted. */
signet_status signet_update_wanted(const signet_update *update,
                                   signet_block_request *request);

/**
 * A block arrived. It is verified against the hash chain before a byte of it
 * is written. After the last one the slot is read back and hashed, the
 * manifest stored, and the slot made pending: phase READY.
 *
 * @param offset  as asked; anything else is SIGNET_ERR_CHUNK_OFFSET and is
 *                harmless: ask again.
 * @retval SIGNET_ERR_CHUNK_DIGEST  forged or damaged; ask again.
 * @retval SIGNET_ERR_IMAGE_DIGEST  read-back failed: the download is undone.
 * Any other error of storage or hardware: the download is back at its last
 * checkpoint; ask signet_update_wanted again.
 * Context: may erase and write a chunk; after the last one also reads and
 * hashes the whole slot.
 */
signet_status signet_update_block(signet_update *update,
                                  const uint8_t manifest_digest[32],
                                  uint32_t offset, signet_bytes block);

/** Payload bytes written and wanted in all. */
void signet_update_progress(const signet_update *update, uint32_t *done,
                            uint32_t *total);

/**
 * The application vouches for the running trial image (by default after its
 * new measurement obtained a certificate). SIGNET_OK also when confirmed.
 */
signet_status signet_update_confirm(signet_update *update);

/**
 * Authenticate and store a newer trust list, then raise the trust counter.
 *
 * A download or installed image that does not hold under the new list is given
 * up.
 *
 * @retval SIGNET_ERR_TRUST_COUNTER  not newer than the stored one.
 * @retval SIGNET_ERR_REVOKED  it lacks a key that the running or the confirmed
 *                             image needs to boot: update first.
 */
signet_status signet_update_trust(signet_update *update, signet_bytes encoded);

/* ---- first stage ---- */

/** Accepted only when verdict equals this: far from 0, 1 and all ones. */
#define SIGNET_BOOT_ACCEPT 0x5AC3963Cu
#define SIGNET_BOOT_REJECT 0xA53C69C3u

typedef struct signet_boot_decision {
    uint32_t verdict; /**< starts as SIGNET_BOOT_REJECT */
    uint32_t slot;
    uint32_t verdict_copy; /**< ~verdict; check both */
    signet_image_state state;
    signet_status counter_status; /**< SIGNET_OK, or why the security counter
                                       could not be raised: the image boots
                                       all the same; the application reports */
    signet_manifest manifest;     /**< views point into memory */
} signet_boot_decision;

/**
 * Choose, verify and account for the image to start: pending becomes trial,
 * a trial that used its tries is reverted, the security counter is raised at
 * the first boot after a confirmation. State is written before the decision
 * is given, so that a crash counts as a try.
 *
 * @retval SIGNET_ERR_NO_IMAGE  no slot holds an image that may be started.
 */
signet_status signet_boot_decide(const signet_update_config *config,
                                 signet_update_memory *memory,
                                 signet_boot_decision *out);

/** Fill the hand-off's image fields from an accepted decision. */
void signet_boot_describe(const signet_boot_decision *decision,
                          const uint8_t root_key[64], signet_handoff *out);

/**
 * Factory: store the first trust list and make the image in a slot, written
 * by signet_update_* already, or placed there by the caller, the confirmed
 * one. Verifies all of it as the bootloader will.
 */
signet_status signet_update_factory(const signet_update_config *config,
                                    signet_update_memory *memory,
                                    signet_bytes trust, signet_bytes manifest,
                                    uint32_t slot);

#ifdef __cplusplus
}
#endif
#endif
