/* SPDX-License-Identifier: MIT */
/* ECDSA on P-256. */
#include "signet/port/crypto.h"

#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>

#define COORDINATE_SIZE 32u

/* What an operation works on. */
typedef struct work {
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi d;
    mbedtls_mpi r;
    mbedtls_mpi s;
} work;

static bool start(work *w)
{
    mbedtls_ecp_group_init(&w->group);
    mbedtls_ecp_point_init(&w->point);
    mbedtls_mpi_init(&w->d);
    mbedtls_mpi_init(&w->r);
    mbedtls_mpi_init(&w->s);
    return mbedtls_ecp_group_load(&w->group, MBEDTLS_ECP_DP_SECP256R1) == 0;
}

/* Frees and, as Mbed TLS does, wipes. */
static void end(work *w)
{
    mbedtls_mpi_free(&w->s);
    mbedtls_mpi_free(&w->r);
    mbedtls_mpi_free(&w->d);
    mbedtls_ecp_point_free(&w->point);
    mbedtls_ecp_group_free(&w->group);
}

/* ---- Random bytes ---------------------------------------------------------
 */

/* Mbed TLS asks for as much as it likes, a signet_entropy gives 256 bytes. */
static int draw(void *ctx, unsigned char *out, size_t len)
{
    const signet_entropy *rng = ctx;
    while (len > 0) {
        size_t part = len < 256 ? len : 256;
        if (rng->fill(rng->ctx, out, part) != SIGNET_OK) {
            return MBEDTLS_ERR_ECP_RANDOM_FAILED;
        }
        out += part;
        len -= part;
    }
    return 0;
}

/* Blinding values when the caller has no random source: a counter. They hide
 * nothing then; the nonce does not come from here. */
static int count(void *ctx, unsigned char *out, size_t len)
{
    uint8_t *next = ctx;
    for (size_t i = 0; i < len; i++) {
        out[i] = ++*next;
    }
    return 0;
}

static signet_status status_of(int err)
{
    switch (err) {
    case 0:
        return SIGNET_OK;
    case MBEDTLS_ERR_ECP_RANDOM_FAILED:
        return SIGNET_ERR_ENTROPY;
    case MBEDTLS_ERR_ECP_INVALID_KEY:
        return SIGNET_ERR_KEY;
    default:
        return SIGNET_ERR_CRYPTO;
    }
}

/* ---- Verification ---------------------------------------------------------
 */

static int load_point(work *w, const uint8_t key[64])
{
    int err = mbedtls_mpi_read_binary(&w->point.X, key, COORDINATE_SIZE);
    if (err == 0) {
        err = mbedtls_mpi_read_binary(&w->point.Y, key + COORDINATE_SIZE,
                                      COORDINATE_SIZE);
    }
    if (err == 0) {
        err = mbedtls_mpi_lset(&w->point.Z, 1);
    }
    return err;
}

static int load_signature(work *w, const uint8_t signature[64])
{
    int err = mbedtls_mpi_read_binary(&w->r, signature, COORDINATE_SIZE);
    if (err == 0) {
        err = mbedtls_mpi_read_binary(&w->s, signature + COORDINATE_SIZE,
                                      COORDINATE_SIZE);
    }
    return err;
}

/* mbedtls_ecdsa_verify() refuses r and s out of range; the point is ours to
 * check (range and curve; infinity has no such form). */
static signet_status verify(work *w, const uint8_t digest[32])
{
    int err = mbedtls_ecp_check_pubkey(&w->group, &w->point);
    if (err == 0) {
        err = mbedtls_ecdsa_verify(&w->group, digest, SIGNET_SHA256_SIZE,
                                   &w->point, &w->r, &w->s);
    }
    if (err == MBEDTLS_ERR_ECP_INVALID_KEY ||
        err == MBEDTLS_ERR_ECP_VERIFY_FAILED) {
        return SIGNET_ERR_SIGNATURE;
    }
    return err == 0 ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

signet_status signet_p256_verify(const uint8_t key[64],
                                 const uint8_t digest[32],
                                 const uint8_t signature[64])
{
    work w;
    signet_status status = SIGNET_ERR_CRYPTO;
    if (start(&w) && load_point(&w, key) == 0 &&
        load_signature(&w, signature) == 0) {
        status = verify(&w, digest);
    }
    end(&w);
    return status;
}

/* ---- Signing and public keys ----------------------------------------------
 */

static int load_scalar(work *w, const uint8_t private_key[32])
{
    int err = mbedtls_mpi_read_binary(&w->d, private_key, COORDINATE_SIZE);
    if (err == 0) {
        err = mbedtls_ecp_check_privkey(&w->group, &w->d);
    }
    return err;
}

static int sign(work *w, const uint8_t digest[32], const signet_entropy *rng)
{
    uint8_t next = 0;
    if (rng == NULL) {
        return mbedtls_ecdsa_sign_det_ext(&w->group, &w->r, &w->s, &w->d,
                                          digest, SIGNET_SHA256_SIZE,
                                          MBEDTLS_MD_SHA256, count, &next);
    }
    signet_entropy source = *rng;
    return mbedtls_ecdsa_sign(&w->group, &w->r, &w->s, &w->d, digest,
                              SIGNET_SHA256_SIZE, draw, &source);
}

static int store(const mbedtls_mpi *a, const mbedtls_mpi *b, uint8_t out[64])
{
    int err = mbedtls_mpi_write_binary(a, out, COORDINATE_SIZE);
    if (err == 0) {
        err =
            mbedtls_mpi_write_binary(b, out + COORDINATE_SIZE, COORDINATE_SIZE);
    }
    return err;
}

signet_status signet_p256_sign(const uint8_t private_key[32],
                               const uint8_t digest[32],
                               const signet_entropy *rng, uint8_t signature[64])
{
    work w;
    signet_status status = SIGNET_ERR_CRYPTO;
    if (start(&w)) {
        int err = load_scalar(&w, private_key);
        if (err == 0) {
            err = sign(&w, digest, rng);
        }
        if (err == 0) {
            err = store(&w.r, &w.s, signature);
        }
        status = status_of(err);
    }
    end(&w);
    if (status != SIGNET_OK) {
        signet_wipe(signature, SIGNET_P256_SIGNATURE_SIZE);
    }
    return status;
}

signet_status signet_p256_public(const uint8_t private_key[32], uint8_t key[64])
{
    work w;
    uint8_t next = 0;
    signet_status status = SIGNET_ERR_CRYPTO;
    if (start(&w)) {
        int err = load_scalar(&w, private_key);
        if (err == 0) {
            err = mbedtls_ecp_mul(&w.group, &w.point, &w.d, &w.group.G, count,
                                  &next);
        }
        if (err == 0) {
            err = store(&w.point.X, &w.point.Y, key);
        }
        status = status_of(err);
    }
    end(&w);
    if (status != SIGNET_OK) {
        signet_wipe(key, SIGNET_P256_PUBLIC_SIZE);
    }
    return status;
}
