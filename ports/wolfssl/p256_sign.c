/* SPDX-License-Identifier: MIT */
/* Signing and public keys from a private scalar in RAM. */
#include "signet/port/crypto.h"

#include "p256.h"
#include "rfc6979.h"

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/sp.h>

typedef struct signing {
    mp_int private_key;
    mp_int nonce;
    mp_int r;
    mp_int s;
    uint8_t nonce_bytes[SCALAR_SIZE];
} signing;

static signet_status store(const mp_int *number, uint8_t out[32])
{
    int err = mp_to_unsigned_bin_len(number, out, (int)SCALAR_SIZE);
    return err == MP_OKAY ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

static signet_status sign_with_nonce(signing *w, const uint8_t digest[32],
                                     uint8_t signature[64])
{
    if (mp_init(&w->r) != MP_OKAY || mp_init(&w->s) != MP_OKAY ||
        !signet_wolfssl_load(&w->nonce, w->nonce_bytes)) {
        return SIGNET_ERR_CRYPTO;
    }
    /* The nonce is given, so the random generator is not asked. */
    int err = sp_ecc_sign_256(digest, SIGNET_SHA256_SIZE, NULL, &w->private_key,
                              &w->r, &w->s, &w->nonce, NULL);
    if (err != MP_OKAY) {
        return SIGNET_ERR_CRYPTO;
    }
    signet_status status = store(&w->r, signature);
    if (status == SIGNET_OK) {
        status = store(&w->s, signature + SCALAR_SIZE);
    }
    return status;
}

signet_status signet_p256_sign(const uint8_t private_key[32],
                               const uint8_t digest[32],
                               const signet_entropy *rng, uint8_t signature[64])
{
    signing w;
    signet_status status = SIGNET_ERR_KEY;
    if (!signet_wolfssl_is_scalar(private_key)) {
        goto out;
    }
    status = SIGNET_ERR_CRYPTO;
    if (!signet_wolfssl_load(&w.private_key, private_key)) {
        goto out;
    }
    status = signet_wolfssl_nonce(private_key, digest, rng, w.nonce_bytes);
    if (status == SIGNET_OK) {
        status = sign_with_nonce(&w, digest, signature);
    }
out:
    signet_wipe(&w, sizeof(w));
    if (status != SIGNET_OK) {
        signet_wipe(signature, SIGNET_P256_SIGNATURE_SIZE);
    }
    return status;
}

static signet_status multiply_base(const mp_int *scalar, uint8_t key[64])
{
    ecc_point point;
    signet_status status = SIGNET_ERR_CRYPTO;
    if (mp_init_multi(point.x, point.y, point.z, NULL, NULL, NULL) != MP_OKAY) {
        return status;
    }
    if (sp_ecc_mulmod_base_256(scalar, &point, 1, NULL) == MP_OKAY) {
        status = store(point.x, key);
    }
    if (status == SIGNET_OK) {
        status = store(point.y, key + SCALAR_SIZE);
    }
    return status;
}

signet_status signet_p256_public(const uint8_t private_key[32], uint8_t key[64])
{
    mp_int scalar;
    signet_status status = SIGNET_ERR_CRYPTO;
    if (!signet_wolfssl_is_scalar(private_key)) {
        signet_wipe(key, SIGNET_P256_PUBLIC_SIZE);
        return SIGNET_ERR_KEY;
    }
    if (signet_wolfssl_load(&scalar, private_key)) {
        status = multiply_base(&scalar, key);
    }
    signet_wipe(&scalar, sizeof(scalar));
    if (status != SIGNET_OK) {
        signet_wipe(key, SIGNET_P256_PUBLIC_SIZE);
    }
    return status;
}
