/* SPDX-License-Identifier: MIT */
#include "signet/port/crypto.h"

#include <mbedtls/gcm.h>

static int start(mbedtls_gcm_context *gcm, const uint8_t key[16])
{
    mbedtls_gcm_init(gcm);
    return mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key,
                              8 * SIGNET_AES128_KEY_SIZE);
}

signet_status signet_aes128_gcm_seal(const uint8_t key[16],
                                     const uint8_t nonce[12], signet_bytes aad,
                                     signet_bytes in, uint8_t *out,
                                     uint8_t tag[16])
{
    mbedtls_gcm_context gcm;
    int err = start(&gcm, key);
    if (err == 0) {
        err = mbedtls_gcm_crypt_and_tag(
            &gcm, MBEDTLS_GCM_ENCRYPT, in.len, nonce, SIGNET_GCM_NONCE_SIZE,
            aad.ptr, aad.len, in.ptr, out, SIGNET_GCM_TAG_SIZE, tag);
    }
    mbedtls_gcm_free(&gcm);
    if (err != 0) {
        signet_wipe(out, in.len);
        return SIGNET_ERR_CRYPTO;
    }
    return SIGNET_OK;
}

signet_status signet_aes128_gcm_open(const uint8_t key[16],
                                     const uint8_t nonce[12], signet_bytes aad,
                                     signet_bytes in, const uint8_t tag[16],
                                     uint8_t *out)
{
    mbedtls_gcm_context gcm;
    int err = start(&gcm, key);
    if (err == 0) {
        err = mbedtls_gcm_auth_decrypt(&gcm, in.len, nonce,
                                       SIGNET_GCM_NONCE_SIZE, aad.ptr, aad.len,
                                       tag, SIGNET_GCM_TAG_SIZE, in.ptr, out);
    }
    mbedtls_gcm_free(&gcm);
    if (err == 0) {
        return SIGNET_OK;
    }
    signet_wipe(out, in.len);
    return err == MBEDTLS_ERR_GCM_AUTH_FAILED ? SIGNET_ERR_SIGNATURE
                                              : SIGNET_ERR_CRYPTO;
}
