/* SPDX-License-Identifier: MIT */
/*
 * ECDSA P-256 verification on wolfCrypt's single-precision functions.
 *
 * Not through wc_ecc_verify_hash_ex: that one takes digests of any length
 * (CVE-2026-5194), and costs a bootloader 3.4 KB more. Here the length is
 * part of the type, and each range is checked before any arithmetic.
 */
#include "signet/port/crypto.h"

#include "p256.h"

#include <wolfssl/wolfcrypt/sp.h>

/* A public key and a signature as wolfCrypt's numbers. */
typedef struct numbers {
    mp_int x;
    mp_int y;
    mp_int one;
    mp_int r;
    mp_int s;
} numbers;

static bool load(numbers *n, const uint8_t key[64], const uint8_t signature[64])
{
    static const uint8_t one[SCALAR_SIZE] = {[SCALAR_SIZE - 1] = 1};
    return signet_wolfssl_load(&n->x, key) &&
           signet_wolfssl_load(&n->y, key + SCALAR_SIZE) &&
           signet_wolfssl_load(&n->one, one) &&
           signet_wolfssl_load(&n->r, signature) &&
           signet_wolfssl_load(&n->s, signature + SCALAR_SIZE);
}

/* The point at infinity has no affine form: (0, 0) is not on the curve. */
static bool in_range(const uint8_t key[64], const uint8_t signature[64])
{
    return signet_wolfssl_is_coordinate(key) &&
           signet_wolfssl_is_coordinate(key + SCALAR_SIZE) &&
           signet_wolfssl_is_scalar(signature) &&
           signet_wolfssl_is_scalar(signature + SCALAR_SIZE);
}

signet_status signet_p256_verify(const uint8_t key[64],
                                 const uint8_t digest[32],
                                 const uint8_t signature[64])
{
    numbers n;
    int valid = 0;
    if (!in_range(key, signature)) {
        return SIGNET_ERR_SIGNATURE;
    }
    if (!load(&n, key, signature)) {
        return SIGNET_ERR_CRYPTO;
    }
    /* The curve's cofactor is 1: a point on it is in the group. */
    int err = sp_ecc_is_point_256(&n.x, &n.y);
    if (err == MP_VAL) {
        return SIGNET_ERR_SIGNATURE;
    }
    if (err == MP_OKAY) {
        err = sp_ecc_verify_256(digest, SIGNET_SHA256_SIZE, &n.x, &n.y, &n.one,
                                &n.r, &n.s, &valid, NULL);
    }
    if (err != MP_OKAY) {
        return SIGNET_ERR_CRYPTO;
    }
    return valid == 1 ? SIGNET_OK : SIGNET_ERR_SIGNATURE;
}
