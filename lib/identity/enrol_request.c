/* SPDX-License-Identifier: MIT */
#include "enrol_internal.h"

#include <pb_encode.h>
#include <string.h>

#include "digest.h"
#include "identity.pb.h"
#include "soft_keys.h"

/* A CSR of ours is some 230 bytes, evidence some 500. */
#define CSR_MAX 320u
#define EVIDENCE_MAX 576u

static bool put_bytes(pb_ostream_t *stream, const pb_field_t *field,
                      void *const *arg)
{
    const signet_bytes *bytes = (const signet_bytes *)*arg;

    return pb_encode_tag_for_field(stream, field) &&
           pb_encode_string(stream, bytes->ptr, bytes->len);
}

static bool put_chain(pb_ostream_t *stream, const pb_field_t *field,
                      void *const *arg)
{
    signet_bytes *chain = (signet_bytes *)*arg;
    void *first = &chain[0];
    void *second = &chain[1];

    return put_bytes(stream, field, &first) &&
           put_bytes(stream, field, &second);
}

/* Encode into message; the digest is what a reply must name. */
static signet_status put_message(signet_enrol *enrol,
                                 signet_EnrolRequest *request, signet_time now)
{
    pb_ostream_t stream =
        pb_ostream_from_buffer(enrol->message, sizeof(enrol->message));
    signet_bytes message;

    request->version = ENROL_FORMAT_VERSION;
    memcpy(request->transaction, enrol->transaction,
           sizeof(request->transaction));
    if (!pb_encode(&stream, signet_EnrolRequest_fields, request)) {
        return SIGNET_ERR_TOO_SMALL;
    }
    enrol->message_len = stream.bytes_written;
    enrol->attempts = 0;
    enrol->resend_at_ms = now.uptime_ms;
    message = signet_view(enrol->message, enrol->message_len);
    return signet_identity_digest(&message, 1, enrol->request_digest);
}

signet_status signet_enrol_ask_nonce(signet_enrol *enrol, signet_time now)
{
    signet_EnrolRequest request = signet_EnrolRequest_init_zero;

    enrol->state = SIGNET_ENROL_NONCE;
    return put_message(enrol, &request, now);
}

/* A fresh key for each certificate; until it is committed it lies in the slot
 * that is not in use. */
static signet_status make_csr(const signet_enrol *enrol, uint8_t *out,
                              size_t cap, size_t *len)
{
    const signet_key key =
        signet_soft_keys_operational(&enrol->identity->keys, enrol->slot);
    signet_status status = key.ops->generate(key.ctx, key.slot);

    if (status != SIGNET_OK) {
        return status;
    }
    return signet_csr_write(enrol->identity->device_id, &key, out, cap, len);
}

signet_status signet_enrol_ask_certificate(signet_enrol *enrol,
                                           const uint8_t nonce[32],
                                           signet_time now)
{
    signet_EnrolRequest request = signet_EnrolRequest_init_zero;
    uint8_t csr_bytes[CSR_MAX];
    uint8_t evidence_bytes[EVIDENCE_MAX];
    signet_bytes csr = {csr_bytes, 0};
    signet_bytes evidence = {evidence_bytes, 0};
    signet_bytes chain[2];
    signet_key alias;
    uint8_t challenge[32];
    signet_status status =
        make_csr(enrol, csr_bytes, sizeof(csr_bytes), &csr.len);

    if (status == SIGNET_OK) {
        status = signet_identity_challenge(
            nonce, csr, enrol->identity->device_id, challenge);
    }
    if (status == SIGNET_OK) {
        status =
            signet_identity_evidence(enrol->identity, challenge, evidence_bytes,
                                     sizeof(evidence_bytes), &evidence.len);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    signet_identity_alias(enrol->identity, &alias, chain);
    request.csr.funcs.encode = put_bytes;
    request.csr.arg = &csr;
    request.evidence.funcs.encode = put_bytes;
    request.evidence.arg = &evidence;
    request.chain.funcs.encode = put_chain;
    request.chain.arg = chain;
    enrol->state = SIGNET_ENROL_CERTIFICATE;
    return put_message(enrol, &request, now);
}
