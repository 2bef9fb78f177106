/* SPDX-License-Identifier: MIT */
/* HMAC (RFC 2104) and HKDF (RFC 5869), both with SHA-256. */
#include "signet/port/crypto.h"

#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>

/* RFC 5869 s2.3: the block counter is one byte. */
#define HKDF_OUT_MAX ((size_t)255 * SIGNET_SHA256_SIZE)

/* Mbed TLS copies without asking whether there is anything: no NULL. */
static const uint8_t *some(signet_bytes view)
{
    static const uint8_t nothing = 0;
    return view.len > 0 ? view.ptr : &nothing;
}

static const mbedtls_md_info_t *sha256(void)
{
    return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
}

signet_status signet_hmac_sha256(signet_bytes key, signet_bytes message,
                                 uint8_t mac[32])
{
    int err = mbedtls_md_hmac(sha256(), some(key), key.len, some(message),
                              message.len, mac);
    if (err != 0) {
        signet_wipe(mac, SIGNET_SHA256_SIZE);
        return SIGNET_ERR_CRYPTO;
    }
    return SIGNET_OK;
}

signet_status signet_hkdf_sha256(signet_bytes salt, signet_bytes ikm,
                                 signet_bytes info, uint8_t *out,
                                 size_t out_len)
{
    if (out_len == 0 || out_len > HKDF_OUT_MAX) {
        return SIGNET_ERR_ARGUMENT;
    }
    int err = mbedtls_hkdf(sha256(), some(salt), salt.len, some(ikm), ikm.len,
                           some(info), info.len, out, out_len);
    if (err != 0) {
        signet_wipe(out, out_len);
        return SIGNET_ERR_CRYPTO;
    }
    return SIGNET_OK;
}
