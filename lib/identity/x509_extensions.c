/* SPDX-License-Identifier: MIT */
/* Extensions as read. DER leaves out what equals its default, so an explicit
 * FALSE is malformed here, and each extension may stand once. */
#include "x509_read.h"

#include "der_constants.h"

static const uint8_t yes[3] = {DER_BOOLEAN, 1, 0xFF};

static void read_basic_constraints(struct signet_der_reader *r,
                                   signet_x509 *out)
{
    struct signet_der_reader body = signet_der_enter(r, DER_SEQUENCE);
    uint8_t path_len = 0;

    if (signet_der_more(&body)) {
        signet_der_expect(&body, yes, sizeof(yes));
        out->ca = true;
    }
    if (signet_der_more(&body)) {
        signet_der_take_uint(&body, &path_len, 1);
        body.bad = body.bad || path_len > INT8_MAX;
        out->path_len = (int8_t)path_len;
    }
    signet_der_leave(r, &body);
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
    struct signet_der_reader list = signet_der_enter(r, DER_SEQUENCE);

    list.bad = !signet_der_is(&list, DER_OID); /* SIZE (1..MAX) */
    while (signet_der_is(&list, DER_OID)) {
        out->extended_usage = (uint8_t)(out->extended_usage |
                                        purpose_of(signet_der_element(&list)));
    }
    signet_der_leave(r, &list);
}

static void read_alt_name(struct signet_der_reader *r, signet_x509 *out)
{
    struct signet_der_reader names = signet_der_enter(r, DER_SEQUENCE);
    signet_bytes dns = {NULL, 0};
    bool others = false;

    if (signet_der_is(&names, DER_CONTEXT(2))) {
        dns = signet_der_take(&names, DER_CONTEXT(2));
    } else {
        (void)signet_der_element(&names); /* SIZE (1..MAX) */
    }
    while (signet_der_more(&names)) {
        (void)signet_der_element(&names);
        others = true;
    }
    if (!others) {
        out->alt_dns = dns;
    }
    signet_der_leave(r, &names);
}

/* Only the form that device certificates carry: one permitted dirName of one
 * CN. Any other would have to be enforced by us and is refused instead. */
static void read_name_constraints(struct signet_der_reader *r, signet_x509 *out)
{
    struct signet_der_reader body = signet_der_enter(r, DER_SEQUENCE);
    struct signet_der_reader permitted =
        signet_der_enter(&body, DER_CONTEXT_SET(0));
    struct signet_der_reader subtree =
        signet_der_enter(&permitted, DER_SEQUENCE);
    struct signet_der_reader base =
        signet_der_enter(&subtree, DER_CONTEXT_SET(4));
    signet_bytes name = signet_der_take_name(&base, &out->permitted_cn);

    /* SEQUENCE SET SEQUENCE OID UTF8String, each with two bytes of head. */
    base.bad = base.bad || out->permitted_cn.len == 0 ||
               name.len != out->permitted_cn.len + DER_COMMON_NAME_SIZE + 8;
    signet_der_leave(&subtree, &base);
    signet_der_leave(&permitted, &subtree);
    signet_der_leave(&body, &permitted);
    signet_der_leave(r, &body);
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
    if (oid.len != 3 || oid.ptr[0] != DER_CE_0 || oid.ptr[1] != DER_CE_1 ||
        oid.ptr[2] > 63) {
        return 0;
    }
    return oid.ptr[2];
}

void signet_x509_read_extensions(struct signet_der_reader *list,
                                 signet_x509 *out)
{
    uint64_t seen = 1; /* id 0 stands for all others */

    list->bad = list->bad || !signet_der_more(list); /* SIZE (1..MAX) */
    while (signet_der_more(list)) {
        struct signet_der_reader entry = signet_der_enter(list, DER_SEQUENCE);
        uint8_t id = id_of(signet_der_take(&entry, DER_OID));
        bool critical = signet_der_is(&entry, DER_BOOLEAN);
        struct signet_der_reader value;

        if (critical) {
            signet_der_expect(&entry, yes, sizeof(yes));
        }
        value = signet_der_enter(&entry, DER_OCTET_STRING);
        if (id != 0 && (seen >> id & 1) != 0) {
            entry.bad = true; /* twice */
        }
        seen |= (uint64_t)1 << id;
        if (read_value(id, &value, out)) {
            signet_der_leave(&entry, &value);
        } else if (critical) {
            entry.bad = true;
        }
        signet_der_leave(list, &entry);
    }
}
