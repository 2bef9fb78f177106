/* SPDX-License-Identifier: MIT */
#include "show.h"

#include "text.h"

#include <inttypes.h>
#include <string.h>

show show_start(show_style style)
{
    show s = {stdout, style, 0, false};
    return s;
}

void show_finish(show *s)
{
    if (s->style == SHOW_JSON) {
        fputc('\n', s->out);
    }
}

static signet_bytes view(const char *text)
{
    return signet_view((const uint8_t *)text, strlen(text));
}

static void json_char(FILE *out, uint8_t c)
{
    if (c == '"' || c == '\\') {
        fprintf(out, "\\%c", c);
    } else if (c < 0x20u || c >= 0x7Fu) {
        fprintf(out, "\\u%04x", c);
    } else {
        fputc(c, out);
    }
}

static void json_string(FILE *out, signet_bytes text)
{
    fputc('"', out);
    for (size_t i = 0; i < text.len; i++) {
        json_char(out, text.ptr[i]);
    }
    fputc('"', out);
}

static void json_name(show *s, const char *name)
{
    if (s->comma) {
        fputs(", ", s->out);
    }
    if (name != NULL) {
        json_string(s->out, view(name));
        fputs(": ", s->out);
    }
    s->comma = true;
}

static void indent(const show *s)
{
    for (unsigned i = 1; i < s->depth; i++) {
        fputs("  ", s->out);
    }
}

/* What stands before a value. */
static void start(show *s, const char *name)
{
    switch (s->style) {
    case SHOW_JSON:
        json_name(s, name);
        return;
    case SHOW_ROWS:
        fprintf(s->out, "%s%s=", s->comma ? " " : "", name);
        s->comma = true;
        return;
    case SHOW_LINES:
        indent(s);
        if (name != NULL) {
            fprintf(s->out, "%s: ", name);
        }
        return;
    }
}

static void finish(show *s)
{
    if (s->style == SHOW_LINES) {
        fputc('\n', s->out);
    }
}

static void open_value(show *s, const char *name, char bracket)
{
    if (s->style == SHOW_JSON) {
        json_name(s, name);
        fputc(bracket, s->out);
        s->comma = false;
    } else if (s->style == SHOW_LINES && name != NULL) {
        indent(s);
        fprintf(s->out, "%s:\n", name);
    } else if (s->style == SHOW_LINES && s->depth > 0) {
        indent(s);
        fputs("-\n", s->out);
    }
    s->depth++;
}

static void close_value(show *s, char bracket)
{
    s->depth--;
    if (s->style == SHOW_JSON) {
        fputc(bracket, s->out);
        s->comma = true;
    } else if (s->style == SHOW_ROWS && bracket == '}') {
        fputc('\n', s->out);
        s->comma = false;
    }
}

void show_begin(show *s, const char *name)
{
    open_value(s, name, '{');
}

void show_end(show *s)
{
    close_value(s, '}');
}

void show_begin_array(show *s, const char *name)
{
    open_value(s, name, '[');
}

void show_end_array(show *s)
{
    close_value(s, ']');
}

void show_bytes_text(show *s, const char *name, signet_bytes text)
{
    start(s, name);
    if (s->style == SHOW_JSON) {
        json_string(s->out, text);
    } else {
        text_printable(s->out, text);
    }
    finish(s);
}

void show_text(show *s, const char *name, const char *text)
{
    show_bytes_text(s, name, view(text));
}

void show_uint(show *s, const char *name, uint64_t value)
{
    start(s, name);
    fprintf(s->out, "%" PRIu64, value);
    finish(s);
}

void show_int(show *s, const char *name, int64_t value)
{
    start(s, name);
    fprintf(s->out, "%" PRId64, value);
    finish(s);
}

void show_bool(show *s, const char *name, bool value)
{
    start(s, name);
    fputs(value ? "true" : "false", s->out);
    finish(s);
}

void show_hex(show *s, const char *name, signet_bytes bytes)
{
    const char *quote = s->style == SHOW_JSON ? "\"" : "";
    start(s, name);
    fputs(quote, s->out);
    text_hex(s->out, bytes);
    fputs(quote, s->out);
    finish(s);
}

void show_address(show *s, const char *name, uint64_t address)
{
    if (s->style == SHOW_JSON) {
        show_uint(s, name, address);
        return;
    }
    start(s, name);
    fprintf(s->out, "0x%" PRIx64, address);
    finish(s);
}

void show_time(show *s, const char *name, uint64_t unix_s)
{
    char text[TEXT_TIME_SIZE];
    if (unix_s == 0) {
        start(s, name);
        fputs(s->style == SHOW_JSON ? "null" : "-", s->out);
        finish(s);
        return;
    }
    text_time(unix_s, text);
    show_text(s, name, text);
}
