/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include "signet/update.h"
#include "text.h"

typedef void (*shower)(show *s, const char *name, signet_cbor_reader *r);

static void put_uint(show *s, const char *name, signet_cbor_reader *r)
{
    show_uint(s, name, signet_cbor_get_uint(r));
}

static void put_time(show *s, const char *name, signet_cbor_reader *r)
{
    show_time(s, name, signet_cbor_get_uint(r));
}

static void put_hex(show *s, const char *name, signet_cbor_reader *r)
{
    show_hex(s, name, signet_cbor_get_bytes(r));
}

static void put_string(show *s, const char *name, signet_cbor_reader *r)
{
    show_bytes_text(s, name, signet_cbor_get_text(r));
}

static void put_uuid(show *s, const char *name, signet_cbor_reader *r)
{
    signet_bytes bytes = signet_cbor_get_bytes(r);
    char text[37];
    if (bytes.len != 16u) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
        return;
    }
    text_uuid(bytes.ptr, text);
    show_text(s, name, text);
}

static void put_dependencies(show *s, const char *name, signet_cbor_reader *r)
{
    size_t count = signet_cbor_get_array(r, SIGNET_MANIFEST_MAX_DEPENDENCIES);
    show_begin_array(s, name);
    for (size_t i = 0; i < count; i++) {
        signet_cbor_get_array(r, 2);
        show_begin(s, NULL);
        put_uint(s, "component", r);
        put_uint(s, "min_sequence", r);
        show_end(s);
    }
    show_end_array(s);
}

/* docs/wire-formats.md, Manifest; the index is the key. */
static const struct {
    const char *name;
    shower put;
} fields[] = {
    {NULL, NULL},
    {"format", put_uint},
    {"vendor", put_uuid},
    {"class", put_uuid},
    {"sequence", put_uint},
    {"security_counter", put_uint},
    {"version", put_string},
    {"component", put_uint},
    {"slot", put_uint},
    {"size", put_uint},
    {"sha256", put_hex},
    {"chunk_size", put_uint},
    {"first_block", put_hex},
    {"not_after", put_time},
    {"dependencies", put_dependencies},
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])
#define MAX_KEYS 32u

signet_status inspect_manifest(show *s, signet_bytes payload)
{
    signet_cbor_reader r;
    int64_t key = SIGNET_CBOR_NO_KEY;
    signet_cbor_reader_init(&r, payload);
    size_t count = signet_cbor_get_map(&r, MAX_KEYS);
    for (size_t i = 0; i < count && r.status == SIGNET_OK; i++) {
        signet_cbor_get_key(&r, &key);
        if (key > 0 && key < (int64_t)FIELD_COUNT) {
            fields[key].put(s, fields[key].name, &r);
        } else if (key < 0) {
            signet_cbor_skip(&r);
        } else {
            signet_cbor_fail(&r, SIGNET_ERR_UNKNOWN_CRITICAL);
        }
    }
    return signet_cbor_reader_finish(&r);
}
