/* SPDX-License-Identifier: MIT */
#include "rfc6979.h"

#include "hmac.h"
#include "p256.h"

#include <string.h>

/* A candidate is out of range once in 2^32: more than a few is a fault. */
#define ATTEMPTS_MAX 8u

/* The HMAC_DRBG of s3.2, and what it is seeded with. */
typedef struct generator {
    uint8_t key[SCALAR_SIZE];    /* K */
    uint8_t value[SCALAR_SIZE];  /* V */
    uint8_t digest[SCALAR_SIZE]; /* bits2octets(h1) */
    uint8_t extra[SCALAR_SIZE];  /* k' of s3.6 */
    size_t extra_len;            /* 0 without one */
} generator;

static signet_bytes whole(const uint8_t bytes[32])
{
    return signet_view(bytes, SCALAR_SIZE);
}

/* V = HMAC_K(V) */
static signet_status turn(generator *g)
{
    signet_bytes value = whole(g->value);
    return signet_wolfssl_hmac(whole(g->key), &value, 1, g->value);
}

/* K = HMAC_K(V || tag || private key || digest || extra), then V: steps d, e
 * with tag 0, steps f, g with tag 1. */
static signet_status absorb(generator *g, uint8_t tag,
                            const uint8_t private_key[32])
{
    const signet_bytes parts[5] = {whole(g->value), signet_view(&tag, 1),
                                   whole(private_key), whole(g->digest),
                                   signet_view(g->extra, g->extra_len)};
    signet_status status = signet_wolfssl_hmac(whole(g->key), parts, 5, g->key);
    return status == SIGNET_OK ? turn(g) : status;
}

/* Step h.3: the candidate was no scalar. */
static signet_status advance(generator *g)
{
    static const uint8_t zero = 0;
    const signet_bytes parts[2] = {whole(g->value), signet_view(&zero, 1)};
    signet_status status = signet_wolfssl_hmac(whole(g->key), parts, 2, g->key);
    return status == SIGNET_OK ? turn(g) : status;
}

static signet_status seed(generator *g, const uint8_t private_key[32],
                          const uint8_t digest[32], const signet_entropy *rng)
{
    memset(g, 0, sizeof(*g));
    memset(g->value, 1, sizeof(g->value));
    signet_wolfssl_reduce(digest, g->digest);
    if (rng != NULL) {
        g->extra_len = sizeof(g->extra);
        if (rng->fill(rng->ctx, g->extra, g->extra_len) != SIGNET_OK) {
            return SIGNET_ERR_ENTROPY;
        }
    }
    signet_status status = absorb(g, 0, private_key);
    return status == SIGNET_OK ? absorb(g, 1, private_key) : status;
}

signet_status signet_wolfssl_nonce(const uint8_t private_key[32],
                                   const uint8_t digest[32],
                                   const signet_entropy *rng, uint8_t nonce[32])
{
    generator g;
    signet_status status = seed(&g, private_key, digest, rng);
    if (status == SIGNET_OK) {
        status = turn(&g);
    }
    for (unsigned i = 0; i < ATTEMPTS_MAX && status == SIGNET_OK; i++) {
        if (signet_wolfssl_is_scalar(g.value)) {
            memcpy(nonce, g.value, SCALAR_SIZE);
            goto out;
        }
        status = advance(&g);
    }
    if (status == SIGNET_OK) {
        status = SIGNET_ERR_CRYPTO;
    }
out:
    signet_wipe(&g, sizeof(g));
    return status;
}
