/* SPDX-License-Identifier: MIT */
#include "p256.h"

#include "signet/bytes.h"

#include <string.h>

/* SP 800-186 s3.2.1.3: the order n and the field's prime p, big-endian. */
static const uint8_t order[SCALAR_SIZE] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
    0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
static const uint8_t prime[SCALAR_SIZE] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* out = a - b; the borrow that is left is 1 when a < b. Constant time. */
static uint32_t subtract(uint8_t out[32], const uint8_t a[32],
                         const uint8_t b[32])
{
    uint32_t borrow = 0;
    for (unsigned i = SCALAR_SIZE; i-- > 0;) {
        uint32_t difference = (uint32_t)a[i] - b[i] - borrow;
        out[i] = (uint8_t)difference;
        borrow = difference >> 31;
    }
    return borrow;
}

static bool below(const uint8_t a[32], const uint8_t limit[32])
{
    uint8_t difference[SCALAR_SIZE];
    bool yes = subtract(difference, a, limit) != 0;
    signet_wipe(difference, sizeof(difference));
    return yes;
}

static bool is_zero(const uint8_t a[32])
{
    uint8_t bits = 0;
    for (unsigned i = 0; i < SCALAR_SIZE; i++) {
        bits |= a[i];
    }
    return bits == 0;
}

bool signet_wolfssl_is_scalar(const uint8_t scalar[32])
{
    return !is_zero(scalar) && below(scalar, order);
}

bool signet_wolfssl_is_coordinate(const uint8_t coordinate[32])
{
    return below(coordinate, prime);
}

void signet_wolfssl_reduce(const uint8_t in[32], uint8_t out[32])
{
    /* in < 2^256 < 2n: at most one subtraction. */
    if (subtract(out, in, order) != 0) {
        memcpy(out, in, SCALAR_SIZE);
    }
}

bool signet_wolfssl_load(mp_int *number, const uint8_t in[32])
{
    return mp_init(number) == MP_OKAY &&
           mp_read_unsigned_bin(number, in, SCALAR_SIZE) == MP_OKAY;
}
