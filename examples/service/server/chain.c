/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <openssl/ec.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/* One certificate between the alias certificate and the root. */
#define INTERMEDIATES 1

static X509 *parse(signet_bytes der)
{
    const unsigned char *at = der.ptr;
    if (der.len > SIGNET_X509_MAX_SIZE) {
        return NULL;
    }
    X509 *x = d2i_X509(NULL, &at, (long)der.len);
    if (x != NULL && at != der.ptr + der.len) {
        X509_free(x);
        return NULL;
    }
    return x;
}

static signet_status status_of(int error)
{
    switch (error) {
    case X509_V_OK:
        return SIGNET_OK;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return SIGNET_ERR_CERT_VALIDITY;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        return SIGNET_ERR_CERT_SUBJECT;
    case X509_V_ERR_INVALID_PURPOSE:
        return SIGNET_ERR_CERT_USAGE;
    default:
        return SIGNET_ERR_CERT_CHAIN;
    }
}

static signet_status verify_with(X509_STORE_CTX *ctx, int64_t now_s)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_time(param, (time_t)now_s);
    X509_VERIFY_PARAM_set_depth(param, INTERMEDIATES);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_auth_level(param, 2);
    int valid = X509_verify_cert(ctx);
    int error = X509_STORE_CTX_get_error(ctx);
    /* Below 0 it never began: whatever the error says, it is no success. */
    if (valid != 1 && error == X509_V_OK) {
        return SIGNET_ERR_CRYPTO;
    }
    return status_of(error);
}

static signet_status verify_path(X509_STORE *roots, X509 *alias, X509 *device,
                                 int64_t now_s)
{
    signet_status status = SIGNET_ERR_CRYPTO;
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *between = sk_X509_new_null();
    if (ctx != NULL && between != NULL && sk_X509_push(between, device) > 0 &&
        X509_STORE_CTX_init(ctx, roots, alias, between) == 1) {
        status = verify_with(ctx, now_s);
    }
    sk_X509_free(between);
    X509_STORE_CTX_free(ctx);
    return status;
}

static bool is_p256(X509 *x)
{
    char group[32] = "";
    EVP_PKEY *key = X509_get0_pubkey(x);
    return key != NULL && X509_get_signature_nid(x) == NID_ecdsa_with_SHA256 &&
           EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, SN_X9_62_prime256v1) == 0;
}

static signet_status verify_x509(X509_STORE *roots, X509 *alias, X509 *device,
                                 int64_t now_s)
{
    if (alias == NULL || device == NULL) {
        return SIGNET_ERR_CERTIFICATE;
    }
    signet_status status = verify_path(roots, alias, device, now_s);
    if (status != SIGNET_OK) {
        return status;
    }
    return is_p256(alias) && is_p256(device) ? SIGNET_OK : SIGNET_ERR_ALGORITHM;
}

static bool has_name(const signet_x509 *x, const char *prefix,
                     const char *device)
{
    char name[64];
    int len = snprintf(name, sizeof name, "%s%s", prefix, device);
    return signet_equal(x->subject_cn,
                        signet_view((const uint8_t *)name, (size_t)len));
}

/* Whose are they? The device id is the hash of the device key. */
static signet_status identify(const signet_bytes certificates[2],
                              const char *device, chain *out)
{
    signet_x509 alias;
    signet_x509 issuer;
    char id[SIGNET_DEVICE_ID_LEN + 1u];
    uint8_t ueid[SIGNET_UEID_SIZE];
    signet_status status = signet_x509_read(certificates[0], &alias);
    if (status == SIGNET_OK) {
        status = signet_x509_read(certificates[1], &issuer);
    }
    if (status == SIGNET_OK) {
        status = signet_identity_names(issuer.key, id, ueid);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (!has_name(&alias, SIGNET_ENROL_PREFIX, device) ||
        !has_name(&issuer, "device-", device)) {
        return SIGNET_ERR_CERT_SUBJECT;
    }
    memcpy(out->alias_key, alias.key, 64);
    memcpy(out->device_key, issuer.key, 64);
    return strcmp(id, device) == 0 ? SIGNET_OK : SIGNET_ERR_CERT_KEY;
}

signet_status chain_verify(X509_STORE *manufacturers,
                           const signet_bytes certificates[2],
                           const char *device, int64_t now_s, chain *out)
{
    X509 *alias = parse(certificates[0]);
    X509 *issuer = parse(certificates[1]);
    signet_status status = verify_x509(manufacturers, alias, issuer, now_s);
    X509_free(alias);
    X509_free(issuer);
    return status == SIGNET_OK ? identify(certificates, device, out) : status;
}
