/* SPDX-License-Identifier: MIT */
#include "signet/cbor.h"

#include <string.h>

#include "cbor_take.h"

/** An array, map or tag that has been entered and not yet left. */
struct frame {
    uint64_t left;         /* items still to come; of a map, keys and values */
    signet_bytes last_key; /* of a map: the encoding of the key before */
    bool map;
};

/** What has been entered, outermost first: skip's own stack, so that hostile
 * nesting cannot deepen the machine's. */
struct nest {
    struct frame frames[SIGNET_CBOR_MAX_DEPTH];
    size_t depth;
};

static void enter(signet_cbor_reader *r, struct nest *nest, uint64_t items,
                  bool map)
{
    struct frame *frame = NULL;

    if (items > (uint64_t)(r->end - r->ptr)) {
        signet_cbor_fail(r, SIGNET_ERR_TRUNCATED);
        return;
    }
    if (nest->depth == SIGNET_CBOR_MAX_DEPTH) {
        signet_cbor_fail(r, SIGNET_ERR_TOO_LARGE);
        return;
    }
    frame = &nest->frames[nest->depth++];
    frame->left = items;
    frame->last_key = signet_view(NULL, 0);
    frame->map = map;
}

/* Deterministic encodings are prefix-free: comparing the shorter length is
 * comparing them whole. */
static void check_key(signet_cbor_reader *r, struct frame *map,
                      signet_bytes key)
{
    size_t len = key.len < map->last_key.len ? key.len : map->last_key.len;
    int order = len > 0 ? memcmp(map->last_key.ptr, key.ptr, len) : -1;

    if (order == 0) {
        signet_cbor_fail(r, SIGNET_ERR_DUPLICATE);
    } else if (order > 0) {
        signet_cbor_fail(r, SIGNET_ERR_NON_CANONICAL);
    }
    map->last_key = key;
}

static void skip_key(signet_cbor_reader *r, struct frame *map)
{
    signet_cbor_type type = signet_cbor_peek(r);
    signet_bytes body = signet_view(NULL, 0);
    const uint8_t *start = r->ptr;
    uint64_t argument = 0;

    if (type > SIGNET_CBOR_TEXT && type != SIGNET_CBOR_END) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE); /* integers and strings only */
    }
    if (!signet_cbor_take_head(r, &argument)) {
        return;
    }
    if (type >= SIGNET_CBOR_BYTES &&
        !signet_cbor_take_body(r, argument, &body)) {
        return;
    }
    check_key(r, map, signet_view(start, (size_t)(r->ptr - start)));
}

static void skip_value(signet_cbor_reader *r, struct nest *nest)
{
    signet_cbor_type type = signet_cbor_peek(r);
    signet_bytes body = signet_view(NULL, 0);
    uint64_t argument = 0;

    if (!signet_cbor_take_head(r, &argument)) {
        return;
    }
    switch (type) {
    case SIGNET_CBOR_BYTES:
    case SIGNET_CBOR_TEXT:
        (void)signet_cbor_take_body(r, argument, &body);
        break;
    case SIGNET_CBOR_ARRAY:
        enter(r, nest, argument, false);
        break;
    case SIGNET_CBOR_MAP:
        /* An overflowing double would not fit the input either. */
        enter(r, nest, argument > UINT32_MAX ? UINT64_MAX : argument * 2, true);
        break;
    case SIGNET_CBOR_TAG:
        enter(r, nest, 1, false);
        break;
    default:
        break;
    }
}

/* Leave every container that has been read to its end. */
static void leave(struct nest *nest)
{
    while (nest->depth > 0 && nest->frames[nest->depth - 1].left == 0) {
        nest->depth--;
    }
}

signet_bytes signet_cbor_skip(signet_cbor_reader *r)
{
    struct nest nest = {.depth = 0};
    const uint8_t *start = r->ptr;

    skip_value(r, &nest);
    leave(&nest);
    while (nest.depth > 0 && r->status == SIGNET_OK) {
        struct frame *top = &nest.frames[nest.depth - 1];
        bool key = top->map && top->left % 2 == 0;

        top->left--;
        if (key) {
            skip_key(r, top);
        } else {
            skip_value(r, &nest);
        }
        leave(&nest);
    }
    if (r->status != SIGNET_OK) {
        return signet_view(NULL, 0);
    }
    return signet_view(start, (size_t)(r->ptr - start));
}
