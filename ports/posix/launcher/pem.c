/* SPDX-License-Identifier: MIT */
/* RFC 7468 textual encoding, as far as the launcher meets it. */
#define _GNU_SOURCE
#include "input.h"

#include <stdio.h>
#include <string.h>

/* Bytes in a line of 64 digits. */
#define LINE_BYTES ((size_t)48)

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool print_group(const uint8_t *in, size_t n)
{
    uint32_t bits = (uint32_t)in[0] << 16;
    bits |= n > 1 ? (uint32_t)in[1] << 8 : 0;
    bits |= n > 2 ? (uint32_t)in[2] : 0;
    return printf("%c%c%c%c", alphabet[bits >> 18],
                  alphabet[(bits >> 12) & 63u],
                  n > 1 ? alphabet[(bits >> 6) & 63u] : '=',
                  n > 2 ? alphabet[bits & 63u] : '=') == 4;
}

bool launcher_print_pem(const char *label, signet_bytes der)
{
    bool good = printf("-----BEGIN %s-----\n", label) > 0;
    for (size_t i = 0; good && i < der.len; i += 3) {
        size_t left = der.len - i;
        good = print_group(der.ptr + i, left < 3 ? left : 3);
        if ((i + 3) % LINE_BYTES == 0 || left <= 3) {
            good = good && putchar('\n') != EOF;
        }
    }
    return good && printf("-----END %s-----\n", label) > 0 &&
           fflush(stdout) == 0;
}

static const uint8_t *find(const uint8_t *data, size_t len, const char *what)
{
    return memmem(data, len, what, strlen(what));
}

/* The value of a digit, or -1. */
static int digit_value(uint8_t digit)
{
    for (int i = 0; i < 64; i++) {
        if (alphabet[i] == (char)digit) {
            return i;
        }
    }
    return -1;
}

/* Decode [in, end) to the front of the same buffer; the write position never
 * passes the read position. Returns the length, 0 when it is not base64. */
static size_t decode(const uint8_t *in, const uint8_t *end, uint8_t *out)
{
    uint32_t bits = 0;
    unsigned digits = 0;
    unsigned padding = 0;
    size_t len = 0;
    for (; in < end; in++) {
        if (*in == '\n' || *in == '\r' || *in == ' ') {
            continue;
        }
        int value = digit_value(*in);
        padding += *in == '=';
        if ((value < 0 && *in != '=') || (value >= 0 && padding > 0)) {
            return 0;
        }
        bits = (bits << 6) | (value < 0 ? 0 : (uint32_t)value);
        if (++digits % 4u == 0) {
            out[len] = (uint8_t)(bits >> 16);
            out[len + 1] = (uint8_t)(bits >> 8);
            out[len + 2] = (uint8_t)bits;
            len += 3;
        }
    }
    return digits % 4u == 0 && padding <= 2 && len > 0 ? len - padding : 0;
}

bool launcher_unwrap_pem(uint8_t *data, size_t *len)
{
    const uint8_t *begin = find(data, *len, "-----BEGIN ");
    if (begin == NULL) {
        return true;
    }
    size_t left = *len - (size_t)(begin - data);
    const uint8_t *line = memchr(begin, '\n', left);
    if (line == NULL) {
        return false;
    }
    left = *len - (size_t)(line - data);
    const uint8_t *end = find(line, left, "-----END ");
    if (end == NULL) {
        return false;
    }
    *len = decode(line, end, data);
    return *len > 0;
}
