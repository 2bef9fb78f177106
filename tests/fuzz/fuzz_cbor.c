/* SPDX-License-Identifier: MIT */
/* CBOR: what the reader accepts, written again, is the input: there is one
 * encoding. What it steps over as one item lies inside the input and is, alone,
 * one item. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "signet/cbor.h"

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static void copy_text(signet_cbor_reader *r, signet_cbor_writer *w)
{
    char text[FUZZ_SEED_MAX + 17];
    signet_bytes body = signet_cbor_get_text(r);

    if (body.len >= sizeof text ||
        (body.len > 0 && memchr(body.ptr, 0, body.len) != NULL)) {
        signet_cbor_fail(r, SIGNET_ERR_UNSUPPORTED); /* no C string */
        return;
    }
    if (body.len > 0) {
        memcpy(text, body.ptr, body.len);
    }
    text[body.len] = '\0';
    signet_cbor_put_text(w, text);
}

/* Containers need no stack here: their heads and contents follow one another
 * in both. */
static void copy_one(signet_cbor_reader *r, signet_cbor_writer *w)
{
    switch (signet_cbor_peek(r)) {
    case SIGNET_CBOR_UINT:
        signet_cbor_put_uint(w, signet_cbor_get_uint(r));
        break;
    case SIGNET_CBOR_NEGATIVE:
        signet_cbor_put_int(w, signet_cbor_get_int(r));
        break;
    case SIGNET_CBOR_BYTES:
        signet_cbor_put_bytes(w, signet_cbor_get_bytes(r));
        break;
    case SIGNET_CBOR_TEXT:
        copy_text(r, w);
        break;
    case SIGNET_CBOR_ARRAY:
        signet_cbor_put_array(w, signet_cbor_get_array(r, SIZE_MAX));
        break;
    case SIGNET_CBOR_MAP:
        signet_cbor_put_map(w, signet_cbor_get_map(r, SIZE_MAX));
        break;
    case SIGNET_CBOR_TAG:
        signet_cbor_put_tag(w, signet_cbor_get_tag(r));
        break;
    default:
        signet_cbor_put_bool(w, signet_cbor_get_bool(r));
        break;
    }
}

static void copy_all(const uint8_t *data, size_t size)
{
    static uint8_t out[65536];
    signet_cbor_reader r;
    signet_cbor_writer w;
    size_t len = 0;

    if (size > sizeof out) {
        return;
    }
    signet_cbor_reader_init(&r, signet_view(data, size));
    signet_cbor_writer_init(&w, out, sizeof out);
    while (signet_cbor_peek(&r) != SIGNET_CBOR_END) {
        copy_one(&r, &w);
    }
    if (signet_cbor_reader_finish(&r) == SIGNET_OK) {
        must(signet_cbor_writer_finish(&w, &len) == SIGNET_OK);
        must(len == size && (size == 0 || memcmp(out, data, size) == 0));
    }
}

static void skip_all(const uint8_t *data, size_t size)
{
    signet_cbor_reader r;

    signet_cbor_reader_init(&r, signet_view(data, size));
    while (signet_cbor_peek(&r) != SIGNET_CBOR_END) {
        signet_bytes item = signet_cbor_skip(&r);
        signet_cbor_reader again;

        if (r.status != SIGNET_OK) {
            must(item.len == 0);
            return;
        }
        must(item.len > 0 && item.ptr >= data &&
             item.ptr + item.len <= data + size);
        signet_cbor_reader_init(&again, item);
        must(signet_cbor_skip(&again).len == item.len);
        must(signet_cbor_reader_finish(&again) == SIGNET_OK);
    }
}

static void read_keys(const uint8_t *data, size_t size)
{
    signet_cbor_reader r;
    int64_t previous = SIGNET_CBOR_NO_KEY;

    signet_cbor_reader_init(&r, signet_view(data, size));
    while (signet_cbor_peek(&r) != SIGNET_CBOR_END) {
        int64_t before = previous;
        int64_t key = signet_cbor_get_key(&r, &previous);

        if (r.status == SIGNET_OK) {
            must(key == previous && key != before);
            must(before == SIGNET_CBOR_NO_KEY || (key < 0 && before >= 0) ||
                 (key < 0) == (key < before));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    copy_all(data, size);
    skip_all(data, size);
    read_keys(data, size);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out)
{
    static const char *const seeds[] = {
        "a3010203416104820102",
        "a50118180242aabb036268690482f53901f320d200",
        "a2181800200f",
        "8181818181818180",
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        "a56161614161626142616361436164614461656145",
        "d818456449455446",
        "c1c1c1c1c1c1c1c100",
        "1b7fffffffffffffff",
        "3b7fffffffffffffff",
        "00011718181903e8202138631901f439ffff",
        "8301820203820405",
    };

    if (n >= sizeof seeds / sizeof seeds[0]) {
        return 0;
    }
    return hex_decode(seeds[n], out, FUZZ_SEED_MAX);
}
