/* SPDX-License-Identifier: MIT */
#ifndef OPENSSL_KEY_H
#define OPENSSL_KEY_H

#include <openssl/evp.h>

#include "signet/port/key.h"

/**
 * An OpenSSL key whose private half stays behind a signet_key handle: OpenSSL
 * holds the public point only and asks the handle for each signature.
 *
 * @param key  copied; its provider outlives the result.
 * @return     to be freed with EVP_PKEY_free; NULL when OpenSSL or the
 *             provider failed.
 */
EVP_PKEY *openssl_key_new(const signet_key *key);

#endif
