/* SPDX-License-Identifier: MIT */
/* EC_KEY_METHOD is OpenSSL's small way to hand signing to something else.
 * 3.0 calls it deprecated in favour of providers; it is still there, and a
 * provider for one signature would be ten times this file. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "openssl_key.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <stdlib.h>
#include <string.h>

static int handle_index(void)
{
    static int index = -1;
    if (index < 0) {
        index = EC_KEY_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    }
    return index;
}

static ECDSA_SIG *to_openssl(const uint8_t signature[64])
{
    ECDSA_SIG *out = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL);
    BIGNUM *s = BN_bin2bn(signature + 32, 32, NULL);
    if (out == NULL || r == NULL || s == NULL ||
        ECDSA_SIG_set0(out, r, s) != 1) {
        ECDSA_SIG_free(out);
        BN_free(r);
        BN_free(s);
        return NULL;
    }
    return out;
}

static ECDSA_SIG *sign_sig(const unsigned char *digest, int digest_len,
                           const BIGNUM *kinv, const BIGNUM *r, EC_KEY *ec)
{
    const signet_key *key =
        (const signet_key *)EC_KEY_get_ex_data(ec, handle_index());
    uint8_t signature[64];
    (void)kinv;
    (void)r;
    if (key == NULL || digest_len != 32 ||
        key->ops->sign(key->ctx, key->slot, digest, signature) != SIGNET_OK) {
        return NULL;
    }
    return to_openssl(signature);
}

static int sign(int type, const unsigned char *digest, int digest_len,
                unsigned char *out, unsigned int *out_len, const BIGNUM *kinv,
                const BIGNUM *r, EC_KEY *ec)
{
    ECDSA_SIG *signature = sign_sig(digest, digest_len, kinv, r, ec);
    int len;
    (void)type;
    if (signature == NULL) {
        return 0;
    }
    len = i2d_ECDSA_SIG(signature, &out);
    ECDSA_SIG_free(signature);
    *out_len = len > 0 ? (unsigned int)len : 0u;
    return len > 0;
}

static void drop_handle(EC_KEY *ec)
{
    free(EC_KEY_get_ex_data(ec, handle_index()));
}

static const EC_KEY_METHOD *method(void)
{
    static EC_KEY_METHOD *made;
    if (made == NULL) {
        made = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
        EC_KEY_METHOD_set_sign(made, sign, NULL, sign_sig);
        EC_KEY_METHOD_set_init(made, NULL, drop_handle, NULL, NULL, NULL, NULL);
    }
    return made;
}

static bool set_point(EC_KEY *ec, const signet_key *key)
{
    uint8_t point[65];
    point[0] = 4; /* uncompressed, SEC 1 s2.3.3 */
    return key->ops->public_key(key->ctx, key->slot, point + 1) == SIGNET_OK &&
           EC_KEY_oct2key(ec, point, sizeof point, NULL) == 1;
}

static bool set_handle(EC_KEY *ec, const signet_key *key)
{
    signet_key *copy = (signet_key *)malloc(sizeof *copy);
    if (copy == NULL) {
        return false;
    }
    *copy = *key;
    if (EC_KEY_set_ex_data(ec, handle_index(), copy) != 1) {
        free(copy);
        return false;
    }
    return true;
}

EVP_PKEY *openssl_key_new(const signet_key *key)
{
    EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    EVP_PKEY *out = EVP_PKEY_new();
    if (ec != NULL && out != NULL && EC_KEY_set_method(ec, method()) == 1 &&
        set_point(ec, key) && set_handle(ec, key) &&
        EVP_PKEY_assign_EC_KEY(out, ec) == 1) {
        return out;
    }
    EC_KEY_free(ec);
    EVP_PKEY_free(out);
    return NULL;
}
