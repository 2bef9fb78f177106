/* SPDX-License-Identifier: MIT */
#include "broker_tls.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

static bool trust(SSL_CTX *ctx, const link_config *c)
{
    struct in_addr address;
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
    int named = inet_pton(AF_INET, c->server_name, &address) == 1
                    ? X509_VERIFY_PARAM_set1_ip_asc(param, c->server_name)
                    : X509_VERIFY_PARAM_set1_host(param, c->server_name, 0);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    return named == 1 && SSL_CTX_load_verify_file(ctx, c->broker_ca) == 1;
}

static bool identify(SSL_CTX *ctx, const link_config *c)
{
    return SSL_CTX_use_certificate_file(ctx, c->certificate,
                                        SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_use_PrivateKey_file(ctx, c->key, SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_check_private_key(ctx) == 1;
}

SSL_CTX *broker_tls_new(const link_config *c, failure *f)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (ctx == NULL ||
        SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1) {
        fail(f, "TLS: out of memory");
    } else if (!identify(ctx, c)) {
        fail(f, "%s and %s: are not a PEM certificate and its key",
             c->certificate, c->key);
    } else if (!trust(ctx, c)) {
        fail(f, "%s: is not a PEM certificate", c->broker_ca);
    } else {
        return ctx;
    }
    SSL_CTX_free(ctx);
    return NULL;
}
