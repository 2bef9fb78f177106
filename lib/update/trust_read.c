/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

enum {
    LIST_VERSION = 1,
    LIST_COUNTER = 2,
    LIST_ENTRIES = 3
};
enum {
    ENTRY_PURPOSES = 1,
    ENTRY_ALG = 2,
    ENTRY_KEY = 3,
    ENTRY_FLAGS = 4
};

#define MAX_FIELDS 8u
#define HSS_KEY_SIZE 60u
#define ALL_PURPOSES 0x7Fu

/* Certificates: they stand alone, for TLS and X.509 code to use. */
static bool is_certificate(uint32_t purposes)
{
    return purposes == SIGNET_PURPOSE_BROKER_CA ||
           purposes == SIGNET_PURPOSE_OPERATIONAL_ISSUER;
}

static uint32_t get_u32(signet_cbor_reader *r)
{
    uint64_t value = signet_cbor_get_uint(r);

    if (value > UINT32_MAX) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
        return 0;
    }
    return (uint32_t)value;
}

static void read_flags(signet_cbor_reader *r, signet_trust_entry *entry)
{
    entry->flags = get_u32(r);
    if (entry->flags == 0) {
        signet_cbor_fail(r, SIGNET_ERR_NON_CANONICAL);
    }
    if ((entry->flags & ~SIGNET_TRUST_DEVELOPMENT) != 0) {
        signet_cbor_fail(r, SIGNET_ERR_RESERVED);
    }
}

static void read_entry_field(signet_cbor_reader *r, int64_t key,
                             signet_trust_entry *entry)
{
    switch (key) {
    case ENTRY_PURPOSES:
        entry->purposes = get_u32(r);
        break;
    case ENTRY_ALG:
        entry->algorithm = signet_cbor_get_int(r);
        break;
    case ENTRY_KEY:
        entry->key = signet_cbor_get_bytes(r);
        break;
    case ENTRY_FLAGS:
        read_flags(r, entry);
        break;
    default:
        if (key >= 0) {
            signet_cbor_fail(r, SIGNET_ERR_UNKNOWN_CRITICAL);
        }
        (void)signet_cbor_skip(r);
        break;
    }
}

/* Purposes, algorithm and key must fit each other: whoever finds an entry by
 * its purpose may rely on the key's kind and length. */
static signet_status check_entry(const signet_trust_entry *entry)
{
    uint32_t ca = SIGNET_PURPOSE_BROKER_CA | SIGNET_PURPOSE_OPERATIONAL_ISSUER;

    if (entry->purposes == 0 || entry->algorithm == 0 || entry->key.len == 0) {
        return SIGNET_ERR_MISSING;
    }
    if ((entry->purposes & ~ALL_PURPOSES) != 0) {
        return SIGNET_ERR_RESERVED;
    }
    if (entry->algorithm != SIGNET_COSE_ES256 &&
        entry->algorithm != SIGNET_COSE_HSS_LMS) {
        return SIGNET_ERR_ALGORITHM;
    }
    if (entry->algorithm == SIGNET_COSE_HSS_LMS) {
        if (entry->purposes != SIGNET_PURPOSE_FIRMWARE) {
            return SIGNET_ERR_PURPOSE;
        }
        return entry->key.len == HSS_KEY_SIZE ? SIGNET_OK : SIGNET_ERR_TYPE;
    }
    if (is_certificate(entry->purposes)) {
        return SIGNET_OK;
    }
    if ((entry->purposes & ca) != 0) {
        return SIGNET_ERR_PURPOSE;
    }
    return entry->key.len == SIGNET_P256_PUBLIC_SIZE ? SIGNET_OK
                                                     : SIGNET_ERR_TYPE;
}

static signet_status name_entry(signet_trust_entry *entry)
{
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = SIGNET_OK;

    if (is_certificate(entry->purposes)) {
        return SIGNET_OK;
    }
    if (entry->algorithm == SIGNET_COSE_ES256) {
        return signet_kid(entry->key.ptr, entry->kid);
    }
    status = signet_update_digest(entry->key, digest);
    if (status == SIGNET_OK) {
        memcpy(entry->kid, digest, sizeof entry->kid);
    }
    return status;
}

static void read_entry(signet_cbor_reader *r, signet_trust_entry *entry)
{
    int64_t key = SIGNET_CBOR_NO_KEY;
    size_t count = signet_cbor_get_map(r, MAX_FIELDS);

    for (size_t i = 0; i < count && r->status == SIGNET_OK; i++) {
        int64_t next = signet_cbor_get_key(r, &key);

        if (r->status == SIGNET_OK) {
            read_entry_field(r, next, entry);
        }
    }
    if (r->status == SIGNET_OK) {
        signet_cbor_fail(r, check_entry(entry));
    }
    if (r->status == SIGNET_OK) {
        signet_cbor_fail(r, name_entry(entry));
    }
}

/* The same key twice would leave it open which flags count. */
static bool named_before(const signet_trust *trust,
                         const signet_trust_entry *entry)
{
    for (size_t i = 0; i < trust->count; i++) {
        const signet_trust_entry *other = &trust->entries[i];

        if (!is_certificate(other->purposes) &&
            memcmp(other->kid, entry->kid, sizeof entry->kid) == 0) {
            return true;
        }
    }
    return false;
}

static void read_entries(signet_cbor_reader *r, signet_trust *out)
{
    size_t count = signet_cbor_get_array(r, SIGNET_TRUST_MAX_ENTRIES);

    for (size_t i = 0; i < count && r->status == SIGNET_OK; i++) {
        signet_trust_entry *entry = &out->entries[i];

        read_entry(r, entry);
        if (!is_certificate(entry->purposes) && named_before(out, entry)) {
            signet_cbor_fail(r, SIGNET_ERR_DUPLICATE);
        }
        out->count++;
    }
}

static void read_list_field(signet_cbor_reader *r, int64_t key,
                            signet_trust *out, uint64_t *version)
{
    switch (key) {
    case LIST_VERSION:
        *version = signet_cbor_get_uint(r);
        if (r->status == SIGNET_OK && *version != 1) {
            signet_cbor_fail(r, SIGNET_ERR_VERSION);
        }
        break;
    case LIST_COUNTER:
        out->counter = get_u32(r);
        /* The last value could never be followed by another list. */
        if (out->counter == UINT32_MAX) {
            signet_cbor_fail(r, SIGNET_ERR_TYPE);
        }
        break;
    case LIST_ENTRIES:
        read_entries(r, out);
        break;
    default:
        if (key >= 0) {
            signet_cbor_fail(r, SIGNET_ERR_UNKNOWN_CRITICAL);
        }
        (void)signet_cbor_skip(r);
        break;
    }
}

signet_status signet_update_read_trust(signet_bytes payload, signet_trust *out)
{
    signet_cbor_reader r;
    int64_t key = SIGNET_CBOR_NO_KEY;
    uint64_t version = 0;
    size_t count = 0;

    signet_cbor_reader_init(&r, payload);
    count = signet_cbor_get_map(&r, MAX_FIELDS);
    for (size_t i = 0; i < count && r.status == SIGNET_OK; i++) {
        int64_t next = signet_cbor_get_key(&r, &key);

        if (r.status == SIGNET_OK) {
            read_list_field(&r, next, out, &version);
        }
    }
    if (version == 0 || out->counter == 0 || out->count == 0) {
        signet_cbor_fail(&r, SIGNET_ERR_MISSING);
    }
    return signet_cbor_reader_finish(&r);
}
