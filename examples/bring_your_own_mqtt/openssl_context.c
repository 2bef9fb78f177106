/* SPDX-License-Identifier: MIT */
#include "openssl_context.h"

#include <limits.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "openssl_key.h"

static X509 *parse(signet_bytes der)
{
    const unsigned char *at = der.ptr;
    return der.len <= LONG_MAX ? d2i_X509(NULL, &at, (long)der.len) : NULL;
}

static bool use_anchors(SSL_CTX *ctx, const signet_peer *peer)
{
    X509_STORE *store = SSL_CTX_get_cert_store(ctx);
    size_t i;
    for (i = 0; i < peer->anchor_count; i++) {
        X509 *anchor = parse(peer->anchors[i]);
        int added = anchor != NULL ? X509_STORE_add_cert(store, anchor) : 0;
        X509_free(anchor);
        if (added != 1) {
            return false;
        }
    }
    return peer->anchor_count > 0u;
}

static bool use_chain(SSL_CTX *ctx, const signet_peer *peer)
{
    size_t i;
    for (i = 0; i < peer->chain_count; i++) {
        X509 *certificate = parse(peer->chain[i]);
        int used = 0;
        if (certificate != NULL) {
            used = (int)(i == 0u ? SSL_CTX_use_certificate(ctx, certificate)
                                 : SSL_CTX_add1_chain_cert(ctx, certificate));
        }
        X509_free(certificate);
        if (used != 1) {
            return false;
        }
    }
    return peer->chain_count > 0u;
}

static bool use_key(SSL_CTX *ctx, const signet_peer *peer)
{
    EVP_PKEY *key = openssl_key_new(peer->key);
    bool used = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1;
    EVP_PKEY_free(key);
    return used;
}

/* ---- why a handshake failed: the first reason is the one to tell ---- */

static struct openssl_context *context_of(const SSL *ssl)
{
    return (struct openssl_context *)SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

static void note(struct openssl_context *tls, signet_status why)
{
    if (tls->failure == SIGNET_OK) {
        tls->failure = why;
    }
}

/* STREAM-7: without a clock, a certificate is judged at the floor, and only
 * "not yet valid" is forgiven. */
static int judge_peer(int ok, X509_STORE_CTX *store)
{
    const SSL *ssl = (const SSL *)X509_STORE_CTX_get_ex_data(
        store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct openssl_context *tls = context_of(ssl);
    int error = X509_STORE_CTX_get_error(store);
    if (ok == 1 || (tls->timeless && error == X509_V_ERR_CERT_NOT_YET_VALID)) {
        return 1;
    }
    note(tls, error == X509_V_ERR_HOSTNAME_MISMATCH ? SIGNET_ERR_TLS_NAME
                                                    : SIGNET_ERR_TLS_PEER);
    return 0;
}

/* RFC 8446 s6.2, those that speak of our certificate or its proof. */
static bool is_refusal(int alert)
{
    switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_DECRYPT_ERROR:
    case SSL_AD_CERTIFICATE_REQUIRED:
        return true;
    default:
        return false;
    }
}

static void hear_alert(const SSL *ssl, int where, int level_and_alert)
{
    if (where == SSL_CB_READ_ALERT && is_refusal(level_and_alert & 0xFF)) {
        note(context_of(ssl), SIGNET_ERR_TLS_REFUSED);
    }
}

/* ---- the context ---- */

static bool require_peer(struct openssl_context *tls, const signet_peer *peer)
{
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(tls->ctx);
    uint64_t at = tls->timeless ? peer->time_floor_s : peer->now.wall_s;
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
    SSL_CTX_set_verify(tls->ctx, SSL_VERIFY_PEER, judge_peer);
    SSL_CTX_set_info_callback(tls->ctx, hear_alert);
    return SSL_CTX_set_app_data(tls->ctx, tls) == 1 &&
           X509_VERIFY_PARAM_set1_host(param, peer->server_name, 0) == 1;
}

bool openssl_context_open(struct openssl_context *tls, const signet_peer *peer)
{
    tls->ctx = SSL_CTX_new(TLS_client_method());
    tls->timeless = peer->now.wall_s == 0u;
    tls->failure = SIGNET_OK;
    if (tls->ctx != NULL &&
        SSL_CTX_set_min_proto_version(tls->ctx, TLS1_3_VERSION) == 1 &&
        use_anchors(tls->ctx, peer) && use_chain(tls->ctx, peer) &&
        use_key(tls->ctx, peer) && require_peer(tls, peer)) {
        return true;
    }
    openssl_context_close(tls);
    return false;
}

void openssl_context_close(struct openssl_context *tls)
{
    SSL_CTX_free(tls->ctx);
    tls->ctx = NULL;
}
