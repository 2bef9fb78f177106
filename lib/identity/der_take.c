/* SPDX-License-Identifier: MIT */
/* The reader's larger pieces: what certificates and CSRs have in common. */
#include "der.h"

#include <string.h>

#include "der_constants.h"

#define SCALAR_SIZE 32u

void signet_der_take_uint(struct signet_der_reader *r, uint8_t *out, size_t cap)
{
    signet_bytes body = signet_der_take(r, DER_INTEGER);

    memset(out, 0, cap);
    if (body.len == 0 || body.ptr[0] > INT8_MAX) {
        r->bad = true; /* empty or negative */
        return;
    }
    if (body.len > 1 && body.ptr[0] == 0) {
        body = signet_view(body.ptr + 1, body.len - 1);
        r->bad = r->bad || body.ptr[0] <= INT8_MAX; /* not the shortest */
    }
    if (body.len > cap) {
        r->bad = true;
        return;
    }
    memcpy(out + cap - body.len, body.ptr, body.len);
}

void signet_der_take_spki(struct signet_der_reader *r, uint8_t key[64])
{
    signet_der_expect(r, signet_der_spki_prefix, DER_SPKI_PREFIX_SIZE);
    if (r->bad || (size_t)(r->end - r->ptr) < 64) {
        r->bad = true;
        return;
    }
    memcpy(key, r->ptr, 64);
    r->ptr += 64;
}

void signet_der_take_algorithm(struct signet_der_reader *r)
{
    signet_der_expect(r, signet_der_algorithm, DER_ALGORITHM_SIZE);
}

void signet_der_take_signature(struct signet_der_reader *r,
                               uint8_t signature[64])
{
    static const uint8_t no_unused_bits = 0;
    const uint8_t *end = signet_der_enter(r, DER_BIT_STRING);
    const uint8_t *bits_end = NULL;

    signet_der_expect(r, &no_unused_bits, 1);
    bits_end = signet_der_enter(r, DER_SEQUENCE);
    signet_der_take_uint(r, signature, SCALAR_SIZE);
    signet_der_take_uint(r, signature + SCALAR_SIZE, SCALAR_SIZE);
    signet_der_leave(r, bits_end);
    signet_der_leave(r, end);
}

/* A CN is text of 1 to 64 bytes without control characters. */
static signet_bytes take_cn(struct signet_der_reader *r)
{
    bool utf8 = signet_der_is(r, DER_UTF8_STRING);
    signet_bytes text =
        signet_der_take(r, utf8 ? DER_UTF8_STRING : DER_PRINTABLE_STRING);

    if (text.len == 0 || text.len > 64) {
        r->bad = true;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < ' ' || text.ptr[i] == 0x7F) {
            r->bad = true;
        }
    }
    return text;
}

/* SET { SEQUENCE { type, value } }: one attribute, more are never needed. */
static void take_rdn(struct signet_der_reader *r, signet_bytes *cn)
{
    const uint8_t *end = signet_der_enter(r, DER_SET);
    const uint8_t *set_end = signet_der_enter(r, DER_SEQUENCE);
    signet_bytes type = signet_der_element(r);

    if (signet_equal(
            type, signet_view(signet_der_common_name, DER_COMMON_NAME_SIZE))) {
        r->bad = r->bad || cn->len > 0; /* which one would count? */
        *cn = take_cn(r);
    } else {
        (void)signet_der_element(r);
    }
    signet_der_leave(r, set_end);
    signet_der_leave(r, end);
}

signet_bytes signet_der_take_name(struct signet_der_reader *r, signet_bytes *cn)
{
    const uint8_t *start = r->ptr;
    const uint8_t *end = signet_der_enter(r, DER_SEQUENCE);

    *cn = signet_view(NULL, 0);
    while (signet_der_more(r)) {
        take_rdn(r, cn);
    }
    signet_der_leave(r, end);
    if (r->bad) {
        *cn = signet_view(NULL, 0);
        return *cn;
    }
    return signet_view(start, (size_t)(r->ptr - start));
}
