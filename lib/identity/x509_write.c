/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "der_constants.h"
#include "signet/cose.h"
#include "x509_sign.h"

/* Key identifiers: 160 bits of SHA-256 over the SubjectPublicKeyInfo
 * (RFC 7093 s2; RFC 5280 s4.2.1.2 leaves the method open). */
#define KEY_ID_SIZE 20u
#define SERIAL_SIZE 16u

struct key_ids {
    uint8_t subject[32];
    uint8_t authority[32];
};

/* Wrap what was written since end as the value of extension 2.5.29.id. */
static void close_extension(struct signet_der_writer *w, const uint8_t *end,
                            uint8_t id, bool critical)
{
    static const uint8_t yes[3] = {DER_BOOLEAN, 1, 0xFF};
    const uint8_t oid[5] = {DER_OID, 3, DER_CE_0, DER_CE_1, id};

    signet_der_close(w, DER_OCTET_STRING, end);
    if (critical) {
        signet_der_put(w, yes, sizeof(yes));
    }
    signet_der_put(w, oid, sizeof(oid));
    signet_der_close(w, DER_SEQUENCE, end);
}

static void put_key_ids(struct signet_der_writer *w, const struct key_ids *ids)
{
    const uint8_t *end = w->ptr;

    signet_der_put_tlv(w, DER_CONTEXT(0), ids->authority, KEY_ID_SIZE);
    signet_der_close(w, DER_SEQUENCE, end);
    close_extension(w, end, DER_CE_AUTHORITY_KEY_ID, false);
    end = w->ptr;
    signet_der_put_tlv(w, DER_OCTET_STRING, ids->subject, KEY_ID_SIZE);
    close_extension(w, end, DER_CE_SUBJECT_KEY_ID, false);
}

/* NameConstraints { permitted [0] { GeneralSubtree { [4] Name } } } */
static void put_constraint(struct signet_der_writer *w, const char *cn)
{
    const uint8_t *end = w->ptr;

    if (cn == NULL) {
        return;
    }
    signet_der_put_name(w, cn);
    signet_der_close(w, DER_CONTEXT_SET(4), end);
    signet_der_close(w, DER_SEQUENCE, end);
    signet_der_close(w, DER_CONTEXT_SET(0), end);
    signet_der_close(w, DER_SEQUENCE, end);
    close_extension(w, end, DER_CE_NAME_CONSTRAINTS, true);
}

/* "192.0.2.1" to four bytes. */
static bool parse_ipv4(const char *text, uint8_t out[4])
{
    for (size_t i = 0; i < 4; i++) {
        unsigned value = 0;
        size_t digits = 0;

        for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++) {
            value = value * 10 + (unsigned)(*text - '0');
        }
        if (digits == 0 || value > UINT8_MAX || *text != (i < 3 ? '.' : '\0')) {
            return false;
        }
        out[i] = (uint8_t)value;
        text++;
    }
    return true;
}

static void put_alt_names(struct signet_der_writer *w,
                          const signet_x509_template *t)
{
    const uint8_t *end = w->ptr;
    uint8_t ip[4];

    if (t->subject_alt_ip != NULL && parse_ipv4(t->subject_alt_ip, ip)) {
        signet_der_put_tlv(w, DER_CONTEXT(7), ip, sizeof(ip));
    }
    if (t->subject_alt_dns != NULL) {
        signet_der_put_tlv(w, DER_CONTEXT(2),
                           (const uint8_t *)t->subject_alt_dns,
                           strlen(t->subject_alt_dns));
    }
    if (w->ptr != end) {
        signet_der_close(w, DER_SEQUENCE, end);
        close_extension(w, end, DER_CE_SUBJECT_ALT_NAME, t->subject_cn == NULL);
    }
}

static void put_purpose(struct signet_der_writer *w, uint8_t purpose)
{
    signet_der_put(w, &purpose, 1);
    signet_der_put(w, signet_der_key_purpose, DER_KEY_PURPOSE_SIZE);
}

static void put_extended_usage(struct signet_der_writer *w, uint8_t usage)
{
    const uint8_t *end = w->ptr;

    if (usage & SIGNET_EKU_CLIENT) {
        put_purpose(w, DER_PURPOSE_CLIENT);
    }
    if (usage & SIGNET_EKU_SERVER) {
        put_purpose(w, DER_PURPOSE_SERVER);
    }
    if (w->ptr != end) {
        signet_der_close(w, DER_SEQUENCE, end);
        close_extension(w, end, DER_CE_EXTENDED_KEY_USAGE, false);
    }
}

