/* SPDX-License-Identifier: MIT */
/* COSE: what parses, written again from its parts, is the input, and only
 * what the key signed opens. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "signet/cose.h"

/* The private key 1, and so the base point. */
static const uint8_t private_key[32] = {[31] = 1};
static uint8_t public_key[64];
static const signet_bytes aad = {(const uint8_t *)SIGNET_AAD_EVIDENCE,
                                 sizeof SIGNET_AAD_EVIDENCE - 1};
static const uint8_t payload[] = "signed once, at the start";

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static signet_status sign(void *ctx, uint32_t slot, const uint8_t digest[32],
                          uint8_t signature[64])
{
    (void)ctx;
    (void)slot;
    /* By RFC 6979, so that the seed is the same each time. */
    return signet_p256_sign(private_key, digest, NULL, signature);
}

static signet_status public_part(void *ctx, uint32_t slot, uint8_t key[64])
{
    (void)ctx;
    (void)slot;
    return signet_p256_public(private_key, key);
}

static void put_signature(signet_cbor_writer *w,
                          const signet_cose_signature *signature)
{
    signet_cbor_put_array(w, 3);
    signet_cbor_put_bytes(w, signature->protected_header);
    signet_cbor_put_map(w, 0);
    signet_cbor_put_bytes(w, signature->signature);
}

static void put_object(signet_cbor_writer *w, const signet_cose_object *object)
{
    signet_cbor_put_tag(w, object->multiple ? 98 : 18);
    signet_cbor_put_array(w, 4);
    signet_cbor_put_bytes(w, object->body_protected);
    signet_cbor_put_map(w, 0);
    signet_cbor_put_bytes(w, object->payload);
    if (!object->multiple) {
        signet_cbor_put_bytes(w, object->signatures[0].signature);
        return;
    }
    signet_cbor_put_array(w, object->count);
    for (size_t i = 0; i < object->count; i++) {
        put_signature(w, &object->signatures[i]);
    }
}

static void check(const signet_cose_object *object, signet_bytes input)
{
    static uint8_t out[65536];
    signet_cbor_writer w;
    size_t len = 0;

    must(object->count >= 1 && object->count <= SIGNET_COSE_MAX_SIGNATURES);
    for (size_t i = 0; i < object->count; i++) {
        must(object->signatures[i].kid.len == SIGNET_KID_SIZE);
        must(object->signatures[i].algorithm != 0);
        (void)signet_cose_to_be_signed(object, i, aad, out, sizeof out, &len);
    }
    signet_cbor_writer_init(&w, out, sizeof out);
    put_object(&w, object);
    if (signet_cbor_writer_finish(&w, &len) == SIGNET_OK) {
        must(signet_equal(signet_view(out, len), input));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const signet_bytes input = signet_view(data, size);
    const signet_bytes signed_once = signet_view(payload, sizeof payload);
    signet_cose_object object;
    signet_bytes got;

    if (signet_cose_parse(input, &object) == SIGNET_OK) {
        check(&object, input);
    }
    (void)signet_p256_public(private_key, public_key);
    if (signet_cose_open1(input, aad, public_key, &got) == SIGNET_OK) {
        must(signet_equal(got, signed_once));
    }
    return 0;
}

#define HEADER "4da20126044801020304050607ff"

size_t fuzz_seed(unsigned n, uint8_t *out)
{
    static const signet_key_ops ops = {NULL, sign, public_part, NULL};
    static const signet_key key = {&ops, NULL, 0};
    static const char *const seeds[] = {
        "d284" HEADER "a043010203420405",
        "d8628440a041008183" HEADER "a04100",
        "d8628440a041008283" HEADER "a0410083" HEADER "a04100",
    };
    size_t len = 0;

    if (n < sizeof seeds / sizeof seeds[0]) {
        return hex_decode(seeds[n], out, FUZZ_SEED_MAX);
    }
    if (n > sizeof seeds / sizeof seeds[0] ||
        signet_cose_sign1(&key, aad, signet_view(payload, sizeof payload), out,
                          FUZZ_SEED_MAX, &len) != SIGNET_OK) {
        return 0;
    }
    return len;
}
