/* SPDX-License-Identifier: MIT */
/* Certificate (RFC 5280 s4.1):
 *
 *   SEQUENCE {
 *     SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject,
 *                SubjectPublicKeyInfo, [3] extensions }
 *     algorithm, signature }
 */
#include "x509_read.h"

#include "x509_sign.h"

#define SERIAL_MAX 20u /* RFC 5280 s4.1.2.2 */

static void read_validity(struct signet_der_reader *r, signet_x509 *out)
{
    const uint8_t *end = signet_der_enter(r, DER_SEQUENCE);

    out->not_before_s = signet_der_take_time(r);
    out->not_after_s = signet_der_take_time(r);
    signet_der_leave(r, end);
}

static void read_extensions(struct signet_der_reader *r, signet_x509 *out)
{
    const uint8_t *end = NULL;
    const uint8_t *tagged_end = NULL;

    if (!signet_der_more(r)) {
        return; /* they are optional */
    }
    end = signet_der_enter(r, DER_CONTEXT_SET(3));
    tagged_end = signet_der_enter(r, DER_SEQUENCE);
    signet_x509_read_extensions(r, out);
    signet_der_leave(r, tagged_end);
    signet_der_leave(r, end);
}

static void read_body(struct signet_der_reader *r, signet_x509 *out)
{
    static const uint8_t version_3[5] = {DER_CONTEXT_SET(0), 3, DER_INTEGER, 1,
                                         2};
    uint8_t serial[SERIAL_MAX];
    signet_bytes issuer_cn;

    signet_der_expect(r, version_3, sizeof(version_3));
    signet_der_take_uint(r, serial, sizeof(serial));
    signet_der_take_algorithm(r);
    out->issuer = signet_der_take_name(r, &issuer_cn);
    read_validity(r, out);
    out->subject = signet_der_take_name(r, &out->subject_cn);
    signet_der_take_spki(r, out->key);
    read_extensions(r, out);
}

static bool read(signet_bytes der, signet_x509 *out)
{
    struct signet_der_reader r;
    const uint8_t *end = NULL;
    const uint8_t *outer_end = NULL;

    signet_der_reader_init(&r, der);
    end = signet_der_enter(&r, DER_SEQUENCE);
    out->to_be_signed.ptr = r.ptr;
    outer_end = signet_der_enter(&r, DER_SEQUENCE);
    read_body(&r, out);
    signet_der_leave(&r, outer_end);
    out->to_be_signed.len = (size_t)(r.ptr - out->to_be_signed.ptr);
    signet_der_take_algorithm(&r);
    signet_der_take_signature(&r, out->signature);
    signet_der_leave(&r, end);
    return !r.bad && r.ptr == end;
}

signet_status signet_x509_read(signet_bytes der, signet_x509 *out)
{
    *out = (signet_x509){.path_len = -1};
    if (der.len > SIGNET_X509_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (!read(der, out)) {
        *out = (signet_x509){.path_len = -1};
        return SIGNET_ERR_CERTIFICATE;
    }
    return SIGNET_OK;
}

signet_status signet_x509_verify(const signet_x509 *certificate,
                                 const uint8_t issuer_key[64])
{
    return signet_x509_check(certificate->to_be_signed, issuer_key,
                             certificate->signature);
}
