/* SPDX-License-Identifier: MIT */
#include "signet/cbor.h"

#include <string.h>

#include "cbor_head.h"

#define SIMPLE_FALSE 20u
#define SIMPLE_TRUE 21u

void signet_cbor_writer_init(signet_cbor_writer *w, uint8_t *out, size_t cap)
{
    w->out = out;
    w->cap = cap;
    w->len = 0;
    w->status = SIGNET_OK;
}

/* len goes on counting when the buffer is full, so that finish can tell the
 * need; nothing is written after the first piece that did not fit. */
static void append(signet_cbor_writer *w, const uint8_t *data, size_t len)
{
    if (len > SIZE_MAX - w->len) {
        w->status = SIGNET_ERR_TOO_LARGE;
        return;
    }
    if (w->len <= w->cap && len <= w->cap - w->len) {
        if (len > 0) {
            memcpy(w->out + w->len, data, len);
        }
    } else if (w->status == SIGNET_OK) {
        w->status = SIGNET_ERR_TOO_SMALL;
    }
    w->len += len;
}

void signet_cbor_put_head(signet_cbor_writer *w, signet_cbor_type major,
                          uint64_t argument)
{
    uint8_t head[CBOR_HEAD_MAX];
    unsigned type = (unsigned)major << 5;
    size_t len = 1;

    if (argument < 24) {
        head[0] = (uint8_t)(type | (unsigned)argument);
    } else if (argument <= UINT8_MAX) {
        head[0] = (uint8_t)(type | 24u);
        head[1] = (uint8_t)argument;
        len = 2;
    } else if (argument <= UINT16_MAX) {
        head[0] = (uint8_t)(type | 25u);
        signet_put_be16(head + 1, (uint16_t)argument);
        len = 3;
    } else if (argument <= UINT32_MAX) {
        head[0] = (uint8_t)(type | 26u);
        signet_put_be32(head + 1, (uint32_t)argument);
        len = 5;
    } else {
        head[0] = (uint8_t)(type | 27u);
        signet_put_be64(head + 1, argument);
        len = 9;
    }
    append(w, head, len);
}

void signet_cbor_put_uint(signet_cbor_writer *w, uint64_t value)
{
    signet_cbor_put_head(w, SIGNET_CBOR_UINT, value);
}

void signet_cbor_put_int(signet_cbor_writer *w, int64_t value)
{
    if (value >= 0) {
        signet_cbor_put_head(w, SIGNET_CBOR_UINT, (uint64_t)value);
        return;
    }
    /* -1 - n is written as n; -(value + 1) cannot overflow. */
    signet_cbor_put_head(w, SIGNET_CBOR_NEGATIVE, (uint64_t) - (value + 1));
}

void signet_cbor_put_bytes(signet_cbor_writer *w, signet_bytes bytes)
{
    signet_cbor_put_head(w, SIGNET_CBOR_BYTES, bytes.len);
    append(w, bytes.ptr, bytes.len);
}

void signet_cbor_put_text(signet_cbor_writer *w, const char *text)
{
    size_t len = strlen(text);

    signet_cbor_put_head(w, SIGNET_CBOR_TEXT, len);
    append(w, (const uint8_t *)text, len);
}

void signet_cbor_put_bool(signet_cbor_writer *w, bool value)
{
    signet_cbor_put_head(w, SIGNET_CBOR_SIMPLE,
                         value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void signet_cbor_put_array(signet_cbor_writer *w, size_t count)
{
    signet_cbor_put_head(w, SIGNET_CBOR_ARRAY, count);
}

void signet_cbor_put_map(signet_cbor_writer *w, size_t count)
{
    signet_cbor_put_head(w, SIGNET_CBOR_MAP, count);
}

void signet_cbor_put_tag(signet_cbor_writer *w, uint64_t tag)
{
    signet_cbor_put_head(w, SIGNET_CBOR_TAG, tag);
}

void signet_cbor_put_encoded(signet_cbor_writer *w, signet_bytes item)
{
    append(w, item.ptr, item.len);
}

signet_status signet_cbor_writer_finish(const signet_cbor_writer *w,
                                        size_t *len)
{
    *len = w->len;
    if (w->status != SIGNET_OK) {
        signet_wipe(w->out, w->cap);
    }
    return w->status;
}
