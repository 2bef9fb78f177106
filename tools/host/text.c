/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <inttypes.h>
#include <time.h>

void text_hex(FILE *out, signet_bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        fprintf(out, "%02x", bytes.ptr[i]);
    }
}

void text_printable(FILE *out, signet_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        fputc(c >= 0x20u && c < 0x7Fu ? c : '?', out);
    }
}

void text_time(uint64_t unix_s, char out[TEXT_TIME_SIZE])
{
    struct tm date;
    time_t when = (time_t)unix_s;
    /* The year 9999 is the last that RFC 3339 can write. */
    if (unix_s > 253402300799u || gmtime_r(&when, &date) == NULL ||
        strftime(out, TEXT_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &date) == 0) {
        snprintf(out, TEXT_TIME_SIZE, "%" PRIu64, unix_s);
    }
}

void text_uuid(const uint8_t uuid[16], char out[37])
{
    char *at = out;
    for (size_t i = 0; i < 16u; i++) {
        if (i == 4u || i == 6u || i == 8u || i == 10u) {
            *at++ = '-';
        }
        signet_hex(&uuid[i], 1, at);
        at += 2;
    }
}
