/* SPDX-License-Identifier: MIT */
#include "client.h"

#include "signet/port/posix/entropy.h"
#include "signet/port/wolfssl.h"

#include "cmocka_all.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <string.h>

#define CONNECT_MS 5000u
#define PATIENCE_CALLS 1000000u
#define PATIENCE_RESTS 1000u

/* ---- The key --------------------------------------------------------------
 */

static void to_raw(const unsigned char *der, size_t len, uint8_t out[64])
{
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)len);
    assert_non_null(signature);
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32);
    ECDSA_SIG_free(signature);
}

static signet_status key_sign(void *ctx, uint32_t slot,
                              const uint8_t digest[32], uint8_t signature[64])
{
    test_key *key = ctx;
    unsigned char der[80];
    size_t len = sizeof(der);
    (void)slot;
    if (key->refusal != SIGNET_OK) {
        return key->refusal;
    }
    EVP_PKEY_CTX *op = EVP_PKEY_CTX_new(key->owner->key, NULL);
    assert_int_equal(EVP_PKEY_sign_init(op), 1);
    assert_int_equal(EVP_PKEY_sign(op, der, &len, digest, 32), 1);
    EVP_PKEY_CTX_free(op);
    to_raw(der, len, signature);
    key->signatures++;
    return SIGNET_OK;
}

static signet_status key_public(void *ctx, uint32_t slot, uint8_t out[64])
{
    const test_key *key = ctx;
    uint8_t point[65];
    size_t len = 0;
    (void)slot;
    assert_int_equal(EVP_PKEY_get_octet_string_param(
                         key->owner->key, OSSL_PKEY_PARAM_PUB_KEY, point,
                         sizeof(point), &len),
                     1);
    memcpy(out, point + 1, 64);
    return SIGNET_OK;
}

static signet_status key_fixed(void *ctx, uint32_t slot)
{
    (void)ctx;
    (void)slot;
    return SIGNET_ERR_KEY;
}

static const signet_key_ops key_ops = {
    .generate = key_fixed,
    .sign = key_sign,
    .public_key = key_public,
    .destroy = key_fixed,
};

/* ---- The dripping lower stream --------------------------------------------
 */

static signet_status drip_open(void *ctx, const signet_peer *peer)
{
    const client *c = ctx;
    return c->tcp_stream.ops->open(c->tcp_stream.ctx, peer);
}

static signet_status drip_write(void *ctx, const uint8_t *data, size_t len,
                                size_t *written)
{
    client *c = ctx;
    *written = 0;
    if (c->drip && c->calls++ % 2 == 0) {
        return SIGNET_PENDING;
    }
    size_t part = c->drip && len > 1 ? 1 : len;
    return c->tcp_stream.ops->write(c->tcp_stream.ctx, data, part, written);
}

static signet_status drip_read(void *ctx, uint8_t *out, size_t cap, size_t *len)
{
    client *c = ctx;
    *len = 0;
    if (c->drip && c->calls++ % 2 == 0) {
        return SIGNET_PENDING;
    }
    size_t part = c->drip && cap > 1 ? 1 : cap;
    return c->tcp_stream.ops->read(c->tcp_stream.ctx, out, part, len);
}

static void drip_close(void *ctx)
{
    client *c = ctx;
    c->tcp_stream.ops->close(c->tcp_stream.ctx);
}

static const signet_stream_ops drip_ops = {
    .open = drip_open,
    .write = drip_write,
    .read = drip_read,
    .close = drip_close,
};

/* ---- The client -----------------------------------------------------------
 */

int client_start(void **state)
{
    (void)state;
    signet_entropy entropy = signet_posix_entropy();
    return signet_wolfssl_init(&entropy) == SIGNET_OK ? 0 : -1;
}

void client_make(client *c, uint16_t port, const credential *anchor,
                 const credential *me)
{
    *c = (client){.private_key = {.owner = me, .refusal = SIGNET_OK}};
    signet_stream lower = {&drip_ops, c};
    signet_posix_stream_init(&c->tcp, CONNECT_MS, &c->tcp_stream);
    assert_int_equal(signet_tls_init(&c->tls, &lower), SIGNET_OK);
    c->stream = signet_tls_stream(&c->tls);
    c->key = (signet_key){&key_ops, &c->private_key, 0};
    c->anchors[0] = anchor->der;
    c->peer = (signet_peer){.host = "127.0.0.1",
                            .port = port,
                            .server_name = SERVER_NAME,
                            .anchors = c->anchors,
                            .anchor_count = 1,
                            .now = {.wall_s = TEST_NOW},
                            .time_floor_s = TEST_NOW - 30 * DAY};
    if (me != NULL) {
        c->chain[0] = me->der;
        c->peer.chain = c->chain;
        c->peer.chain_count = 1;
        c->peer.key = &c->key;
    }
}

void client_rest(client *c)
{
    signet_posix_stream_wait(&c->tcp, false, 10);
}

/* A dripping stream is pending without the socket being so: no rest. */
static bool again(client *c, unsigned *tries)
{
    unsigned most = c->drip ? PATIENCE_CALLS : PATIENCE_RESTS;
    if (!c->drip) {
        client_rest(c);
    }
    return ++*tries < most;
}

signet_status client_open(client *c)
{
    unsigned tries = 0;
    signet_status status;
    do {
        status = c->stream.ops->open(c->stream.ctx, &c->peer);
    } while (status == SIGNET_PENDING && again(c, &tries));
    return status;
}

signet_status client_write(client *c, const void *data, size_t len)
{
    const uint8_t *at = data;
    unsigned tries = 0;
    while (len > 0) {
        size_t written = 0;
        signet_status status =
            c->stream.ops->write(c->stream.ctx, at, len, &written);
        if (status != SIGNET_OK &&
            (status != SIGNET_PENDING || !again(c, &tries))) {
            return status;
        }
        at += written;
        len -= written;
    }
    return SIGNET_OK;
}

signet_status client_read_some(client *c, uint8_t *out, size_t cap, size_t *len)
{
    unsigned tries = 0;
    signet_status status;
    do {
        status = c->stream.ops->read(c->stream.ctx, out, cap, len);
    } while (status == SIGNET_PENDING && again(c, &tries));
    return status;
}

signet_status client_read(client *c, void *out, size_t len)
{
    uint8_t *at = out;
    while (len > 0) {
        size_t some = 0;
        signet_status status = client_read_some(c, at, len, &some);
        if (status != SIGNET_OK) {
            return status;
        }
        at += some;
        len -= some;
    }
    return SIGNET_OK;
}

void client_close(client *c)
{
    c->stream.ops->close(c->stream.ctx);
}
