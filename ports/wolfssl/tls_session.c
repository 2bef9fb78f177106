/* SPDX-License-Identifier: MIT */
/* A session as the peer's description asks for it. */
#include "tls.h"

#include "hooks.h"

#include <limits.h>
#include <string.h>

#include <wolfssl/error-ssl.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

static signet_status check(const signet_peer *peer)
{
    bool has_chain = peer->chain_count > 0;
    bool has_key = peer->key != NULL;
    if (peer->server_name == NULL || peer->server_name[0] == '\0' ||
        strlen(peer->server_name) > UINT16_MAX) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (peer->anchor_count == 0 || has_chain != has_key) {
        return SIGNET_ERR_ARGUMENT;
    }
    return SIGNET_OK;
}

static signet_status status_of_load(int result)
{
    switch (result) {
    case WOLFSSL_SUCCESS:
        return SIGNET_OK;
    case MEMORY_E:
        return SIGNET_ERR_FULL;
    default:
        return SIGNET_ERR_CERTIFICATE;
    }
}

static signet_status load_anchor(WOLFSSL_CTX *settings, signet_bytes der)
{
    if (der.len == 0 || der.len > INT_MAX) {
        return SIGNET_ERR_CERTIFICATE;
    }
    int result = wolfSSL_CTX_load_verify_buffer(
        settings, der.ptr, (long)der.len, WOLFSSL_FILETYPE_ASN1);
    if (result == ASN_BEFORE_DATE_E || result == ASN_AFTER_DATE_E) {
        /* Left out, so what it signed is not trusted; others may serve. */
        return SIGNET_OK;
    }
    return status_of_load(result);
}

static signet_status load_anchors(WOLFSSL_CTX *settings,
                                  const signet_peer *peer)
{
    signet_status status = SIGNET_OK;
    for (size_t i = 0; i < peer->anchor_count && status == SIGNET_OK; i++) {
        status = load_anchor(settings, peer->anchors[i]);
    }
    return status;
}

static size_t total(const signet_bytes *views, size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (views[i].len == 0 || views[i].len > INT_MAX - sum) {
            return 0;
        }
        sum += views[i].len;
    }
    return sum;
}

/* wolfSSL wants the chain in one piece; it keeps a copy of its own. */
static signet_status load_chain(WOLFSSL_CTX *settings, const signet_peer *peer)
{
    size_t len = total(peer->chain, peer->chain_count);
    if (len == 0) {
        return SIGNET_ERR_CERTIFICATE;
    }
    uint8_t *whole = XMALLOC(len, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    if (whole == NULL) {
        return SIGNET_ERR_FULL;
    }
    uint8_t *at = whole;
    for (size_t i = 0; i < peer->chain_count; i++) {
        memcpy(at, peer->chain[i].ptr, peer->chain[i].len);
        at += peer->chain[i].len;
    }
    int result = wolfSSL_CTX_use_certificate_chain_buffer_format(
        settings, whole, (long)len, WOLFSSL_FILETYPE_ASN1);
    XFREE(whole, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    return status_of_load(result);
}

static signet_status make_settings(signet_tls *tls, const signet_peer *peer)
{
    WOLFSSL_METHOD *method = wolfTLSv1_3_client_method();
    tls->settings = method != NULL ? wolfSSL_CTX_new(method) : NULL;
    if (tls->settings == NULL) {
        return SIGNET_ERR_FULL;
    }
    wolfSSL_SetIORecv(tls->settings, signet_wolfssl_receive);
    wolfSSL_SetIOSend(tls->settings, signet_wolfssl_send);
    wolfSSL_CTX_set_verify(tls->settings, WOLFSSL_VERIFY_PEER, NULL);
    signet_status status = load_anchors(tls->settings, peer);
    if (status != SIGNET_OK || peer->key == NULL) {
        return status;
    }
    status = load_chain(tls->settings, peer);
    return status == SIGNET_OK ? signet_wolfssl_use_key(tls) : status;
}

static signet_status make_session(signet_tls *tls, const char *name)
{
    WOLFSSL *session = wolfSSL_new(tls->settings);
    tls->session = session;
    if (session == NULL) {
        /* It does not say why: its generator had no seed, or memory. */
        signet_status status = signet_wolfssl_probe_entropy();
        return status == SIGNET_OK ? SIGNET_ERR_FULL : status;
    }
    wolfSSL_SetIOReadCtx(session, tls);
    wolfSSL_SetIOWriteCtx(session, tls);
    if (wolfSSL_check_domain_name(session, name) != WOLFSSL_SUCCESS ||
        wolfSSL_UseSNI(session, WOLFSSL_SNI_HOST_NAME, name,
                       (unsigned short)strlen(name)) != WOLFSSL_SUCCESS) {
        return SIGNET_ERR_FULL;
    }
    int result = wolfSSL_UseKeyShare(session, WOLFSSL_ECC_SECP256R1);
    if (result == WOLFSSL_SUCCESS) {
        return SIGNET_OK;
    }
    return signet_wolfssl_status(tls, result);
}

signet_status signet_wolfssl_start_session(signet_tls *tls,
                                           const signet_peer *peer)
{
    signet_status status = check(peer);
    if (status != SIGNET_OK) {
        return status;
    }
    if (peer->key != NULL) {
        tls->key = *peer->key;
    }
    status = make_settings(tls, peer);
    return status == SIGNET_OK ? make_session(tls, peer->server_name) : status;
}

void signet_wolfssl_end_session(signet_tls *tls)
{
    /* Both accept NULL. */
    wolfSSL_free(tls->session);
    wolfSSL_CTX_free(tls->settings);
    tls->session = NULL;
    tls->settings = NULL;
}
