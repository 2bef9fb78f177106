/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <string.h>

#include "signet/cose.h"

static bool encode_view(pb_ostream_t *stream, const pb_field_t *field,
                        void *const *arg)
{
    const signet_bytes *view = (const signet_bytes *)*arg;
    return pb_encode_tag_for_field(stream, field) &&
           pb_encode_string(stream, view->ptr, view->len);
}

/*
 * A buffer stream's state is the place it reads from, so a view needs no
 * copy; the field's bytes are then stepped over. A field of another wire type
 * than declared is handed in from a buffer on nanopb's own stack: a view of
 * it would outlive it, hence the comparison with the input's bounds.
 */
static bool decode_view(pb_istream_t *stream, const pb_field_t *field,
                        void **arg)
{
    agent_view *view = (agent_view *)*arg;
    const uint8_t *at = (const uint8_t *)stream->state;
    uintptr_t offset = (uintptr_t)at - (uintptr_t)view->input.ptr;
    (void)field;
    if (offset > view->input.len ||
        stream->bytes_left > view->input.len - offset) {
        return false;
    }
    view->found = signet_view(at, stream->bytes_left);
    return pb_read(stream, NULL, stream->bytes_left);
}

void signet_agent_encode_view(pb_callback_t *field, const signet_bytes *view)
{
    /* nanopb's argument is not const, but encode_view only reads it. */
    union {
        const signet_bytes *in;
        void *out;
    } arg;
    arg.in = view;
    field->funcs.encode = encode_view;
    field->arg = arg.out;
}

void signet_agent_decode_view(pb_callback_t *field, agent_view *view,
                              signet_bytes input)
{
    view->input = input;
    view->found = signet_view(NULL, 0);
    field->funcs.decode = decode_view;
    field->arg = view;
}

signet_status signet_agent_publish_bytes(signet_agent *agent, const char *topic,
                                         signet_bytes payload)
{
    const signet_messenger *messenger = &agent->config.messenger;
    uint16_t token;
    signet_status status =
        messenger->ops->publish(messenger->ctx, topic, payload, 1, &token);
    if (status == SIGNET_OK) {
        agent->again = true; /* the messenger sends it when it is stepped */
    }
    return status;
}

signet_status signet_agent_publish(signet_agent *agent, const char *topic,
                                   const pb_msgdesc_t *fields,
                                   const void *message)
{
    /* The back of the buffer holds the record that message refers to. */
    size_t cap = (agent->config.buffer_len + 64u) / 2u;
    pb_ostream_t stream = pb_ostream_from_buffer(agent->config.buffer, cap);
    if (!pb_encode(&stream, fields, message)) {
        return SIGNET_ERR_TOO_SMALL;
    }
    return signet_agent_publish_bytes(
        agent, topic, signet_view(agent->config.buffer, stream.bytes_written));
}

signet_status signet_agent_decode(signet_bytes input,
                                  const pb_msgdesc_t *fields, void *message)
{
    pb_istream_t stream = pb_istream_from_buffer(input.ptr, input.len);
    return pb_decode_ex(&stream, fields, message, PB_DECODE_NOINIT)
               ? SIGNET_OK
               : SIGNET_ERR_TYPE;
}

signet_status signet_agent_decode_signed(const signet_agent *agent,
                                         signet_bytes input, const char *aad,
                                         const pb_msgdesc_t *fields,
                                         void *message)
{
    signet_bytes payload;
    signet_status status =
        signet_cose_open1(input, signet_view((const uint8_t *)aad, strlen(aad)),
                          agent->service_key, &payload);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_agent_decode(payload, fields, message);
}
