/* SPDX-License-Identifier: MIT */
#include "signet/cbor.h"

#include "cbor_take.h"

#define SIMPLE_FALSE 20u
#define SIMPLE_TRUE 21u

void signet_cbor_reader_init(signet_cbor_reader *r, signet_bytes input)
{
    r->ptr = input.ptr;
    /* NULL + 0 is undefined in C. */
    r->end = input.len > 0 ? input.ptr + input.len : input.ptr;
    r->status = SIGNET_OK;
}

void signet_cbor_fail(signet_cbor_reader *r, signet_status status)
{
    if (r->status == SIGNET_OK) {
        r->status = status;
    }
}

signet_cbor_type signet_cbor_peek(const signet_cbor_reader *r)
{
    if (r->status != SIGNET_OK || r->ptr == r->end) {
        return SIGNET_CBOR_END;
    }
    return (signet_cbor_type)(*r->ptr >> 5);
}

static size_t left(const signet_cbor_reader *r)
{
    return (size_t)(r->end - r->ptr);
}

/* The argument that follows the initial byte in 1, 2, 4 or 8 bytes: the status
 * is an error when it is cut short or would fit a shorter head. */
static signet_status long_argument(const signet_cbor_reader *r, unsigned info,
                                   uint64_t *argument)
{
    static const uint64_t least[4] = {24, 0x100, 0x10000, 0x100000000};
    size_t len = (size_t)1 << (info - 24);

    if (left(r) - 1 < len) {
        return SIGNET_ERR_TRUNCATED;
    }
    *argument = 0;
    for (size_t i = 1; i <= len; i++) {
        *argument = *argument << 8 | r->ptr[i];
    }
    return *argument < least[info - 24] ? SIGNET_ERR_NON_CANONICAL : SIGNET_OK;
}

bool signet_cbor_take_head(signet_cbor_reader *r, uint64_t *argument)
{
    unsigned info = 0;
    signet_status status = SIGNET_OK;
    size_t len = 1;

    *argument = 0;
    if (signet_cbor_peek(r) == SIGNET_CBOR_END) {
        signet_cbor_fail(r, SIGNET_ERR_TRUNCATED);
        return false;
    }
    info = *r->ptr & 31u;
    if (signet_cbor_peek(r) == SIGNET_CBOR_SIMPLE && info != SIMPLE_FALSE &&
        info != SIMPLE_TRUE) {
        status = SIGNET_ERR_TYPE; /* floats, null, undefined, unassigned */
    } else if (info > 27) {
        status = SIGNET_ERR_NON_CANONICAL; /* indefinite length, reserved */
    } else if (info >= 24) {
        status = long_argument(r, info, argument);
        len += (size_t)1 << (info - 24);
    } else {
        *argument = info;
    }
    if (status != SIGNET_OK) {
        *argument = 0;
        signet_cbor_fail(r, status);
        return false;
    }
    r->ptr += len;
    return true;
}

bool signet_cbor_take_body(signet_cbor_reader *r, uint64_t len,
                           signet_bytes *body)
{
    if (len > left(r)) {
        signet_cbor_fail(r, SIGNET_ERR_TRUNCATED);
        return false;
    }
    *body = signet_view(r->ptr, (size_t)len);
    r->ptr += (size_t)len;
    return true;
}

/* Take a head of one type; 0 with an error standing for anything else. */
static uint64_t take(signet_cbor_reader *r, signet_cbor_type type)
{
    uint64_t argument = 0;
    signet_cbor_type next = signet_cbor_peek(r);

    if (next != type && next != SIGNET_CBOR_END) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
    (void)signet_cbor_take_head(r, &argument);
    return argument;
}

uint64_t signet_cbor_get_uint(signet_cbor_reader *r)
{
    return take(r, SIGNET_CBOR_UINT);
}

int64_t signet_cbor_get_int(signet_cbor_reader *r)
{
    bool negative = signet_cbor_peek(r) == SIGNET_CBOR_NEGATIVE;
    uint64_t value =
        take(r, negative ? SIGNET_CBOR_NEGATIVE : SIGNET_CBOR_UINT);

    if (r->status != SIGNET_OK) {
        return 0;
    }
    if (value > INT64_MAX) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
        return 0;
    }
    return negative ? -1 - (int64_t)value : (int64_t)value;
}

bool signet_cbor_get_bool(signet_cbor_reader *r)
{
    return take(r, SIGNET_CBOR_SIMPLE) == SIMPLE_TRUE;
}

static signet_bytes get_string(signet_cbor_reader *r, signet_cbor_type type)
{
    signet_bytes body = signet_view(NULL, 0);
    uint64_t len = take(r, type);

    if (r->status == SIGNET_OK) {
        (void)signet_cbor_take_body(r, len, &body);
    }
    return body;
}

signet_bytes signet_cbor_get_bytes(signet_cbor_reader *r)
{
    return get_string(r, SIGNET_CBOR_BYTES);
}

signet_bytes signet_cbor_get_text(signet_cbor_reader *r)
{
    return get_string(r, SIGNET_CBOR_TEXT);
}

/* Every entry takes at least entry_size bytes: a count that the rest of the
 * input cannot hold is refused before anyone loops over it. */
static size_t get_count(signet_cbor_reader *r, signet_cbor_type type,
                        size_t max, size_t entry_size)
{
    uint64_t count = take(r, type);

    if (count > max) {
        signet_cbor_fail(r, SIGNET_ERR_TOO_LARGE);
        return 0;
    }
    if (count > left(r) / entry_size) {
        signet_cbor_fail(r, SIGNET_ERR_TRUNCATED);
        return 0;
    }
    return (size_t)count;
}

size_t signet_cbor_get_array(signet_cbor_reader *r, size_t max)
{
    return get_count(r, SIGNET_CBOR_ARRAY, max, 1);
}

size_t signet_cbor_get_map(signet_cbor_reader *r, size_t max)
{
    return get_count(r, SIGNET_CBOR_MAP, max, 2);
}

uint64_t signet_cbor_get_tag(signet_cbor_reader *r)
{
    return take(r, SIGNET_CBOR_TAG);
}

/* Bytewise order of the encodings: 0, 1, 2 .. then -1, -2, -3 .. */
static bool in_order(int64_t previous, int64_t key)
{
    if (previous >= 0) {
        return key > previous || key < 0;
    }
    return key < previous;
}

int64_t signet_cbor_get_key(signet_cbor_reader *r, int64_t *previous)
{
    int64_t key = signet_cbor_get_int(r);

    if (r->status != SIGNET_OK) {
        return 0;
    }
    if (key == SIGNET_CBOR_NO_KEY) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
        return 0;
    }
    if (*previous != SIGNET_CBOR_NO_KEY && !in_order(*previous, key)) {
        signet_cbor_fail(r, key == *previous ? SIGNET_ERR_DUPLICATE
                                             : SIGNET_ERR_NON_CANONICAL);
        return 0;
    }
    *previous = key;
    return key;
}

signet_status signet_cbor_reader_finish(const signet_cbor_reader *r)
{
    if (r->status == SIGNET_OK && r->ptr != r->end) {
        return SIGNET_ERR_TRAILING;
    }
    return r->status;
}
