/* SPDX-License-Identifier: MIT */
#include "signet/bytes.h"

#include <string.h>

bool signet_equal(signet_bytes a, signet_bytes b)
{
    if (a.len != b.len) {
        return false;
    }
    return a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool signet_equal_secret(const uint8_t *a, const uint8_t *b, size_t len)
{
    /* volatile: the compiler may not leave the loop at the first difference. */
    volatile uint8_t difference = 0;

    for (size_t i = 0; i < len; i++) {
        difference = (uint8_t)(difference | (a[i] ^ b[i]));
    }
    return difference == 0;
}

void signet_wipe(void *ptr, size_t len)
{
    volatile uint8_t *out = (volatile uint8_t *)ptr;

    for (size_t i = 0; i < len; i++) {
        out[i] = 0;
    }
}

void signet_put_be16(uint8_t *out, uint16_t value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

void signet_put_be32(uint8_t *out, uint32_t value)
{
    signet_put_be16(out, (uint16_t)(value >> 16));
    signet_put_be16(out + 2, (uint16_t)value);
}

void signet_put_be64(uint8_t *out, uint64_t value)
{
    signet_put_be32(out, (uint32_t)(value >> 32));
    signet_put_be32(out + 4, (uint32_t)value);
}

uint16_t signet_get_be16(const uint8_t *in)
{
    return (uint16_t)((unsigned)in[0] << 8 | in[1]);
}

uint32_t signet_get_be32(const uint8_t *in)
{
    return (uint32_t)signet_get_be16(in) << 16 | signet_get_be16(in + 2);
}

uint64_t signet_get_be64(const uint8_t *in)
{
    return (uint64_t)signet_get_be32(in) << 32 | signet_get_be32(in + 4);
}

void signet_hex(const uint8_t *in, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    out[2 * len] = '\0';
}
