/* SPDX-License-Identifier: MIT */
#include "authority.h"

#include "cmocka_all.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include <time.h>

static void extend(X509 *cert, const X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, (X509 *)(uintptr_t)issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(ext);
    assert_true(X509_add_ext(cert, ext, -1));
    X509_EXTENSION_free(ext);
}

/* A critical extension under an arc that nobody uses. */
static void extend_unknown(X509 *cert)
{
    static const unsigned char null[] = {0x05, 0x00};
    ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    assert_true(ASN1_OCTET_STRING_set(value, null, sizeof(null)));
    X509_EXTENSION *ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 1, value);
    assert_true(X509_add_ext(cert, ext, -1));
    X509_EXTENSION_free(ext);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
}

static void set_name(X509_NAME *name, const char *cn)
{
    assert_true(X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, (const unsigned char *)cn, -1, -1, 0));
}

static void set_dates(X509 *cert, const certificate_spec *spec)
{
    time_t from = spec->not_before != 0 ? spec->not_before : TEST_NOW - DAY;
    time_t to = spec->not_after != 0 ? spec->not_after : TEST_NOW + 365 * DAY;
    assert_non_null(ASN1_TIME_set(X509_getm_notBefore(cert), from));
    assert_non_null(ASN1_TIME_set(X509_getm_notAfter(cert), to));
}

static void set_extensions(X509 *cert, const X509 *issuer,
                           const certificate_spec *spec)
{
    char san[128];
    bool is_ca = spec->usage == NULL;
    extend(cert, issuer, NID_basic_constraints,
           is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(cert, issuer, NID_key_usage,
           is_ca ? "critical,keyCertSign" : "critical,digitalSignature");
    if (!is_ca) {
        extend(cert, issuer, NID_ext_key_usage, spec->usage);
    }
    if (spec->dns != NULL) {
        (void)snprintf(san, sizeof(san), "DNS:%s", spec->dns);
        extend(cert, issuer, NID_subject_alt_name, san);
    }
    if (spec->critical_unknown) {
        extend_unknown(cert);
    }
}

static void set_serial(X509 *cert)
{
    static long next = 1;
    assert_true(ASN1_INTEGER_set(X509_get_serialNumber(cert), next++));
}

/* The last byte of a DER signature belongs to s: the form stays valid. */
static void forge(X509 *cert)
{
    const ASN1_BIT_STRING *signature;
    X509_get0_signature(&signature, NULL, cert);
    signature->data[signature->length - 1] ^= 1;
}

static signet_bytes encode(X509 *cert)
{
    unsigned char *der = NULL;
    int len = i2d_X509(cert, &der);
    assert_true(len > 0);
    return signet_view(der, (size_t)len);
}

credential credential_make(const credential *issuer, certificate_spec spec)
{
    credential c = {.key = EVP_EC_gen("P-256"), .cert = X509_new()};
    assert_non_null(c.key);
    const credential *by = issuer != NULL ? issuer : &c;
    assert_true(X509_set_version(c.cert, X509_VERSION_3));
    set_serial(c.cert);
    set_name(X509_get_subject_name(c.cert), spec.name);
    assert_true(X509_set_issuer_name(c.cert, X509_get_subject_name(by->cert)));
    set_dates(c.cert, &spec);
    assert_true(X509_set_pubkey(c.cert, c.key));
    set_extensions(c.cert, by->cert, &spec);
    assert_true(X509_sign(c.cert, by->key, EVP_sha256()) > 0);
    if (spec.forged) {
        forge(c.cert);
    }
    c.der = encode(c.cert);
    return c;
}

void credential_free(credential *c)
{
    OPENSSL_free((void *)(uintptr_t)c->der.ptr);
    X509_free(c->cert);
    EVP_PKEY_free(c->key);
    *c = (credential){.key = NULL};
}

void credential_scalar(const credential *c, uint8_t out[32])
{
    BIGNUM *d = NULL;
    assert_true(EVP_PKEY_get_bn_param(c->key, OSSL_PKEY_PARAM_PRIV_KEY, &d));
    assert_int_equal(BN_bn2binpad(d, out, 32), 32);
    BN_clear_free(d);
}
