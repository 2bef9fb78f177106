/* SPDX-License-Identifier: MIT */
#include "host_key.h"

#include <string.h>

#include "buffer.h"
#include "signet/port/crypto.h"

/* OIDs with tag and length: id-ecPublicKey, prime256v1 (RFC 5480). */
#define OID_EC 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01
#define OID_P256 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07

/* SubjectPublicKeyInfo up to the point's X. */
static const uint8_t spki_prefix[27] = {0x30,     0x59, 0x30, 0x13, OID_EC,
                                        OID_P256, 0x03, 0x42, 0x00, 0x04};

/* PKCS#8 (RFC 5958) with the ECPrivateKey (RFC 5915) inside:
 *   SEQUENCE 135 { 0, SEQUENCE { id-ecPublicKey, prime256v1 },
 *     OCTET STRING { SEQUENCE 107 { 1, OCTET STRING 32,
 *       [1] { BIT STRING 66 { 0, 04 || X || Y } } } } } */
static const uint8_t pkcs8_prefix[36] = {
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, OID_EC, OID_P256,
    0x04, 0x6D, 0x30, 0x6B, 0x02, 0x01, 0x01, 0x04, 0x20};
static const uint8_t pkcs8_middle[6] = {0xA1, 0x44, 0x03, 0x42, 0x00, 0x04};

/* An element of DER with a definite length of up to two length bytes. */
static bool take(signet_bytes *in, uint8_t tag, signet_bytes *body)
{
    size_t head = 2;
    size_t len = 0;

    if (in->len < 2 || in->ptr[0] != tag) {
        return false;
    }
    len = in->ptr[1];
    if (len == 0x81 && in->len >= 3) {
        head = 3;
        len = in->ptr[2];
    } else if (len >= 0x80) {
        return false;
    }
    if (len > in->len - head) {
        return false;
    }
    *body = signet_view(in->ptr + head, len);
    *in = signet_view(in->ptr + head + len, in->len - head - len);
    return true;
}

static bool take_version(signet_bytes *in, uint8_t version)
{
    signet_bytes body;

    return take(in, 0x02, &body) && body.len == 1 && body.ptr[0] == version;
}

static bool starts_with(signet_bytes in, const uint8_t *prefix, size_t len)
{
    return in.len >= len && memcmp(in.ptr, prefix, len) == 0;
}

/* ECPrivateKey; inner: the curve was named outside. */
static bool read_sec1(signet_bytes der, bool inner, signet_bytes *scalar)
{
    static const uint8_t curve[] = {0xA0, 0x0A, OID_P256};
    signet_bytes body;

    if (!take(&der, 0x30, &body) || !take_version(&body, 1) ||
        !take(&body, 0x04, scalar) || scalar->len != 32) {
        return false;
    }
    return inner || starts_with(body, curve, sizeof curve);
}

static bool read_pkcs8(signet_bytes der, signet_bytes *scalar)
{
    static const uint8_t algorithm[] = {OID_EC, OID_P256};
    signet_bytes body;
    signet_bytes part;

    if (!take(&der, 0x30, &body) || !take_version(&body, 0) ||
        !take(&body, 0x30, &part) || part.len != sizeof algorithm ||
        !starts_with(part, algorithm, sizeof algorithm) ||
        !take(&body, 0x04, &part)) {
        return false;
    }
    return read_sec1(part, true, scalar);
}

/* The block with one of two labels, or the file itself when it is DER. */
static signet_status unwrap(signet_bytes file, const char *label,
                            const char *other, signing_buffer *der)
{
    signet_status status = signing_pem_read(file, label, der);

    if (status == SIGNET_ERR_NOT_FOUND && other != NULL) {
        status = signing_pem_read(file, other, der);
    }
    if (status != SIGNET_ERR_NOT_FOUND) {
        return status;
    }
    if (file.len == 0 || file.ptr[0] != 0x30) {
        return SIGNET_ERR_TYPE;
    }
    status = signing_buffer_new(der, file.len);
    if (status == SIGNET_OK) {
        memcpy(der->ptr, file.ptr, file.len);
    }
    return status;
}

signet_status signing_private_key_read(signet_bytes file, signing_host_key *key)
{
    signing_buffer der = {NULL, 0};
    signet_bytes scalar = {NULL, 0};
    signet_status status = unwrap(file, "PRIVATE KEY", "EC PRIVATE KEY", &der);

    signing_host_key_wipe(key);
    if (status != SIGNET_OK) {
        return status;
    }
    status = SIGNET_ERR_KEY;
    if (read_pkcs8(signing_view(&der), &scalar) ||
        read_sec1(signing_view(&der), false, &scalar)) {
        status = signing_host_key_set(key, scalar.ptr);
    }
    signet_wipe(der.ptr, der.len);
    signing_buffer_free(&der);
    return status;
}

signet_status signing_private_key_write(const signing_host_key *key,
                                        signing_buffer *pem)
{
    uint8_t der[sizeof pkcs8_prefix + 32 + sizeof pkcs8_middle + 64];
    uint8_t *out = der;
    signet_status status = SIGNET_ERR_KEY;

    pem->ptr = NULL;
    pem->len = 0;
    if (!key->present) {
        return status;
    }
    memcpy(out, pkcs8_prefix, sizeof pkcs8_prefix);
    out += sizeof pkcs8_prefix;
    memcpy(out, key->scalar, 32);
    out += 32;
    memcpy(out, pkcs8_middle, sizeof pkcs8_middle);
    out += sizeof pkcs8_middle;
    status = signet_p256_public(key->scalar, out);
    if (status == SIGNET_OK) {
        status =
            signing_pem_write("PRIVATE KEY", signet_view(der, sizeof der), pem);
    }
    signet_wipe(der, sizeof der);
    return status;
}

signet_status signing_public_key_read(signet_bytes file, uint8_t out[64])
{
    signing_buffer der = {NULL, 0};
    signet_status status = SIGNET_OK;

    if (file.len == SIGNET_P256_PUBLIC_SIZE) {
        memcpy(out, file.ptr, SIGNET_P256_PUBLIC_SIZE);
        return SIGNET_OK;
    }
    status = unwrap(file, "PUBLIC KEY", NULL, &der);
    if (status != SIGNET_OK) {
        return status;
    }
    status = SIGNET_ERR_KEY;
    if (der.len == sizeof spki_prefix + SIGNET_P256_PUBLIC_SIZE &&
        starts_with(signing_view(&der), spki_prefix, sizeof spki_prefix)) {
        memcpy(out, der.ptr + sizeof spki_prefix, SIGNET_P256_PUBLIC_SIZE);
        status = SIGNET_OK;
    }
    signing_buffer_free(&der);
    return status;
}

signet_status signing_public_key_write(const uint8_t key[64],
                                       signing_buffer *pem)
{
    uint8_t der[sizeof spki_prefix + SIGNET_P256_PUBLIC_SIZE];

    memcpy(der, spki_prefix, sizeof spki_prefix);
    memcpy(der + sizeof spki_prefix, key, SIGNET_P256_PUBLIC_SIZE);
    return signing_pem_write("PUBLIC KEY", signet_view(der, sizeof der), pem);
}
