/* SPDX-License-Identifier: MIT */
/* Extensions as read. DER leaves out what equals its default, so an explicit
 * FALSE is malformed here, and each extension may stand once. */
#include "x509_read.h"

#include "der_constants.h"

/* NameConstraints, permittedSubtrees, GeneralSubtree, directoryName. */
#define CONSTRAINT_DEPTH 4u

static const uint8_t yes[3] = {DER_BOOLEAN, 1, 0xFF};

static void read_basic_constraints(struct signet_der_reader *r,
                                   signet_x509 *out)
{
    const uint8_t *end = signet_der_enter(r, DER_SEQUENCE);
    uint8_t path_len = 0;

    if (signet_der_more(r)) {
        signet_der_expect(r, yes, sizeof(yes));
        out->ca = true;
    }
    if (signet_der_more(r)) {
        signet_der_take_uint(r, &path_len, 1);
        r->bad = r->bad || path_len > INT8_MAX;
        out->path_len = (int8_t)path_len;
    }
    signet_der_leave(r, end);
}

/* BIT STRING of one or two bytes that ends at its last 1. */
static void read_key_usage(struct signet_der_reader *r, signet_x509 *out)
{
    signet_bytes bits = signet_der_take(r, DER_BIT_STRING);
    unsigned last = 0;

    if (bits.len < 2 || bits.len > 3 || bits.ptr[0] > 7) {
        r->bad = true;
        return;
    }
    last = bits.ptr[bits.len - 1];
    if ((last & ((2u << bits.ptr[0]) - 1)) != 1u << bits.ptr[0]) {
        r->bad = true;
        return;
    }
    out->key_usage = bits.ptr[1];
}

static uint8_t purpose_of(signet_bytes oid)
{
    signet_bytes prefix = {oid.ptr, DER_KEY_PURPOSE_SIZE};

    if (oid.len != DER_KEY_PURPOSE_SIZE + 1 ||
        !signet_equal(prefix, signet_view(signet_der_key_purpose,
                                          DER_KEY_PURPOSE_SIZE))) {
        return SIGNET_EKU_OTHER;
    }
    switch (oid.ptr[DER_KEY_PURPOSE_SIZE]) {
    case DER_PURPOSE_CLIENT:
        return SIGNET_EKU_CLIENT;
    case DER_PURPOSE_SERVER:
        return SIGNET_EKU_SERVER;
    default:
        return SIGNET_EKU_OTHER;
    }
}

static void read_extended_usage(struct signet_der_reader *r, signet_x509 *out)
{
    const uint8_t *end = signet_der_enter(r, DER_SEQUENCE);

    do { /* SIZE (1..MAX) */
        r->bad = r->bad || !signet_der_is(r, DER_OID);
        out->extended_usage =
            (uint8_t)(out->extended_usage | purpose_of(signet_der_element(r)));
    } while (signet_der_more(r));
    signet_der_leave(r, end);
}

static void read_alt_name(struct signet_der_reader *r, signet_x509 *out)
{
    const uint8_t *end = signet_der_enter(r, DER_SEQUENCE);

    if (signet_der_is(r, DER_CONTEXT(2))) {
        out->alt_dns = signet_der_take(r, DER_CONTEXT(2));
    } else {
        (void)signet_der_element(r); /* SIZE (1..MAX) */
    }
    while (signet_der_more(r)) {
        (void)signet_der_element(r);
        out->alt_dns = signet_view(NULL, 0); /* not the only one */
    }
    signet_der_leave(r, end);
}

/* Only the form that device certificates carry: one permitted dirName of one
 * CN. Any other would have to be enforced by us and is refused instead. */
static void read_name_constraints(struct signet_der_reader *r, signet_x509 *out)
{
    static const uint8_t tags[CONSTRAINT_DEPTH] = {
        DER_SEQUENCE, DER_CONTEXT_SET(0), DER_SEQUENCE, DER_CONTEXT_SET(4)};
    const uint8_t *ends[CONSTRAINT_DEPTH];
    signet_bytes name;

    for (size_t i = 0; i < CONSTRAINT_DEPTH; i++) {
        ends[i] = signet_der_enter(r, tags[i]);
    }
    name = signet_der_take_name(r, &out->permitted_cn);
    /* SEQUENCE SET SEQUENCE OID UTF8String, each with two bytes of head. */
    r->bad = r->bad || out->permitted_cn.len == 0 ||
             name.len != out->permitted_cn.len + DER_COMMON_NAME_SIZE + 8;
    for (size_t i = CONSTRAINT_DEPTH; i-- > 0;) {
        signet_der_leave(r, ends[i]);
    }
}

/* Returns false for an extension that is not understood. */
static bool read_value(uint8_t id, struct signet_der_reader *value,
                       signet_x509 *out)
{
    switch (id) {
    case DER_CE_BASIC_CONSTRAINTS:
        read_basic_constraints(value, out);
        return true;
    case DER_CE_KEY_USAGE:
        read_key_usage(value, out);
        return true;
    case DER_CE_EXTENDED_KEY_USAGE:
        read_extended_usage(value, out);
        return true;
    case DER_CE_SUBJECT_ALT_NAME:
        read_alt_name(value, out);
        return true;
    case DER_CE_NAME_CONSTRAINTS:
        read_name_constraints(value, out);
        return true;
    default:
        return false;
    }
}

/* The last arc of 2.5.29.x; 0 for other identifiers. */
static uint8_t id_of(signet_bytes oid)
{
    return oid.len == 3 && oid.ptr[0] == DER_CE_0 && oid.ptr[1] == DER_CE_1
               ? oid.ptr[2]
               : 0;
}

static void read_extension(struct signet_der_reader *r, uint32_t *seen,
                           signet_x509 *out)
{
    const uint8_t *end = signet_der_enter(r, DER_SEQUENCE);
    uint8_t id = id_of(signet_der_take(r, DER_OID));
    bool critical = signet_der_is(r, DER_BOOLEAN);
    const uint8_t *value_end = NULL;

    if (critical) {
        signet_der_expect(r, yes, sizeof(yes));
    }
    value_end = signet_der_enter(r, DER_OCTET_STRING);
    if (!read_value(id, r, out)) {
        r->bad = r->bad || critical;
        r->ptr = r->end;
    } else if ((*seen >> id % 32 & 1) != 0) {
        r->bad = true; /* twice; those we read differ in their last 5 bits */
    } else {
        *seen |= (uint32_t)1 << id % 32;
    }
    signet_der_leave(r, value_end);
    signet_der_leave(r, end);
}

void signet_x509_read_extensions(struct signet_der_reader *r, signet_x509 *out)
{
    uint32_t seen = 0;

    do { /* SIZE (1..MAX) */
        read_extension(r, &seen, out);
    } while (signet_der_more(r));
}
