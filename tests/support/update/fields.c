/* SPDX-License-Identifier: MIT */
#include "fields.h"

#include "hex.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

void fields_read(struct fields *fields, signet_bytes map)
{
    signet_cbor_reader r;

    memset(fields, 0, sizeof *fields);
    signet_cbor_reader_init(&r, map);
    fields->count = signet_cbor_get_map(&r, FIELDS_MAX);
    for (size_t i = 0; i < fields->count; i++) {
        signet_bytes value;

        fields->list[i].key = signet_cbor_get_int(&r);
        value = signet_cbor_skip(&r);
        require(value.len <= sizeof fields->list[i].value);
        memcpy(fields->list[i].value, value.ptr, value.len);
        fields->list[i].len = value.len;
    }
    require(signet_cbor_reader_finish(&r) == SIGNET_OK);
}

static struct field *find(struct fields *fields, int64_t key)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->list[i].key == key) {
            return &fields->list[i];
        }
    }
    return NULL;
}

void fields_set(struct fields *fields, int64_t key, const char *hex)
{
    struct field *field = find(fields, key);

    if (field == NULL) {
        require(fields->count < FIELDS_MAX);
        field = &fields->list[fields->count++];
        field->key = key;
    }
    field->len = hex_decode(hex, field->value, sizeof field->value);
}

void fields_drop(struct fields *fields, int64_t key)
{
    struct field *field = find(fields, key);

    require(field != NULL);
    fields->count--;
    memmove(field, field + 1,
            (size_t)(&fields->list[fields->count] - field) * sizeof *field);
}

size_t fields_write(const struct fields *fields, uint8_t *out, size_t cap)
{
    signet_cbor_writer w;
    size_t len = 0;

    signet_cbor_writer_init(&w, out, cap);
    signet_cbor_put_map(&w, fields->count);
    for (size_t i = 0; i < fields->count; i++) {
        signet_cbor_put_int(&w, fields->list[i].key);
        signet_cbor_put_encoded(
            &w, signet_view(fields->list[i].value, fields->list[i].len));
    }
    require(signet_cbor_writer_finish(&w, &len) == SIGNET_OK);
    return len;
}
