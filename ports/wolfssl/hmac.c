/* SPDX-License-Identifier: MIT */
/* HMAC (RFC 2104) and HKDF (RFC 5869), both with SHA-256. */
#include "signet/port/crypto.h"

#include "hmac.h"

#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/settings.h>

#include <string.h>

/* RFC 5869 s2.3: the block counter is one byte. */
#define HKDF_OUT_MAX ((size_t)255 * SIGNET_SHA256_SIZE)

static int update(Hmac *hmac, signet_bytes part)
{
    if (part.len == 0) {
        return 0;
    }
    return wc_HmacUpdate(hmac, part.ptr, (word32)part.len);
}

static bool too_long(signet_bytes key, const signet_bytes *parts, size_t count)
{
    bool yes = key.len > UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        yes = yes || parts[i].len > UINT32_MAX;
    }
    return yes;
}

signet_status signet_wolfssl_hmac(signet_bytes key, const signet_bytes *parts,
                                  size_t count, uint8_t mac[32])
{
    Hmac hmac;
    if (too_long(key, parts, count)) {
        return SIGNET_ERR_TOO_LARGE;
    }
    int err = wc_HmacInit(&hmac, NULL, INVALID_DEVID);
    if (err == 0) {
        err = wc_HmacSetKey(&hmac, WC_SHA256, key.ptr, (word32)key.len);
    }
    for (size_t i = 0; i < count && err == 0; i++) {
        err = update(&hmac, parts[i]);
    }
    if (err == 0) {
        err = wc_HmacFinal(&hmac, mac);
    }
    wc_HmacFree(&hmac);
    signet_wipe(&hmac, sizeof(hmac));
    return err == 0 ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

signet_status signet_hmac_sha256(signet_bytes key, signet_bytes message,
                                 uint8_t mac[32])
{
    signet_status status = signet_wolfssl_hmac(key, &message, 1, mac);
    if (status != SIGNET_OK) {
        signet_wipe(mac, SIGNET_SHA256_SIZE);
    }
    return status;
}

/* T(i) = HMAC(PRK, T(i-1) | info | i), RFC 5869 s2.3; T(0) is empty. */
static signet_status expand(const uint8_t prk[32], signet_bytes info,
                            uint8_t *out, size_t out_len)
{
    uint8_t block[SIGNET_SHA256_SIZE];
    uint8_t counter = 1;
    signet_bytes parts[3] = {{NULL, 0}, info, {&counter, 1}};
    signet_status status = SIGNET_OK;
    while (out_len > 0 && status == SIGNET_OK) {
        size_t take = out_len < sizeof(block) ? out_len : sizeof(block);
        status = signet_wolfssl_hmac(signet_view(prk, 32), parts, 3, block);
        memcpy(out, block, take);
        parts[0] = signet_view(block, sizeof(block));
        counter++;
        out += take;
        out_len -= take;
    }
    signet_wipe(block, sizeof(block));
    return status;
}

signet_status signet_hkdf_sha256(signet_bytes salt, signet_bytes ikm,
                                 signet_bytes info, uint8_t *out,
                                 size_t out_len)
{
    uint8_t prk[SIGNET_SHA256_SIZE];
    if (out_len == 0 || out_len > HKDF_OUT_MAX) {
        return SIGNET_ERR_ARGUMENT;
    }
    /* An empty salt is 32 zero bytes, which is what HMAC pads it to. */
    signet_status status = signet_wolfssl_hmac(salt, &ikm, 1, prk);
    if (status == SIGNET_OK) {
        status = expand(prk, info, out, out_len);
    }
    if (status != SIGNET_OK) {
        signet_wipe(out, out_len);
    }
    signet_wipe(prk, sizeof(prk));
    return status;
}
