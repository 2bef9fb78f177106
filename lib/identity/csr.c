/* SPDX-License-Identifier: MIT */
/* CertificationRequest (RFC 2986 s4):
 *
 *   SEQUENCE {
 *     SEQUENCE { INTEGER 0, Name, SubjectPublicKeyInfo, [0] attributes }
 *     AlgorithmIdentifier, BIT STRING }
 */
#include "x509_sign.h"

static const uint8_t version_1[3] = {DER_INTEGER, 1, 0};

signet_status signet_csr_write(const char *subject_cn, const signet_key *key,
                               uint8_t *out, size_t cap, size_t *len)
{
    static const uint8_t no_attributes[2] = {DER_CONTEXT_SET(0), 0};
    struct signet_der_writer w;
    const uint8_t *end = NULL;
    uint8_t public_key[64];
    signet_status status = SIGNET_OK;

    *len = 0;
    if (!signet_x509_name_fits(subject_cn)) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = key->ops->public_key(key->ctx, key->slot, public_key);
    if (status != SIGNET_OK) {
        return status;
    }
    signet_der_writer_init(&w, out, cap);
    end = w.ptr;
    signet_der_put(&w, no_attributes, sizeof(no_attributes));
    signet_der_put_spki(&w, public_key);
    signet_der_put_name(&w, subject_cn);
    signet_der_put(&w, version_1, sizeof(version_1));
    signet_der_close(&w, DER_SEQUENCE, end);
    return signet_x509_sign(&w, key, out, cap, len);
}

/* Attributes are stepped over: what a certificate says is the issuer's
 * decision, not the applicant's. */
static signet_bytes read_body(struct signet_der_reader *r, signet_csr *csr)
{
    const uint8_t *start = r->ptr;
    const uint8_t *end = signet_der_enter(r, DER_SEQUENCE);

    signet_der_expect(r, version_1, sizeof(version_1));
    (void)signet_der_take_name(r, &csr->subject_cn);
    signet_der_take_spki(r, csr->key);
    (void)signet_der_take(r, DER_CONTEXT_SET(0));
    signet_der_leave(r, end);
    return signet_view(start, (size_t)(r->ptr - start));
}

static signet_status read(signet_bytes der, signet_csr *csr)
{
    struct signet_der_reader r;
    const uint8_t *end = NULL;
    signet_bytes body;
    uint8_t signature[64];
    signet_status status = SIGNET_OK;

    signet_der_reader_init(&r, der);
    end = signet_der_enter(&r, DER_SEQUENCE);
    body = read_body(&r, csr);
    signet_der_take_algorithm(&r);
    signet_der_take_signature(&r, signature);
    signet_der_leave(&r, end);
    if (r.bad || r.ptr != end) {
        return SIGNET_ERR_CSR;
    }
    status = signet_x509_check(body, csr->key, signature);
    return status == SIGNET_ERR_SIGNATURE ? SIGNET_ERR_CSR : status;
}

signet_status signet_csr_read(signet_bytes der, signet_csr *out)
{
    signet_status status = SIGNET_ERR_TOO_LARGE;

    if (der.len <= SIGNET_X509_MAX_SIZE) {
        status = read(der, out);
    }
    if (status != SIGNET_OK) {
        signet_wipe(out, sizeof(*out));
    }
    return status;
}
