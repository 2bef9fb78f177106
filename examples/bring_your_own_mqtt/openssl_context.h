/* SPDX-License-Identifier: MIT */
#ifndef OPENSSL_CONTEXT_H
#define OPENSSL_CONTEXT_H

#include <openssl/ssl.h>

#include "signet/port/stream.h"

/**
 * A TLS 1.3 client context for a peer: its anchors and name are required, its
 * key stays behind the handle, and dates follow STREAM-7.
 *
 * @return to be freed with SSL_CTX_free; NULL when something did not fit.
 */
SSL_CTX *openssl_context_new(const signet_peer *peer);

#endif
