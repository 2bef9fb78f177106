/* SPDX-License-Identifier: MIT */
#include "test_port_crypto_file.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_SIZE 16384

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static void decode(const char *text, uint8_t *out, size_t *len)
{
    *len = 0;
    while (digit(text[0]) >= 0 && digit(text[1]) >= 0) {
        out[(*len)++] = (uint8_t)(digit(text[0]) * 16 + digit(text[1]));
        text += 2;
    }
}

static char *copy(const char *text, size_t len)
{
    char *out = malloc(len + 1);
    assert_non_null(out);
    memcpy(out, text, len);
    out[len] = '\0';
    return out;
}

static void add_field(record *r, const char *line)
{
    const char *equals = strchr(line, '=');
    assert_non_null(equals);
    assert_in_range(r->count, 0, RECORD_FIELDS_MAX - 1);
    size_t name_len = (size_t)(equals - line);
    while (name_len > 0 && line[name_len - 1] == ' ') {
        name_len--;
    }
    const char *text = equals + 1 + (equals[1] == ' ');
    r->fields[r->count].name = copy(line, name_len);
    r->fields[r->count].text = copy(text, strlen(text));
    r->fields[r->count].bytes = malloc(strlen(text) / 2 + 1);
    assert_non_null(r->fields[r->count].bytes);
    decode(text, r->fields[r->count].bytes, &r->fields[r->count].len);
    r->count++;
}

static void clear(record *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->fields[i].name);
        free(r->fields[i].text);
        free(r->fields[i].bytes);
    }
    r->count = 0;
}

static size_t finish(record *r, void (*each)(const record *))
{
    if (r->count == 0) {
        return 0;
    }
    each(r);
    clear(r);
    return 1;
}

void record_each(const char *file, void (*each)(const record *))
{
    char line[LINE_MAX_SIZE];
    char path[1024];
    record r = {.count = 0};
    size_t records = 0;
    snprintf(path, sizeof(path), "%s/crypto/%s", SIGNET_TEST_VECTORS, file);
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        fail_msg("cannot read %s", path);
    }
    while (fgets(line, sizeof(line), in) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '\0') {
            records += finish(&r, each);
        } else if (line[0] != '#') {
            add_field(&r, line);
        }
    }
    records += finish(&r, each);
    fclose(in);
    assert_true(records > 0);
}

const char *record_text(const record *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->fields[i].name, name) == 0) {
            return r->fields[i].text;
        }
    }
    return NULL;
}

signet_bytes record_bytes(const record *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->fields[i].name, name) == 0) {
            return signet_view(r->fields[i].bytes, r->fields[i].len);
        }
    }
    fail_msg("a record lacks %s", name);
    return signet_view(NULL, 0);
}

const uint8_t *record_fixed(const record *r, const char *name, size_t len)
{
    signet_bytes field = record_bytes(r, name);
    assert_int_equal(field.len, len);
    return field.ptr;
}
