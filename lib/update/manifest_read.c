/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

enum {
    FIELD_FORMAT = 1,
    FIELD_VENDOR = 2,
    FIELD_CLASS = 3,
    FIELD_SEQUENCE = 4,
    FIELD_COUNTER = 5,
    FIELD_VERSION = 6,
    FIELD_COMPONENT = 7,
    FIELD_SLOT = 8,
    FIELD_SIZE = 9,
    FIELD_DIGEST = 10,
    FIELD_CHUNK_SIZE = 11,
    FIELD_FIRST_BLOCK = 12,
    FIELD_NOT_AFTER = 13,
    FIELD_DEPENDENCIES = 14
};

#define FORMAT_VERSION 1u
#define MAX_FIELDS 24u
#define UUID_SIZE 16u
#define CHUNK_MIN 256u
#define CHUNK_MAX 65536u

/* Bit n: field n was there. 8, 13 and 14 are optional. */
#define REQUIRED_FIELDS 0x1EFEu

static uint64_t get_up_to(signet_cbor_reader *r, uint64_t max)
{
    uint64_t value = signet_cbor_get_uint(r);

    if (value > max) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
        return 0;
    }
    return value;
}

static uint64_t get_between(signet_cbor_reader *r, uint64_t min, uint64_t max)
{
    uint64_t value = get_up_to(r, max);

    if (value < min) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
    return value;
}

/* A byte string of exactly this length: a shorter digest is no digest. */
static signet_bytes get_exact(signet_cbor_reader *r, size_t len)
{
    signet_bytes value = signet_cbor_get_bytes(r);

    if (value.len != len) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
    return value;
}

/* Printable ASCII: the version ends up in logs and on terminals. */
static void read_version(signet_cbor_reader *r, signet_manifest *out)
{
    signet_bytes text = signet_cbor_get_text(r);

    if (text.len == 0 || text.len >= sizeof out->version) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 0x20 || text.ptr[i] > 0x7E) {
            signet_cbor_fail(r, SIGNET_ERR_TYPE);
            return;
        }
    }
    memcpy(out->version, text.ptr, text.len);
    out->version[text.len] = '\0';
}

static void read_chunk_size(signet_cbor_reader *r, signet_manifest *out)
{
    out->chunk_size = (uint32_t)get_between(r, CHUNK_MIN, CHUNK_MAX);
    if ((out->chunk_size & (out->chunk_size - 1)) != 0) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
}

/* Components must rise, so that none is named twice with two answers. */
static void read_dependency(signet_cbor_reader *r, signet_manifest *out)
{
    signet_dependency *next = &out->dependencies[out->dependency_count];

    if (signet_cbor_get_array(r, 2) != 2) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
    next->component = (uint32_t)get_up_to(r, UINT32_MAX);
    next->min_sequence = signet_cbor_get_uint(r);
    if (out->dependency_count > 0 && next->component <= next[-1].component) {
        signet_cbor_fail(r, SIGNET_ERR_DUPLICATE);
    }
    out->dependency_count++;
}

static void read_dependencies(signet_cbor_reader *r, signet_manifest *out)
{
    size_t count = signet_cbor_get_array(r, SIGNET_MANIFEST_MAX_DEPENDENCIES);

    if (count == 0) {
        signet_cbor_fail(r, SIGNET_ERR_NON_CANONICAL);
    }
    for (size_t i = 0; i < count && r->status == SIGNET_OK; i++) {
        read_dependency(r, out);
    }
}

static void read_format(signet_cbor_reader *r)
{
    if (signet_cbor_get_uint(r) != FORMAT_VERSION) {
        signet_cbor_fail(r, SIGNET_ERR_VERSION);
    }
}

/* Whom and which state of a device it is for. */
static bool read_target_field(signet_cbor_reader *r, int64_t key,
                              signet_manifest *out)
{
    switch (key) {
    case FIELD_VENDOR:
        out->vendor_id = get_exact(r, UUID_SIZE);
        return true;
    case FIELD_CLASS:
        out->class_id = get_exact(r, UUID_SIZE);
        return true;
    case FIELD_SEQUENCE:
        /* The last values could never be followed by another update. */
        out->sequence = get_between(r, 1, UINT64_MAX - 1);
        return true;
    case FIELD_COUNTER:
        out->security_counter = (uint32_t)get_up_to(r, UINT32_MAX - 1);
        return true;
    case FIELD_VERSION:
        read_version(r, out);
        return true;
    case FIELD_COMPONENT:
        out->component = (uint32_t)get_up_to(r, UINT32_MAX);
        return true;
    case FIELD_SLOT:
        out->slot = (int32_t)get_up_to(r, SIGNET_SLOT_COUNT - 1);
        return true;
    default:
        return false;
    }
}

/* The payload and the conditions. */
static bool read_payload_field(signet_cbor_reader *r, int64_t key,
                               signet_manifest *out)
{
    switch (key) {
    case FIELD_SIZE:
        out->size = (uint32_t)get_between(r, 1, UINT32_MAX);
        return true;
    case FIELD_DIGEST:
        out->digest = get_exact(r, SIGNET_SHA256_SIZE);
        return true;
    case FIELD_CHUNK_SIZE:
        read_chunk_size(r, out);
        return true;
    case FIELD_FIRST_BLOCK:
        out->first_chunk = get_exact(r, SIGNET_SHA256_SIZE);
        return true;
    case FIELD_NOT_AFTER:
        out->not_after_s = get_between(r, 1, UINT64_MAX);
        return true;
    case FIELD_DEPENDENCIES:
        read_dependencies(r, out);
        return true;
    default:
        return false;
    }
}

static void read_field(signet_cbor_reader *r, int64_t key, signet_manifest *out)
{
    if (key == FIELD_FORMAT) {
        read_format(r);
        return;
    }
    if (read_target_field(r, key, out) || read_payload_field(r, key, out)) {
        return;
    }
    /* Negative keys are for a vendor's own remarks. */
    if (key >= 0) {
        signet_cbor_fail(r, SIGNET_ERR_UNKNOWN_CRITICAL);
    }
    (void)signet_cbor_skip(r);
}

signet_status signet_update_read_manifest(signet_bytes payload,
                                          signet_manifest *out)
{
    signet_cbor_reader r;
    int64_t key = SIGNET_CBOR_NO_KEY;
    uint32_t seen = 0;
    size_t count = 0;

    out->slot = -1;
    signet_cbor_reader_init(&r, payload);
    count = signet_cbor_get_map(&r, MAX_FIELDS);
    for (size_t i = 0; i < count && r.status == SIGNET_OK; i++) {
        int64_t next = signet_cbor_get_key(&r, &key);

        if (r.status == SIGNET_OK) {
            seen |= next > 0 && next < 32 ? 1u << next : 0;
            read_field(&r, next, out);
        }
    }
    if ((seen & REQUIRED_FIELDS) != REQUIRED_FIELDS) {
        signet_cbor_fail(&r, SIGNET_ERR_MISSING);
    }
    return signet_cbor_reader_finish(&r);
}
