/* SPDX-License-Identifier: MIT */
/* A reply: authenticated by the service's key, then read, then matched with
 * the request that is outstanding. */
#include "enrol_internal.h"

#include <pb_decode.h>
#include <string.h>

#include "identity.pb.h"
#include "signet/cose.h"

/** A bytes field without a copy. */
struct view {
    signet_bytes message;
    signet_bytes found;
};

/* The field's bytes as a view: of a stream over a buffer, state is where
 * reading goes on (nanopb, pb_istream_from_buffer). A field of another wire
 * type than declared comes from a buffer on nanopb's own stack, which a view
 * would outlive: only what lies in the message is taken. */
static bool take_view(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct view *view = (struct view *)*arg;
    const uint8_t *at = (const uint8_t *)stream->state;
    uintptr_t offset = (uintptr_t)at - (uintptr_t)view->message.ptr;

    (void)field;
    if (offset > view->message.len ||
        stream->bytes_left > view->message.len - offset) {
        return false;
    }
    view->found = signet_view(at, stream->bytes_left);
    return pb_read(stream, NULL, stream->bytes_left);
}

static signet_status decode(signet_bytes payload, signet_EnrolReply *reply,
                            signet_bytes *certificate)
{
    pb_istream_t stream = pb_istream_from_buffer(payload.ptr, payload.len);
    struct view view = {payload, {NULL, 0}};

    reply->certificate.funcs.decode = take_view;
    reply->certificate.arg = &view;
    if (!pb_decode(&stream, signet_EnrolReply_fields, reply)) {
        return SIGNET_ERR_TYPE;
    }
    *certificate = view.found;
    return reply->version == ENROL_FORMAT_VERSION ? SIGNET_OK
                                                  : SIGNET_ERR_VERSION;
}

static signet_status match(const signet_enrol *enrol,
                           const signet_EnrolReply *reply)
{
    if (strcmp(reply->device_id, enrol->identity->device_id) != 0) {
        return SIGNET_ERR_DEVICE_ID;
    }
    if (memcmp(reply->transaction, enrol->transaction,
               sizeof(enrol->transaction)) != 0) {
        return SIGNET_ERR_TRANSACTION;
    }
    if (memcmp(reply->request_digest, enrol->request_digest,
               sizeof(enrol->request_digest)) != 0) {
        return SIGNET_ERR_REQUEST;
    }
    return reply->time < enrol->identity->time_floor_s ? SIGNET_ERR_CLOCK
                                                       : SIGNET_OK;
}

/* Exactly one of nonce, certificate and refusal; statuses are negative. */
static bool is_one_thing(const struct signet_enrol_answer *answer)
{
    return answer->status <= SIGNET_OK &&
           (answer->has_nonce ? 1 : 0) + (answer->certificate.len > 0 ? 1 : 0) +
                   (answer->status != SIGNET_OK ? 1 : 0) ==
               1;
}

signet_status signet_enrol_open(const signet_enrol *enrol, signet_bytes reply,
                                struct signet_enrol_answer *answer)
{
    static const uint8_t aad[] = SIGNET_AAD_ENROL_REPLY;
    signet_EnrolReply message = signet_EnrolReply_init_zero;
    signet_bytes payload;
    signet_status status = signet_cose_open1(
        reply, signet_view(aad, sizeof(aad) - 1), enrol->service_key, &payload);

    if (status == SIGNET_OK) {
        status = decode(payload, &message, &answer->certificate);
    }
    if (status == SIGNET_OK) {
        status = match(enrol, &message);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    answer->status = (signet_status)message.status;
    answer->time_s = message.time;
    answer->has_nonce = message.nonce.size == ENROL_NONCE_SIZE;
    memcpy(answer->nonce, message.nonce.bytes, sizeof(answer->nonce));
    memcpy(answer->text, message.text, sizeof(answer->text));
    return is_one_thing(answer) ? SIGNET_OK : SIGNET_ERR_TYPE;
}
