/* SPDX-License-Identifier: MIT */
/*
 * The state machine of an enrolment. What is persistent along the way:
 *
 *   NONCE        nothing
 *   CERTIFICATE  key in the slot that is not in use
 *   DONE         its certificate, too
 *   commit       the item that names the active slot; the former pair goes
 *
 * A power cut before the last step leaves the former certificate in force.
 */
#include "enrol_internal.h"

#include <string.h>

#include "internal.h"
#include "soft_keys.h"

/* The same message is sent again after 3, 6, 12, 24 and 48 s. */
#define FIRST_TIMEOUT_MS 3000u
#define MAX_ATTEMPTS 5u

static signet_status fail(signet_enrol *enrol, signet_status why)
{
    enrol->state = SIGNET_ENROL_FAILED;
    enrol->refusal = why;
    return why;
}

static bool is_waiting(const signet_enrol *enrol)
{
    return enrol->state == SIGNET_ENROL_NONCE ||
           enrol->state == SIGNET_ENROL_CERTIFICATE;
}

/* By the low 32 bits: a port's uptime may have no more and wrap. */
static bool is_due(const signet_enrol *enrol, signet_time now)
{
    return (uint32_t)(now.uptime_ms - enrol->resend_at_ms) <= INT32_MAX;
}

signet_status signet_enrol_begin(signet_enrol *enrol, signet_identity *identity,
                                 signet_bytes issuer,
                                 const uint8_t *service_key, signet_time now)
{
    const signet_entropy *rng = &identity->config.rng;
    signet_status status = SIGNET_OK;

    memset(enrol, 0, sizeof(*enrol));
    enrol->identity = identity;
    enrol->issuer = issuer;
    enrol->service_key = service_key;
    enrol->slot = identity->operational_slot == 0 ? 1 : 0;
    status =
        rng->fill(rng->ctx, enrol->transaction, sizeof(enrol->transaction));
    if (status == SIGNET_OK) {
        status = signet_enrol_ask_nonce(enrol, now);
    }
    return status == SIGNET_OK ? status : fail(enrol, status);
}

signet_status signet_enrol_output(signet_enrol *enrol, signet_time now,
                                  signet_bytes *message)
{
    if (!is_waiting(enrol) || !is_due(enrol, now)) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (enrol->attempts == MAX_ATTEMPTS) {
        return fail(enrol, SIGNET_ERR_TIMEOUT);
    }
    enrol->resend_at_ms =
        now.uptime_ms + ((uint64_t)FIRST_TIMEOUT_MS << enrol->attempts);
    enrol->attempts++;
    *message = signet_view(enrol->message, enrol->message_len);
    return SIGNET_OK;
}

static signet_status refused(signet_enrol *enrol,
                             const struct signet_enrol_answer *answer)
{
    (void)fail(enrol, answer->status);
    memcpy(enrol->refusal_text, answer->text, sizeof(enrol->refusal_text));
    return SIGNET_ERR_REFUSED;
}

/* The certificate goes to flash; to message, for the test connection. */
static signet_status keep(signet_enrol *enrol, signet_bytes certificate)
{
    uint16_t item = (uint16_t)(SIGNET_IDENTITY_ITEM_CERT + enrol->slot);
    signet_status status = signet_enrol_check(enrol, certificate);

    if (status == SIGNET_OK) {
        status =
            signet_items_put(enrol->identity->config.items, item, certificate);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    memcpy(enrol->message, certificate.ptr, certificate.len);
    enrol->message_len = certificate.len;
    enrol->state = SIGNET_ENROL_DONE;
    return SIGNET_OK;
}

signet_status signet_enrol_input(signet_enrol *enrol, signet_bytes reply,
                                 signet_time now)
{
    struct signet_enrol_answer answer;
    bool for_nonce = enrol->state == SIGNET_ENROL_NONCE;
    signet_status status = SIGNET_ERR_TRANSACTION;

    if (is_waiting(enrol)) {
        status = signet_enrol_open(enrol, reply, &answer);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (answer.status != SIGNET_OK) {
        return refused(enrol, &answer);
    }
    if (answer.has_nonce != for_nonce) {
        return SIGNET_ERR_TYPE; /* the answer to the other question */
    }
    enrol->service_time_s = answer.time_s;
    status = for_nonce ? signet_enrol_ask_certificate(enrol, answer.nonce, now)
                       : keep(enrol, answer.certificate);
    return status == SIGNET_OK ? status : fail(enrol, status);
}

signet_status signet_enrol_candidate(const signet_enrol *enrol, signet_key *key,
                                     signet_bytes *certificate)
{
    if (enrol->state != SIGNET_ENROL_DONE) {
        return SIGNET_ERR_STATE;
    }
    *key = signet_soft_keys_operational(&enrol->identity->keys, enrol->slot);
    *certificate = signet_view(enrol->message, enrol->message_len);
    return SIGNET_OK;
}

signet_status signet_enrol_commit(signet_enrol *enrol)
{
    uint8_t former = enrol->identity->operational_slot;
    signet_status status = SIGNET_ERR_STATE;

    if (enrol->state != SIGNET_ENROL_DONE) {
        return status;
    }
    status = signet_operational_activate(enrol->identity, enrol->slot);
    if (status != SIGNET_OK) {
        return status;
    }
    enrol->state = SIGNET_ENROL_IDLE;
    /* Not before the broker took it: its clock bears witness to the service's.
     * Lost, it is raised next time. */
    (void)signet_identity_raise_floor(enrol->identity, enrol->service_time_s);
    if (former != NO_SLOT) {
        /* Left over after a power cut, it is overwritten by the next. */
        (void)signet_operational_drop(enrol->identity, former);
    }
    return SIGNET_OK;
}

signet_status signet_enrol_rollback(signet_enrol *enrol)
{
    if (enrol->state == SIGNET_ENROL_IDLE) {
        return SIGNET_ERR_STATE;
    }
    enrol->state = SIGNET_ENROL_IDLE;
    return signet_operational_drop(enrol->identity, enrol->slot);
}
