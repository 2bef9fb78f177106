/* SPDX-License-Identifier: MIT */
/*
 *              open            open             open
 *   CLOSED -----------> LOWER -----------> SHAKE ----------> UP
 *      ^                  |                  |               |
 *      |                  +---- any error ---+-- or CLOSED --+
 *      |                                     v
 *      +------------- close ------------- FAILED
 */
#include "tls.h"

#include "hooks.h"

enum {
    CLOSED,
    LOWER,
    SHAKE,
    UP,
    FAILED
};

/* Bytes of one record: wolfSSL allocates as much to encrypt it. */
#define WRITE_MAX ((size_t)2048)

/* After an error only close is allowed (STREAM-4). */
static signet_status settle(signet_tls *tls, signet_status status)
{
    if (status != SIGNET_OK && status != SIGNET_PENDING) {
        tls->state = FAILED;
    }
    return status;
}

/* The lower stream took no more bytes. In TLS 1.3 the server judges our
 * certificate after we think that all is well: when it hung up, its alert may
 * be waiting and is the better answer. */
static signet_status explain(signet_tls *tls)
{
    uint8_t byte;
    signet_status failure = tls->lower_status;
    (void)wolfSSL_peek(tls->session, &byte, sizeof(byte));
    return signet_wolfssl_was_refused(tls) ? SIGNET_ERR_TLS_REFUSED : failure;
}

/* ---- open -----------------------------------------------------------------
 */

static signet_status open_lower(signet_tls *tls, const signet_peer *peer)
{
    signet_status status = tls->lower.ops->open(tls->lower.ctx, peer);
    if (status == SIGNET_OK) {
        status = signet_wolfssl_start_session(tls, peer);
        tls->state = SHAKE;
    }
    return status;
}

static signet_status shake_hands(signet_tls *tls)
{
    int result = wolfSSL_connect(tls->session);
    if (result != WOLFSSL_SUCCESS) {
        return signet_wolfssl_status(tls, result);
    }
    if (tls->lower_status != SIGNET_OK) {
        return explain(tls);
    }
    tls->state = UP;
    return SIGNET_OK;
}

static signet_status tls_open(void *ctx, const signet_peer *peer)
{
    signet_tls *tls = ctx;
    signet_status status = SIGNET_OK;
    if (tls->state == UP || tls->state == FAILED) {
        return SIGNET_ERR_STATE;
    }
    signet_wolfssl_set_date(peer->now, peer->time_floor_s);
    if (tls->state != SHAKE) {
        tls->state = LOWER;
        status = open_lower(tls, peer);
    }
    if (status == SIGNET_OK) {
        status = shake_hands(tls);
    }
    return settle(tls, status);
}

/* ---- read and write -------------------------------------------------------
 */

static signet_status tls_read(void *ctx, uint8_t *out, size_t cap, size_t *len)
{
    signet_tls *tls = ctx;
    *len = 0;
    if (tls->state != UP) {
        return SIGNET_ERR_STATE;
    }
    int want = cap < INT32_MAX ? (int)cap : INT32_MAX;
    int result = wolfSSL_read(tls->session, out, want);
    if (result > 0) {
        *len = (size_t)result;
        return SIGNET_OK;
    }
    return settle(tls, signet_wolfssl_status(tls, result));
}

static signet_status tls_write(void *ctx, const uint8_t *data, size_t len,
                               size_t *written)
{
    signet_tls *tls = ctx;
    *written = 0;
    if (tls->state != UP) {
        return SIGNET_ERR_STATE;
    }
    if (len == 0) {
        return SIGNET_OK;
    }
    size_t part = len < WRITE_MAX ? len : WRITE_MAX;
    int result = wolfSSL_write(tls->session, data, (int)part);
    if (tls->lower_status != SIGNET_OK) {
        return settle(tls, explain(tls));
    }
    if (result <= 0) {
        return settle(tls, signet_wolfssl_status(tls, result));
    }
    *written = (size_t)result;
    return SIGNET_OK;
}

/* ---- close ----------------------------------------------------------------
 */

static void tls_close(void *ctx)
{
    signet_tls *tls = ctx;
    if (tls->state == UP) {
        /* One attempt at close_notify; it is not waited for. */
        (void)wolfSSL_shutdown(tls->session);
    }
    signet_wolfssl_end_session(tls);
    tls->lower.ops->close(tls->lower.ctx);
    tls->lower_status = SIGNET_OK;
    tls->key_status = SIGNET_OK;
    tls->state = CLOSED;
}

/* ---- The stream -----------------------------------------------------------
 */

signet_status signet_tls_init(signet_tls *tls, const signet_stream *lower)
{
    *tls = (signet_tls){.lower = *lower, .state = CLOSED};
    signet_status status = signet_wolfssl_probe_entropy();
    if (status != SIGNET_OK) {
        return status;
    }
    if (wolfSSL_Init() != WOLFSSL_SUCCESS) {
        return SIGNET_ERR_CRYPTO;
    }
    return signet_wolfssl_start_keys();
}

signet_stream signet_tls_stream(signet_tls *tls)
{
    static const signet_stream_ops ops = {
        .open = tls_open,
        .write = tls_write,
        .read = tls_read,
        .close = tls_close,
    };
    return (signet_stream){.ops = &ops, .ctx = tls};
}
