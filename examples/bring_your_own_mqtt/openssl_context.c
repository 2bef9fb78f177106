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

/* STREAM-7: without a clock, a certificate is judged at the floor, and only
 * "not yet valid" is forgiven. */
static int forgive_not_before(int ok, X509_STORE_CTX *store)
{
    return ok == 1 ||
           X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_NOT_YET_VALID;
}

static bool require_peer(SSL_CTX *ctx, const signet_peer *peer)
{
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
    bool timeless = peer->now.wall_s == 0u;
    uint64_t at = timeless ? peer->time_floor_s : peer->now.wall_s;
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER,
                       timeless ? forgive_not_before : NULL);
    return X509_VERIFY_PARAM_set1_host(param, peer->server_name, 0) == 1;
}

SSL_CTX *openssl_context_new(const signet_peer *peer)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (ctx != NULL &&
        SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
        use_anchors(ctx, peer) && use_chain(ctx, peer) && use_key(ctx, peer) &&
        require_peer(ctx, peer)) {
        return ctx;
    }
    SSL_CTX_free(ctx);
    return NULL;
}
