/* SPDX-License-Identifier: MIT */
/*
 * LMS/HSS verification. wolfCrypt knows the SHA-256/M32 sets with the same
 * tree height and Winternitz width at every level (RFC 8554 Appendix F, test
 * case 1); a signature of mixed levels (test case 2) does not verify.
 */
#include "signet/port/lms.h"

#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/lms.h>
#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/wolfcrypt/wc_lms.h>

#include <limits.h>

/*
 *  HSS public key (RFC 8554 s6.1, s5.3):
 *    0   4  levels
 *    4   4  LMS typecode
 *    8   4  LM-OTS typecode
 *   12  16  I
 *   28  32  root
 */
#define KEY_SIZE 60u

/*
 *  HSS signature (s6.2) of equal levels, and LMS signature (s5.4):
 *    4  number of signed keys, levels - 1     4  q, the leaf
 *    levels times:                            4  LM-OTS typecode
 *       LMS signature                        32  C, then p times 32: y[]
 *       LMS public key (56), save the last    4  LMS typecode
 *                                       32 * h  path
 */
#define LMS_KEY_SIZE ((size_t)56)
#define NODE_SIZE ((size_t)32)

/* LMS_SHA256_M32_H5..H25 are 5..9 and LMOTS_SHA256_N32_W1..W8 are 1..4
 * (RFC 8554 s5.1, s4.1). An unknown code gives 0, which no set has. */
static int height(uint32_t lms_type)
{
    return lms_type >= 5 && lms_type <= 9 ? (int)(lms_type - 4) * 5 : 0;
}

static int width(uint32_t ots_type)
{
    return ots_type >= 1 && ots_type <= 4 ? 1 << (ots_type - 1) : 0;
}

static uint32_t word(const uint8_t *in)
{
    return signet_get_be32(in);
}

static signet_status load(LmsKey *key, const uint8_t *in)
{
    uint32_t levels = word(in);
    if (levels == 0 || levels > 8) {
        return SIGNET_ERR_UNSUPPORTED;
    }
    if (wc_LmsKey_SetParameters(key, (int)levels, height(word(in + 4)),
                                width(word(in + 8))) != 0) {
        return SIGNET_ERR_UNSUPPORTED;
    }
    return wc_LmsKey_ImportPubRaw(key, in, KEY_SIZE) == 0 ? SIGNET_OK
                                                          : SIGNET_ERR_CRYPTO;
}

/* Algorithm 6a, steps 2.f to 2.i: the LMS typecode is the key's and the leaf
 * exists. wolfSSL 5.7.2 leaves both out, so that the typecode's bits could be
 * changed in a valid signature. */
static bool is_canonical(const uint8_t *key, signet_bytes signature)
{
    uint32_t levels = word(key);
    uint32_t lms_type = word(key + 4);
    uint32_t tree = (uint32_t)height(lms_type);
    size_t keys = (levels - 1) * LMS_KEY_SIZE;
    size_t one = (signature.len - 4 - keys) / levels;
    const uint8_t *at = signature.ptr + 4;
    for (uint32_t level = 0; level < levels; level++) {
        const uint8_t *path = at + one - tree * NODE_SIZE;
        if (word(path - 4) != lms_type || word(at) >> tree != 0) {
            return false;
        }
        at += one + LMS_KEY_SIZE;
    }
    return true;
}

static signet_status verify(LmsKey *key, signet_bytes message,
                            signet_bytes signature)
{
    static const uint8_t empty = 0;
    word32 expected = 0;
    if (wc_LmsKey_GetSigLen(key, &expected) != 0) {
        return SIGNET_ERR_CRYPTO;
    }
    if (signature.len != expected || !is_canonical(key->pub, signature)) {
        return SIGNET_ERR_SIGNATURE;
    }
    const uint8_t *bytes = message.len > 0 ? message.ptr : &empty;
    int err =
        wc_LmsKey_Verify(key, signature.ptr, expected, bytes, (int)message.len);
    if (err == 0) {
        return SIGNET_OK;
    }
    return err == MEMORY_E ? SIGNET_ERR_CRYPTO : SIGNET_ERR_SIGNATURE;
}

signet_status signet_lms_verify(signet_bytes key, signet_bytes message,
                                signet_bytes signature)
{
    LmsKey hss;
    if (key.len != KEY_SIZE) {
        return SIGNET_ERR_SIGNATURE;
    }
    if (message.len > INT_MAX) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (wc_LmsKey_Init(&hss, NULL, INVALID_DEVID) != 0) {
        return SIGNET_ERR_CRYPTO;
    }
    signet_status status = load(&hss, key.ptr);
    if (status == SIGNET_OK) {
        status = verify(&hss, message, signature);
    }
    wc_LmsKey_Free(&hss);
    return status;
}
