/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <pb_decode.h>
#include <pb_encode.h>

#include "signet/cose.h"

static bool encode_view(pb_ostream_t *stream, const pb_field_t *field,
                        void *const *arg)
{
    const signet_bytes *view = (const signet_bytes *)*arg;
    return pb_encode_tag_for_field(stream, field) &&
           pb_encode_string(stream, view->ptr, view->len);
}

/* A buffer stream's state is the place it reads from, so a view needs no
 * copy; the field's bytes are then stepped over. */
static bool decode_view(pb_istream_t *stream, const pb_field_t *field,
                        void **arg)
{
    signet_bytes *view = (signet_bytes *)*arg;
    (void)field;
    *view = signet_view((const uint8_t *)stream->state, stream->bytes_left);
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

void signet_agent_decode_view(pb_callback_t *field, signet_bytes *view)
{
    *view = signet_view(NULL, 0);
    field->funcs.decode = decode_view;
    field->arg = view;
}

signet_status signet_agent_publish(signet_agent *agent, const char *topic,
                                   const pb_msgdesc_t *fields,
                                   const void *message)
{
    const signet_messenger *messenger = &agent->config.messenger;
    /* The back of the buffer holds the record that message refers to. */
    size_t cap = (agent->config.buffer_len + 64u) / 2u;
    pb_ostream_t stream = pb_ostream_from_buffer(agent->config.buffer, cap);
    uint16_t token;
    if (!pb_encode(&stream, fields, message)) {
        return SIGNET_ERR_TOO_SMALL;
    }
    return messenger->ops->publish(
        messenger->ctx, topic,
        signet_view(agent->config.buffer, stream.bytes_written), 1, &token);
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
                                         signet_bytes input,
                                         const pb_msgdesc_t *fields,
                                         void *message)
{
    const signet_bytes aad = signet_view((const uint8_t *)SIGNET_AAD_SERVICE,
                                         sizeof SIGNET_AAD_SERVICE - 1u);
    signet_bytes payload;
    signet_status status =
        signet_cose_open1(input, aad, agent->service_key, &payload);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_agent_decode(payload, fields, message);
}
