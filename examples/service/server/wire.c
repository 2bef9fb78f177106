/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include "signet/cose.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* COSE_Sign1 around a payload (cose.h: at most 100 bytes). */
#define COSE_OVERHEAD 100u

/* The message itself as a stream: its state is the place it reads from. */
static bool read_message(pb_istream_t *stream, pb_byte_t *out, size_t count)
{
    const uint8_t *at = stream->state;
    memcpy(out, at, count);
    stream->state = (pb_byte_t *)stream->state + count;
    return true;
}

/* nanopb hands in a field of another wire type than declared from a buffer on
 * its own stack, which a view would outlive: such a stream is not ours. */
static bool take_view(pb_istream_t *stream, signet_bytes *view)
{
    if (stream->callback != read_message) {
        return false;
    }
    *view = signet_view((const uint8_t *)stream->state, stream->bytes_left);
    return pb_read(stream, NULL, stream->bytes_left);
}

static bool decode_view(pb_istream_t *stream, const pb_field_t *field,
                        void **arg)
{
    (void)field;
    return take_view(stream, *arg);
}

static bool decode_views(pb_istream_t *stream, const pb_field_t *field,
                         void **arg)
{
    wire_views *views = *arg;
    (void)field;
    return views->count < WIRE_MAX_VIEWS &&
           take_view(stream, &views->views[views->count++]);
}

static bool encode_view(pb_ostream_t *stream, const pb_field_t *field,
                        void *const *arg)
{
    const signet_bytes *view = *arg;
    return view->len == 0 || (pb_encode_tag_for_field(stream, field) &&
                              pb_encode_string(stream, view->ptr, view->len));
}

static bool encode_views(pb_ostream_t *stream, const pb_field_t *field,
                         void *const *arg)
{
    const wire_views *views = *arg;
    for (size_t i = 0; i < views->count; i++) {
        const signet_bytes *view = &views->views[i];
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_string(stream, view->ptr, view->len)) {
            return false;
        }
    }
    return true;
}

void wire_decode_view(pb_callback_t *field, signet_bytes *view)
{
    *view = signet_view(NULL, 0);
    field->funcs.decode = decode_view;
    field->arg = view;
}

void wire_decode_views(pb_callback_t *field, wire_views *views)
{
    views->count = 0;
    field->funcs.decode = decode_views;
    field->arg = views;
}

/* nanopb's argument is not const; the encoders only read it. */
static void *without_const(const void *in)
{
    union {
        const void *in;
        void *out;
    } u;
    u.in = in;
    return u.out;
}

void wire_encode_view(pb_callback_t *field, const signet_bytes *view)
{
    field->funcs.encode = encode_view;
    field->arg = without_const(view);
}

void wire_encode_views(pb_callback_t *field, const wire_views *views)
{
    field->funcs.encode = encode_views;
    field->arg = without_const(views);
}

bool wire_decode(signet_bytes input, const pb_msgdesc_t *fields, void *out)
{
    pb_istream_t stream = {.callback = read_message,
                           .state = without_const(input.ptr),
                           .bytes_left = input.len};
    return pb_decode_ex(&stream, fields, out, PB_DECODE_NOINIT);
}

/* headroom: bytes that the caller wants to add. */
static bool encode(reply *r, const pb_msgdesc_t *fields, const void *content,
                   size_t headroom)
{
    size_t size = 0;
    if (!pb_get_encoded_size(&size, fields, content)) {
        return false;
    }
    r->ptr = malloc(size + headroom + 1u);
    if (r->ptr == NULL) {
        return false;
    }
    pb_ostream_t stream = pb_ostream_from_buffer(r->ptr, size);
    r->len = size;
    return pb_encode(&stream, fields, content);
}

static bool set_topic(reply *r, const char *prefix, const char *device,
                      const char *suffix)
{
    int len =
        snprintf(r->topic, sizeof r->topic, "%s%s/%s", prefix, device, suffix);
    return len > 0 && (size_t)len < sizeof r->topic;
}

bool wire_reply(reply *r, const char *prefix, const char *device,
                const char *suffix, const pb_msgdesc_t *fields,
                const void *content)
{
    if (set_topic(r, prefix, device, suffix) && encode(r, fields, content, 0)) {
        return true;
    }
    reply_free(r);
    return false;
}

static bool sign(service *s, reply *r, const char *aad)
{
    signet_key key = signing_host_key_handle(&s->reply_key);
    size_t cap = r->len + COSE_OVERHEAD;
    uint8_t *signed_bytes = malloc(cap);
    size_t len = 0;
    if (signed_bytes == NULL) {
        return false;
    }
    if (signet_cose_sign1(&key, signet_view((const uint8_t *)aad, strlen(aad)),
                          signet_view(r->ptr, r->len), signed_bytes, cap,
                          &len) != SIGNET_OK) {
        free(signed_bytes);
        return false;
    }
    free(r->ptr);
    r->ptr = signed_bytes;
    r->len = len;
    return true;
}

bool wire_reply_signed(service *s, reply *r, const char *aad,
                       const char *prefix, const char *device,
                       const char *suffix, const pb_msgdesc_t *fields,
                       const void *content)
{
    if (!wire_reply(r, prefix, device, suffix, fields, content)) {
        return false;
    }
    if (sign(s, r, aad)) {
        return true;
    }
    reply_free(r);
    return false;
}

bool wire_digest(signet_bytes data, uint8_t digest[32])
{
    signet_sha256 hash;
    return signet_sha256_init(&hash) == SIGNET_OK &&
           signet_sha256_update(&hash, data.ptr, data.len) == SIGNET_OK &&
           signet_sha256_final(&hash, digest) == SIGNET_OK;
}
