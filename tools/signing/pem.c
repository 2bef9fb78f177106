/* SPDX-License-Identifier: MIT */
/* PEM (RFC 7468), strict but for what stands around the block. */
#include "host_key.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"

#define LABEL_MAX 40u
#define LINE_BYTES 48u /* 64 characters */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The place of a text in a file that need not be NUL-terminated. */
static const uint8_t *find(signet_bytes file, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + len <= file.len; i++) {
        if (memcmp(file.ptr + i, text, len) == 0) {
            return file.ptr + i;
        }
    }
    return NULL;
}

static bool is_space(uint8_t c)
{
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

struct decoder {
    uint8_t *out;
    size_t len;
    uint32_t bits;
    unsigned count; /* characters of the group so far */
    unsigned padding;
};

static signet_status decode_char(struct decoder *d, uint8_t c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);

    if (c == '=') {
        d->padding++;
    } else if (at == NULL || d->padding > 0) {
        return SIGNET_ERR_CORRUPT;
    }
    d->bits = d->bits << 6 | (at == NULL ? 0u : (uint32_t)(at - alphabet));
    d->count++;
    if (d->count < 4) {
        return SIGNET_OK;
    }
    if (d->padding > 2) {
        return SIGNET_ERR_CORRUPT;
    }
    for (unsigned i = 0; i < 3 - d->padding; i++) {
        d->out[d->len] = (uint8_t)(d->bits >> (16 - 8 * i));
        d->len++;
    }
    d->count = 0;
    d->bits = 0;
    return SIGNET_OK;
}

static signet_status decode(signet_bytes text, signing_buffer *out)
{
    struct decoder d = {.out = NULL};
    signet_status status = signing_buffer_new(out, text.len);

    if (status != SIGNET_OK) {
        return status;
    }
    d.out = out->ptr;
    for (size_t i = 0; i < text.len && status == SIGNET_OK; i++) {
        if (!is_space(text.ptr[i])) {
            status = decode_char(&d, text.ptr[i]);
        }
    }
    if (status == SIGNET_OK && (d.count != 0 || d.len == 0)) {
        status = SIGNET_ERR_CORRUPT;
    }
    if (status != SIGNET_OK) {
        signet_wipe(out->ptr, out->len);
        signing_buffer_free(out);
        return status;
    }
    out->len = d.len;
    return SIGNET_OK;
}

signet_status signing_pem_read(signet_bytes file, const char *label,
                               signing_buffer *der)
{
    char line[LABEL_MAX + 20];
    const uint8_t *begin = NULL;
    const uint8_t *end = NULL;
    signet_bytes rest;

    der->ptr = NULL;
    der->len = 0;
    if (strlen(label) > LABEL_MAX) {
        return SIGNET_ERR_ARGUMENT;
    }
    (void)snprintf(line, sizeof line, "-----BEGIN %s-----", label);
    begin = find(file, line);
    if (begin == NULL) {
        return SIGNET_ERR_NOT_FOUND;
    }
    begin += strlen(line);
    rest = signet_view(begin, file.len - (size_t)(begin - file.ptr));
    (void)snprintf(line, sizeof line, "-----END %s-----", label);
    end = find(rest, line);
    if (end == NULL) {
        return SIGNET_ERR_CORRUPT;
    }
    return decode(signet_view(begin, (size_t)(end - begin)), der);
}

/* One group of 1..3 bytes as four characters. */
static char *encode_group(char *out, const uint8_t *in, size_t len)
{
    uint32_t bits = (uint32_t)in[0] << 16;

    bits |= len > 1 ? (uint32_t)in[1] << 8 : 0;
    bits |= len > 2 ? (uint32_t)in[2] : 0;
    out[0] = alphabet[bits >> 18 & 63];
    out[1] = alphabet[bits >> 12 & 63];
    out[2] = len > 1 ? alphabet[bits >> 6 & 63] : '=';
    out[3] = len > 2 ? alphabet[bits & 63] : '=';
    return out + 4;
}

static char *encode(char *out, signet_bytes der)
{
    for (size_t i = 0; i < der.len; i += 3) {
        size_t left = der.len - i;

        out = encode_group(out, der.ptr + i, left < 3 ? left : 3);
        if ((i + 3) % LINE_BYTES == 0 || left <= 3) {
            *out++ = '\n';
        }
    }
    return out;
}

signet_status signing_pem_write(const char *label, signet_bytes der,
                                signing_buffer *pem)
{
    size_t groups = (der.len + 2) / 3;
    size_t cap = groups * 4 + groups / (LINE_BYTES / 3) + 1 +
                 2 * (strlen(label) + 20) + 1;
    signet_status status = signing_buffer_new(pem, cap);
    char *out = (char *)pem->ptr;

    if (status != SIGNET_OK) {
        return status;
    }
    out += sprintf(out, "-----BEGIN %s-----\n", label);
    out = encode(out, der);
    out += sprintf(out, "-----END %s-----\n", label);
    pem->len = (size_t)(out - (char *)pem->ptr);
    return SIGNET_OK;
}
