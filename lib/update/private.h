/* SPDX-License-Identifier: MIT */
/* What the files of lib/update share and nobody else sees. */
#ifndef SIGNET_UPDATE_PRIVATE_H
#define SIGNET_UPDATE_PRIVATE_H

#include "signet/update.h"

/** Largest program unit: the pad of an image's tail lives on the stack. */
#define SIGNET_UPDATE_MAX_UNIT 32u

/** Storage or hardware failed: says nothing about what was being judged. */
static inline bool signet_update_is_fault(signet_status status)
{
    return status == SIGNET_ERR_IO || status == SIGNET_ERR_CRYPTO ||
           status == SIGNET_ERR_COUNTER;
}

/* ---- authentic.c: who signed a manifest ---- */

/**
 * Authenticate an encoded manifest by the policy. Every signature must be by
 * a listed firmware key, all different, and verify: one that this device
 * cannot judge would be a part that anyone may change.
 *
 * @param[out] signer  SHA-256 of the first signer's key.
 */
signet_status signet_update_authenticate(signet_bytes encoded,
                                         const signet_trust *trust,
                                         const signet_signature_policy *policy,
                                         signet_bytes *payload,
                                         uint8_t signer[32]);

/* ---- trust_read.c: what a trust list says ---- */

/** Read an authenticated payload; out was zeroed. */
signet_status signet_update_read_trust(signet_bytes payload, signet_trust *out);

/* ---- manifest_read.c: what a manifest says ---- */

/** Read an authenticated payload; out is complete or undefined. */
signet_status signet_update_read_manifest(signet_bytes payload,
                                          signet_manifest *out);

/* ---- digest.c ---- */

signet_status signet_update_digest(signet_bytes data, uint8_t digest[32]);

/** SHA-256 of the first size bytes of a slot. */
signet_status signet_update_slot_digest(const signet_flash *slot, uint32_t size,
                                        uint8_t digest[32]);

/* ---- state.c: the state item ---- */

/** @retval SIGNET_ERR_NOT_FOUND  the device is blank. */
signet_status signet_update_state_load(signet_items *items,
                                       signet_update_state *state);
signet_status signet_update_state_save(signet_items *items,
                                       const signet_update_state *state);

/** Store the receiver's next state, then take it over. */
signet_status signet_update_set_state(signet_update *update,
                                      const signet_update_state *next);

/* ---- checkpoint.c: how far a download came ---- */

typedef struct signet_checkpoint {
    uint32_t slot;
    uint32_t offset; /**< a multiple of the erase size */
    uint8_t manifest_digest[32];
    uint8_t next_digest[32];
} signet_checkpoint;

signet_status signet_checkpoint_load(signet_items *items,
                                     signet_checkpoint *checkpoint);
signet_status signet_checkpoint_save(signet_items *items,
                                     const signet_checkpoint *checkpoint);

/* ---- stored.c: items read into the caller's memory ---- */

/** The stored trust list, authenticated again. */
signet_status signet_update_load_trust(const signet_update_config *config,
                                       signet_update_memory *memory,
                                       signet_trust *trust);

/** A slot's stored manifest, authenticated again. */
signet_status signet_update_load_manifest(const signet_update_config *config,
                                          signet_update_memory *memory,
                                          uint32_t slot,
                                          const signet_trust *trust,
                                          signet_manifest *manifest);

/* ---- suitable.c: is a manifest for this device and slot ---- */

/** Nothing is missing in a configuration, and its slots can be written. */
bool signet_update_usable(const signet_update_config *config);

/** Checks that hold for ever: vendor, class, component, slot, size. */
signet_status signet_update_suitable(const signet_update_config *config,
                                     const signet_manifest *manifest,
                                     uint32_t slot);

/* ---- receiver.c ---- */

/** Continue at a checkpoint of the current manifest. */
void signet_update_receive_from(signet_update *update,
                                const signet_checkpoint *checkpoint);

/** Go back to the stored checkpoint; phase IDLE when that fails. */
signet_status signet_update_rewind(signet_update *update);

/* ---- install.c ---- */

/** Hash the written slot and make it pending. */
signet_status signet_update_install(signet_update *update);

/** Forget a download and say why: its slot holds nothing. */
signet_status signet_update_abandon(signet_update *update,
                                    signet_status refusal);

#endif
