/* SPDX-License-Identifier: MIT */
#include "cose_structure.h"

/* COSE_Sign1 = 18([ protected, {}, payload, signature ])
 * COSE_Sign  = 98([ h'', {}, payload, [ + [ protected, {}, signature ] ] ])
 * protected  = bstr .cbor { 1: alg, 4: kid }
 */

/* More protected fields than this are refused as too large. */
#define MAX_PROTECTED 4u

static void read_header_field(signet_cbor_reader *r, int64_t key,
                              signet_cose_signature *out)
{
    switch (key) {
    case COSE_HEADER_ALG:
        out->algorithm = signet_cbor_get_int(r);
        break;
    case COSE_HEADER_KID:
        out->kid = signet_cbor_get_bytes(r);
        if (out->kid.len != SIGNET_KID_SIZE) {
            signet_cbor_fail(r, SIGNET_ERR_TYPE);
        }
        break;
    default:
        /* Protected means meant: what is not understood is refused. */
        signet_cbor_fail(r, SIGNET_ERR_UNKNOWN_CRITICAL);
        break;
    }
}

static signet_status read_header(signet_cose_signature *out)
{
    signet_cbor_reader r;
    int64_t key = SIGNET_CBOR_NO_KEY;
    size_t count = 0;

    out->algorithm = 0; /* reserved by RFC 9053: means absent here */
    signet_cbor_reader_init(&r, out->protected_header);
    count = signet_cbor_get_map(&r, MAX_PROTECTED);
    for (size_t i = 0; i < count && r.status == SIGNET_OK; i++) {
        int64_t next = signet_cbor_get_key(&r, &key);

        if (r.status == SIGNET_OK) {
            read_header_field(&r, next, out);
        }
    }
    if (out->algorithm == 0 || out->kid.len == 0) {
        signet_cbor_fail(&r, SIGNET_ERR_MISSING);
    }
    return signet_cbor_reader_finish(&r);
}

/* An array of exactly count items. */
static void enter_array(signet_cbor_reader *r, size_t count)
{
    if (signet_cbor_get_array(r, SIZE_MAX) != count) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
}

/* The unprotected map must be there and be empty. */
static void skip_unprotected(signet_cbor_reader *r)
{
    if (signet_cbor_get_map(r, SIZE_MAX) != 0) {
        signet_cbor_fail(r, SIGNET_ERR_RESERVED);
    }
}

static void read_sign1(signet_cbor_reader *r, signet_cose_object *out)
{
    signet_cose_signature *only = &out->signatures[0];

    enter_array(r, 4);
    only->protected_header = signet_cbor_get_bytes(r);
    skip_unprotected(r);
    out->payload = signet_cbor_get_bytes(r);
    only->signature = signet_cbor_get_bytes(r);
    out->body_protected = only->protected_header;
    out->count = 1;
}

static void read_signature(signet_cbor_reader *r, signet_cose_signature *out)
{
    enter_array(r, 3);
    out->protected_header = signet_cbor_get_bytes(r);
    skip_unprotected(r);
    out->signature = signet_cbor_get_bytes(r);
}

static void read_sign(signet_cbor_reader *r, signet_cose_object *out)
{
    out->multiple = true;
    enter_array(r, 4);
    out->body_protected = signet_cbor_get_bytes(r);
    if (out->body_protected.len != 0) {
        signet_cbor_fail(r, SIGNET_ERR_UNKNOWN_CRITICAL);
    }
    skip_unprotected(r);
    out->payload = signet_cbor_get_bytes(r);
    out->count = signet_cbor_get_array(r, SIGNET_COSE_MAX_SIGNATURES);
    if (out->count == 0) {
        signet_cbor_fail(r, SIGNET_ERR_MISSING);
    }
    for (size_t i = 0; i < out->count; i++) {
        read_signature(r, &out->signatures[i]);
    }
}

static signet_status read_object(signet_bytes input, signet_cose_object *out)
{
    signet_cbor_reader r;
    uint64_t tag = 0;
    signet_status status = SIGNET_OK;

    signet_cbor_reader_init(&r, input);
    tag = signet_cbor_get_tag(&r);
    if (tag == COSE_TAG_SIGN1) {
        read_sign1(&r, out);
    } else if (tag == COSE_TAG_SIGN) {
        read_sign(&r, out);
    } else {
        signet_cbor_fail(&r, SIGNET_ERR_TYPE);
    }
    status = signet_cbor_reader_finish(&r);
    for (size_t i = 0; i < out->count && status == SIGNET_OK; i++) {
        status = read_header(&out->signatures[i]);
    }
    return status;
}

signet_status signet_cose_parse(signet_bytes input, signet_cose_object *out)
{
    static const signet_cose_object empty = {.count = 0};
    signet_status status = SIGNET_OK;

    *out = empty;
    status = read_object(input, out);
    if (status != SIGNET_OK) {
        *out = empty;
    }
    return status;
}
