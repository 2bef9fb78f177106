/* SPDX-License-Identifier: MIT */
/**
 * Deterministic CBOR (RFC 8949 s4.2.1): a writer and a bounded reader for the
 * subset that Signet's objects use: integers, byte and text strings, arrays,
 * maps, tags, booleans. No floats, no indefinite lengths.
 *
 * Both keep a sticky status: make all calls, then look once.
 */
#ifndef SIGNET_CBOR_H
#define SIGNET_CBOR_H

#include "signet/bytes.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Deepest nesting that signet_cbor_skip follows (it does not recurse). */
#define SIGNET_CBOR_MAX_DEPTH 8u

typedef struct signet_cbor_writer {
    uint8_t *out;
    size_t cap;
    size_t len; /**< bytes needed so far, also beyond cap */
    signet_status status;
} signet_cbor_writer;

/** Write to out, or, with cap 0, only count in len. */
void signet_cbor_writer_init(signet_cbor_writer *w, uint8_t *out, size_t cap);

void signet_cbor_put_uint(signet_cbor_writer *w, uint64_t value);
void signet_cbor_put_int(signet_cbor_writer *w, int64_t value);
void signet_cbor_put_bytes(signet_cbor_writer *w, signet_bytes bytes);
/** text is NUL-terminated UTF-8. */
void signet_cbor_put_text(signet_cbor_writer *w, const char *text);
void signet_cbor_put_bool(signet_cbor_writer *w, bool value);
/** The caller then writes count items (array) or count pairs (map). Keys of a
 * map must be given in bytewise order of their encodings: the caller's duty. */
void signet_cbor_put_array(signet_cbor_writer *w, size_t count);
void signet_cbor_put_map(signet_cbor_writer *w, size_t count);
void signet_cbor_put_tag(signet_cbor_writer *w, uint64_t tag);
/** Append bytes that are already encoded. */
void signet_cbor_put_encoded(signet_cbor_writer *w, signet_bytes item);

/**
 * @param[out] len  bytes written; also set on ERR_TOO_SMALL, to the need.
 * @retval SIGNET_ERR_TOO_SMALL  cap was less than the need.
 */
signet_status signet_cbor_writer_finish(const signet_cbor_writer *w,
                                        size_t *len);

typedef struct signet_cbor_reader {
    const uint8_t *ptr;
    const uint8_t *end;
    signet_status status;
} signet_cbor_reader;

typedef enum signet_cbor_type {
    SIGNET_CBOR_UINT = 0,
    SIGNET_CBOR_NEGATIVE = 1,
    SIGNET_CBOR_BYTES = 2,
    SIGNET_CBOR_TEXT = 3,
    SIGNET_CBOR_ARRAY = 4,
    SIGNET_CBOR_MAP = 5,
    SIGNET_CBOR_TAG = 6,
    SIGNET_CBOR_SIMPLE = 7,
    SIGNET_CBOR_END = 8 /**< nothing left, or an error stands */
} signet_cbor_type;

void signet_cbor_reader_init(signet_cbor_reader *r, signet_bytes input);

/** The type of the next item, without taking it. */
signet_cbor_type signet_cbor_peek(const signet_cbor_reader *r);

/**
 * Take the next item. On a wrong type, truncation or an encoding that is not
 * the shortest, the status becomes SIGNET_ERR_TYPE, _TRUNCATED or
 * _NON_CANONICAL and stays; values returned are then 0 or empty.
 */
uint64_t signet_cbor_get_uint(signet_cbor_reader *r);
int64_t signet_cbor_get_int(signet_cbor_reader *r);
bool signet_cbor_get_bool(signet_cbor_reader *r);
/** The view points into the input. */
signet_bytes signet_cbor_get_bytes(signet_cbor_reader *r);
signet_bytes signet_cbor_get_text(signet_cbor_reader *r);
/** At most max entries, else SIGNET_ERR_TOO_LARGE. */
size_t signet_cbor_get_array(signet_cbor_reader *r, size_t max);
size_t signet_cbor_get_map(signet_cbor_reader *r, size_t max);
uint64_t signet_cbor_get_tag(signet_cbor_reader *r);
/** Step over one item of any depth up to SIGNET_CBOR_MAX_DEPTH; its encoding
 * (checked like everything else) is returned. */
signet_bytes signet_cbor_skip(signet_cbor_reader *r);

/**
 * Take the next integer map key; it must be greater, in the deterministic
 * order, than *previous.
 *
 * @param[in,out] previous  the key before; call it first with
 *                          SIGNET_CBOR_NO_KEY.
 * Errors: SIGNET_ERR_DUPLICATE, SIGNET_ERR_NON_CANONICAL (order).
 */
#define SIGNET_CBOR_NO_KEY INT64_MIN
int64_t signet_cbor_get_key(signet_cbor_reader *r, int64_t *previous);

/** Set an error unless one stands already: for the caller's own checks. */
void signet_cbor_fail(signet_cbor_reader *r, signet_status status);

/** @retval SIGNET_ERR_TRAILING  bytes are left over. */
signet_status signet_cbor_reader_finish(const signet_cbor_reader *r);

#ifdef __cplusplus
}
#endif
#endif
