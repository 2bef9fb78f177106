/* SPDX-License-Identifier: MIT */
/** Protocol buffers in and out, and the signature on replies. */
#ifndef WIRE_H
#define WIRE_H

#include "service.h"

#include <pb.h>

#define WIRE_VERSION 1u

/** A repeated bytes field as views. */
#define WIRE_MAX_VIEWS 4u
typedef struct wire_views {
    size_t count;
    signet_bytes views[WIRE_MAX_VIEWS];
} wire_views;

/** Bytes fields without copies: views into the message that is decoded, or
 * the bytes that are encoded. Set them before decoding or encoding. */
void wire_decode_view(pb_callback_t *field, signet_bytes *view);
void wire_decode_views(pb_callback_t *field, wire_views *views);
void wire_encode_view(pb_callback_t *field, const signet_bytes *view);
void wire_encode_views(pb_callback_t *field, const wire_views *views);

/** Decode a whole message; its callbacks are set. */
bool wire_decode(signet_bytes input, const pb_msgdesc_t *fields, void *out);

/** Encode into r, on a topic "prefix/<device>/suffix". */
bool wire_reply(reply *r, const char *prefix, const char *device,
                const char *suffix, const pb_msgdesc_t *fields,
                const void *content);

/** The same, inside a COSE_Sign1 by the service's key; aad is the SIGNET_AAD_*
 * of what it holds. */
bool wire_reply_signed(service *s, reply *r, const char *aad,
                       const char *prefix, const char *device,
                       const char *suffix, const pb_msgdesc_t *fields,
                       const void *content);

/** SHA-256 of one piece. */
bool wire_digest(signet_bytes data, uint8_t digest[32]);

#endif
