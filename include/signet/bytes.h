/* SPDX-License-Identifier: MIT */
/**
 * Byte views and the few byte-level helpers that everything shares.
 *
 * Conventions of every Signet header, stated once: lengths are in bytes; a
 * pointer may be NULL only where its comment says so; outputs come as (out,
 * cap, &len); on failure outputs are wiped or untouched, never half-valid.
 */
#ifndef SIGNET_BYTES_H
#define SIGNET_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A read-only view of len bytes; ptr may be NULL when len is 0. */
typedef struct signet_bytes {
    const uint8_t *ptr;
    size_t len;
} signet_bytes;

/** The two clocks a step is given: uptime for intervals, wall for dates. */
typedef struct signet_time {
    uint64_t uptime_ms; /**< since boot; never runs backwards */
    uint64_t wall_s;    /**< Unix time; 0 while it is not known */
} signet_time;

/** Make a view. ptr may be NULL when len is 0. */
static inline signet_bytes signet_view(const uint8_t *ptr, size_t len)
{
    signet_bytes view;
    view.ptr = ptr;
    view.len = len;
    return view;
}

/** Compare two views for equality. Not constant-time: public data only. */
bool signet_equal(signet_bytes a, signet_bytes b);

/**
 * Compare two secrets or digests of the same length in constant time.
 *
 * @return true when all len bytes agree.
 */
bool signet_equal_secret(const uint8_t *a, const uint8_t *b, size_t len);

/** Overwrite len bytes with zero in a way the compiler may not remove. */
void signet_wipe(void *ptr, size_t len);

/** Big-endian stores and loads of unaligned wire fields. */
void signet_put_be16(uint8_t *out, uint16_t value);
void signet_put_be32(uint8_t *out, uint32_t value);
void signet_put_be64(uint8_t *out, uint64_t value);
uint16_t signet_get_be16(const uint8_t *in);
uint32_t signet_get_be32(const uint8_t *in);
uint64_t signet_get_be64(const uint8_t *in);

/** Write 2 * len lower-case hex digits and a terminating NUL to out. */
void signet_hex(const uint8_t *in, size_t len, char *out);

/**
 * CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320) continued over data.
 *
 * @param crc  0 to start; the value returned before to continue.
 */
uint32_t signet_crc32(uint32_t crc, const uint8_t *data, size_t len);

#ifdef __cplusplus
}
#endif
#endif
