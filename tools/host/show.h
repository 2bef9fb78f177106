/* SPDX-License-Identifier: MIT */
/**
 * Results for people or for programs by the same calls: JSON (RFC 8259), or
 * lines "name: value", or one row "name=value" for each object. What a device
 * sent cannot steer a terminal: everything but printable ASCII is escaped
 * (JSON: as \u00XX, byte by byte) or shown as '?'.
 */
#ifndef HOST_SHOW_H
#define HOST_SHOW_H

#include "signet/bytes.h"

#include <stdio.h>

typedef enum show_style {
    SHOW_LINES = 0, /**< one object */
    SHOW_ROWS,      /**< an array of objects without arrays in them */
    SHOW_JSON
} show_style;

typedef struct show {
    FILE *out;
    show_style style;
    unsigned depth;
    bool comma; /**< before the next value */
} show;

/** Ready for a value on standard output. */
show show_start(show_style style);

/** After the outermost value. */
void show_finish(show *s);

/** Objects and arrays; name is NULL at the top and in arrays. */
void show_begin(show *s, const char *name);
void show_end(show *s);
void show_begin_array(show *s, const char *name);
void show_end_array(show *s);

void show_text(show *s, const char *name, const char *text);
void show_bytes_text(show *s, const char *name, signet_bytes text);
void show_uint(show *s, const char *name, uint64_t value);
void show_int(show *s, const char *name, int64_t value);
void show_bool(show *s, const char *name, bool value);
void show_hex(show *s, const char *name, signet_bytes bytes);
/** An address: a number in JSON, hex digits for people. */
void show_address(show *s, const char *name, uint64_t address);
/** "2026-01-31T12:00:00Z"; null or "-" for 0. */
void show_time(show *s, const char *name, uint64_t unix_s);

#endif