/* A named bit list ends at its last 1 (X.690 s11.2.2). */
static void put_key_usage(struct signet_der_writer *w, uint8_t usage)
{
    const uint8_t *end = w->ptr;
    uint8_t bits[2] = {0, usage};

    if (usage == 0) {
        return;
    }
    while ((usage >> bits[0] & 1) == 0) {
        bits[0]++;
    }
    signet_der_put_tlv(w, DER_BIT_STRING, bits, sizeof(bits));
    close_extension(w, end, DER_CE_KEY_USAGE, true);
}

static void put_basic_constraints(struct signet_der_writer *w, int8_t path_len)
{
    static const uint8_t yes[3] = {DER_BOOLEAN, 1, 0xFF};
    const uint8_t *end = w->ptr;

    if (path_len >= 0) {
        const uint8_t value = (uint8_t)path_len;

        signet_der_put_uint(w, &value, 1);
    }
    signet_der_put(w, yes, sizeof(yes));
    signet_der_close(w, DER_SEQUENCE, end);
    close_extension(w, end, DER_CE_BASIC_CONSTRAINTS, true);
}

/* Last first: the writer runs backwards. */
static void put_extensions(struct signet_der_writer *w,
                           const signet_x509_template *t,
                           const struct key_ids *ids)
{
    const uint8_t *end = w->ptr;

    put_key_ids(w, ids);
    put_constraint(w, t->permitted_cn);
    put_alt_names(w, t);
    put_extended_usage(w, t->extended_usage);
    put_key_usage(w, t->key_usage);
    if (t->ca) {
        put_basic_constraints(w, t->path_len);
    }
    signet_der_close(w, DER_SEQUENCE, end);
    signet_der_close(w, DER_CONTEXT_SET(3), end);
}

static void put_certificate(struct signet_der_writer *w,
                            const signet_x509_template *t,
                            const struct key_ids *ids)
{
    static const uint8_t version_3[5] = {DER_CONTEXT_SET(0), 3, DER_INTEGER, 1,
                                         2};
    const uint8_t *end = w->ptr;
    const uint8_t *validity = NULL;
    uint8_t serial[SERIAL_SIZE];

    memcpy(serial, t->serial, sizeof(serial));
    serial[0] = (uint8_t)((serial[0] & 0x3Fu) | 0x40u);
    put_extensions(w, t, ids);
    signet_der_put_spki(w, t->subject_key);
    signet_der_put_name(w, t->subject_cn);
    validity = w->ptr;
    signet_der_put_time(w, t->not_after_s);
    signet_der_put_time(w, t->not_before_s);
    signet_der_close(w, DER_SEQUENCE, validity);
    signet_der_put_name(w, t->issuer_cn);
    signet_der_put_algorithm(w);
    signet_der_put_uint(w, serial, sizeof(serial));
    signet_der_put(w, version_3, sizeof(version_3));
    signet_der_close(w, DER_SEQUENCE, end);
}

static bool sensible(const signet_x509_template *t)
{
    uint8_t ip[4];

    if (t->subject_key == NULL || t->issuer_key == NULL ||
        t->not_before_s > t->not_after_s ||
        t->not_after_s > SIGNET_X509_NO_END) {
        return false;
    }
    if (t->subject_alt_ip != NULL && !parse_ipv4(t->subject_alt_ip, ip)) {
        return false;
    }
    return signet_x509_name_fits(t->issuer_cn) &&
           signet_x509_name_fits(t->subject_cn) &&
           signet_x509_name_fits(t->subject_alt_dns) &&
           signet_x509_name_fits(t->permitted_cn);
}

signet_status signet_x509_write(const signet_x509_template *t,
                                const signet_key *issuer, uint8_t *out,
                                size_t cap, size_t *len)
{
    struct signet_der_writer w;
    struct key_ids ids;
    signet_status status = SIGNET_OK;

    *len = 0;
    if (!sensible(t)) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = signet_spki_digest(t->subject_key, ids.subject);
    if (status == SIGNET_OK) {
        status = signet_spki_digest(t->issuer_key, ids.authority);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    signet_der_writer_init(&w, out, cap);
    put_certificate(&w, t, &ids);
    return signet_x509_sign(&w, issuer, out, cap, len);
}
