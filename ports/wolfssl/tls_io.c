/* SPDX-License-Identifier: MIT */
#include "tls.h"

/* The first failure is the one to report. */
static void note(signet_tls *tls, signet_status status)
{
    if (tls->lower_status == SIGNET_OK) {
        tls->lower_status = status;
    }
}

int signet_wolfssl_receive(WOLFSSL *session, char *out, int cap, void *ctx)
{
    signet_tls *tls = ctx;
    size_t len = 0;
    (void)session;
    signet_status status =
        tls->lower.ops->read(tls->lower.ctx, (uint8_t *)out, (size_t)cap, &len);
    switch (status) {
    case SIGNET_OK:
        return (int)len;
    case SIGNET_PENDING:
        return WOLFSSL_CBIO_ERR_WANT_READ;
    case SIGNET_CLOSED:
        /* Without close_notify an attacker may have cut the end off. */
        note(tls, SIGNET_ERR_CONNECT);
        return WOLFSSL_CBIO_ERR_CONN_CLOSE;
    default:
        note(tls, status);
        return WOLFSSL_CBIO_ERR_GENERAL;
    }
}

/*
 * After a failure the bytes are swallowed: wolfSSL would refuse to read any
 * more, and what the server sent before it hung up may say why it did
 * (STREAM-4). The callers look at lower_status.
 */
int signet_wolfssl_send(WOLFSSL *session, char *data, int len, void *ctx)
{
    signet_tls *tls = ctx;
    size_t written = 0;
    (void)session;
    if (tls->lower_status != SIGNET_OK) {
        return len;
    }
    signet_status status = tls->lower.ops->write(
        tls->lower.ctx, (const uint8_t *)data, (size_t)len, &written);
    if (status == SIGNET_OK && written > 0) {
        return (int)written;
    }
    if (status == SIGNET_OK || status == SIGNET_PENDING) {
        return WOLFSSL_CBIO_ERR_WANT_WRITE;
    }
    note(tls, status == SIGNET_CLOSED ? SIGNET_ERR_CONNECT : status);
    return len;
}
