/* SPDX-License-Identifier: MIT */
#ifndef OPENSSL_CONTEXT_H
#define OPENSSL_CONTEXT_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "signet/port/stream.h"

/** TLS towards one peer. Must not move while it is open. */
struct openssl_context {
    SSL_CTX *ctx;
    bool timeless;         /**< the wall time is not known: STREAM-7 */
    signet_status failure; /**< why a handshake failed, as far as TLS knows:
                                ERR_TLS_PEER, _NAME or _REFUSED; else OK */
};

/**
 * TLS 1.3, client: the peer's anchors and name are required, the key stays
 * behind its handle, and dates follow STREAM-7.
 *
 * @return false when something did not fit; tls is closed then.
 */
bool openssl_context_open(struct openssl_context *tls, const signet_peer *peer);

/** Also of one that is closed, if it is all zero. */
void openssl_context_close(struct openssl_context *tls);

#endif
