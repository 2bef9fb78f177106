/* SPDX-License-Identifier: MIT */
/*
 * Signatures of the handshake, made by a signet_key.
 *
 * wolfSSL hands operations on keys of a "device" to a callback. One device
 * serves all streams: a session's key has no material, only an identifier,
 * and that is the address of its signet_tls. So there is no table of streams
 * and no limit to their number, and wolfSSL's other operations never come
 * here.
 */
#include "tls.h"

#include <string.h>

#include <wolfssl/wolfcrypt/cryptocb.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

#define DEVICE 0x5347 /* any number but INVALID_DEVID */
#define HALF (SIGNET_P256_SIGNATURE_SIZE / 2)

#define ID_SIZE sizeof(void *)

_Static_assert(ID_SIZE <= ECC_MAX_ID_LEN,
               "a key's identifier must hold an address");

static signet_tls *owner(const ecc_key *key)
{
    void *address;
    if (key == NULL || key->idLen != (int)ID_SIZE) {
        return NULL;
    }
    memcpy(&address, key->id, ID_SIZE);
    return address;
}

/* Sign, and write SEQUENCE { r, s } as TLS wants it (RFC 8446 s4.4.3). */
static int sign(signet_tls *tls, const byte *digest, byte *out, word32 *out_len)
{
    uint8_t signature[SIGNET_P256_SIGNATURE_SIZE];
    const signet_key *key = &tls->key;
    tls->key_status = key->ops->sign(key->ctx, key->slot, digest, signature);
    if (tls->key_status != SIGNET_OK) {
        return WC_HW_E;
    }
    return wc_ecc_rs_raw_to_sig(signature, HALF, signature + HALF, HALF, out,
                                out_len);
}

static int on_operation(int device, wc_CryptoInfo *info, void *ctx)
{
    (void)device;
    (void)ctx;
    if (info->algo_type != WC_ALGO_TYPE_PK ||
        info->pk.type != WC_PK_TYPE_ECDSA_SIGN) {
        return CRYPTOCB_UNAVAILABLE;
    }
    signet_tls *tls = owner(info->pk.eccsign.key);
    if (tls == NULL || info->pk.eccsign.inlen != 32) {
        return BAD_FUNC_ARG;
    }
    return sign(tls, info->pk.eccsign.in, info->pk.eccsign.out,
                info->pk.eccsign.outlen);
}

signet_status signet_wolfssl_start_keys(void)
{
    int err = wc_CryptoCb_RegisterDevice(DEVICE, on_operation, NULL);
    return err == 0 ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

signet_status signet_wolfssl_use_key(signet_tls *tls)
{
    void *address = tls;
    uint8_t id[ID_SIZE];
    memcpy(id, &address, ID_SIZE);
    int done =
        wolfSSL_CTX_use_PrivateKey_Id(tls->settings, id, sizeof(id), DEVICE);
    return done == WOLFSSL_SUCCESS ? SIGNET_OK : SIGNET_ERR_FULL;
}
