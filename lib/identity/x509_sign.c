/* SPDX-License-Identifier: MIT */
#include "x509_sign.h"

#include <string.h>

#include "der_constants.h"
#include "digest.h"

/* Algorithm, BIT STRING head and its count of unused bits, signature. */
#define TAIL_MAX (DER_ALGORITHM_SIZE + 3u + DER_SIGNATURE_MAX)

static void put_tail(struct signet_der_writer *w, const uint8_t signature[64])
{
    static const uint8_t no_unused_bits = 0;
    const uint8_t *end = w->ptr;

    signet_der_put_uint(w, signature + 32, 32);
    signet_der_put_uint(w, signature, 32);
    signet_der_close(w, DER_SEQUENCE, end);
    signet_der_put(w, &no_unused_bits, 1);
    signet_der_close(w, DER_BIT_STRING, end);
    signet_der_put_algorithm(w);
}

/* out: | free | body |  becomes  | head | body | tail | */
static signet_status assemble(signet_bytes body, signet_bytes tail,
                              uint8_t *out, size_t cap, size_t *len)
{
    size_t inner = body.len + tail.len;
    uint8_t head[DER_HEAD_MAX] = {DER_SEQUENCE, 0x82, (uint8_t)(inner >> 8),
                                  (uint8_t)inner};
    size_t head_len = DER_HEAD_MAX;

    if (inner <= UINT8_MAX) { /* never below 128: a key alone is 91 */
        head[1] = 0x81;
        head[2] = (uint8_t)inner;
        head_len = 3;
    }
    if (inner > UINT16_MAX || inner + head_len > cap) {
        return SIGNET_ERR_TOO_SMALL;
    }
    memmove(out + head_len, body.ptr, body.len);
    memcpy(out, head, head_len);
    memcpy(out + head_len + body.len, tail.ptr, tail.len);
    *len = head_len + inner;
    return SIGNET_OK;
}

bool signet_x509_name_fits(const char *cn)
{
    if (cn == NULL) {
        return true;
    }
    return cn[0] != '\0' && memchr(cn, '\0', X509_CN_MAX + 1) != NULL;
}

signet_status signet_x509_sign(const struct signet_der_writer *body,
                               const signet_key *key, uint8_t *out, size_t cap,
                               size_t *len)
{
    signet_bytes signed_part =
        signet_view(body->ptr, (size_t)(out + cap - body->ptr));
    uint8_t digest[32];
    uint8_t signature[64];
    uint8_t tail[TAIL_MAX];
    struct signet_der_writer w;
    signet_status status = SIGNET_ERR_TOO_SMALL;

    if (body->full) {
        goto out;
    }
    status = signet_identity_digest(&signed_part, 1, digest);
    if (status != SIGNET_OK) {
        goto out;
    }
    status = key->ops->sign(key->ctx, key->slot, digest, signature);
    if (status != SIGNET_OK) {
        goto out;
    }
    signet_der_writer_init(&w, tail, sizeof(tail));
    put_tail(&w, signature);
    status = assemble(signed_part,
                      signet_view(w.ptr, (size_t)(tail + sizeof(tail) - w.ptr)),
                      out, cap, len);
out:
    if (status != SIGNET_OK) {
        signet_wipe(out, cap);
        *len = 0;
    }
    return status;
}

signet_status signet_x509_check(signet_bytes body, const uint8_t key[64],
                                const uint8_t signature[64])
{
    uint8_t digest[32];
    signet_status status = signet_identity_digest(&body, 1, digest);

    if (status != SIGNET_OK) {
        return status;
    }
    return signet_p256_verify(key, digest, signature);
}
