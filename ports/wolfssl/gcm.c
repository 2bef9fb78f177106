/* SPDX-License-Identifier: MIT */
#include "signet/port/crypto.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/settings.h>

static bool fits(signet_bytes aad, signet_bytes in)
{
    return aad.len <= UINT32_MAX && in.len <= UINT32_MAX;
}

static int start(Aes *aes, const uint8_t key[16])
{
    int err = wc_AesInit(aes, NULL, INVALID_DEVID);
    if (err != 0) {
        return err;
    }
    return wc_AesGcmSetKey(aes, key, SIGNET_AES128_KEY_SIZE);
}

static void end(Aes *aes)
{
    wc_AesFree(aes);
    signet_wipe(aes, sizeof(*aes));
}

signet_status signet_aes128_gcm_seal(const uint8_t key[16],
                                     const uint8_t nonce[12], signet_bytes aad,
                                     signet_bytes in, uint8_t *out,
                                     uint8_t tag[16])
{
    Aes aes;
    if (!fits(aad, in)) {
        return SIGNET_ERR_TOO_LARGE;
    }
    int err = start(&aes, key);
    if (err == 0) {
        err = wc_AesGcmEncrypt(&aes, out, in.ptr, (word32)in.len, nonce,
                               SIGNET_GCM_NONCE_SIZE, tag, SIGNET_GCM_TAG_SIZE,
                               aad.ptr, (word32)aad.len);
    }
    end(&aes);
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
    Aes aes;
    if (!fits(aad, in)) {
        return SIGNET_ERR_TOO_LARGE;
    }
    int err = start(&aes, key);
    if (err == 0) {
        err = wc_AesGcmDecrypt(&aes, out, in.ptr, (word32)in.len, nonce,
                               SIGNET_GCM_NONCE_SIZE, tag, SIGNET_GCM_TAG_SIZE,
                               aad.ptr, (word32)aad.len);
    }
    end(&aes);
    if (err == 0) {
        return SIGNET_OK;
    }
    signet_wipe(out, in.len);
    return err == AES_GCM_AUTH_E ? SIGNET_ERR_SIGNATURE : SIGNET_ERR_CRYPTO;
}
