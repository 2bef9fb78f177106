/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include <string.h>

#include "cose_key.h"
#include "guard.h"
#include "hex.h"

#define MAX 512u

static const uint8_t payload_bytes[] = "what is signed";
static const uint8_t aad_bytes[] = "signet test 1";
static const signet_bytes payload = {payload_bytes, sizeof payload_bytes - 1};
static const signet_bytes aad = {aad_bytes, sizeof aad_bytes - 1};

static signet_key key;
static uint8_t public_key[64];

static int set_up(void **state)
{
    (void)state;
    key = cose_key(public_key);
    return 0;
}

static size_t make_sign1(uint8_t out[MAX])
{
    size_t len = 0;

    assert_int_equal(signet_cose_sign1(&key, aad, payload, out, MAX, &len),
                     SIGNET_OK);
    return len;
}

static signet_status open_copy(const uint8_t *object, size_t len)
{
    uint8_t *input = guard_copy(object, len);
    signet_bytes got = signet_view(input, 1);
    signet_status status =
        signet_cose_open1(signet_view(input, len), aad, public_key, &got);

    if (status == SIGNET_OK) {
        assert_true(signet_equal(got, payload));
        assert_true(got.ptr > input && got.ptr < input + len);
    } else {
        assert_null(got.ptr);
        assert_int_equal(got.len, 0);
    }
    guard_free(input, len);
    return status;
}

/* ---- key identifiers ---- */

/* By openssl: EC key of RFC 6979 A.2.5, -pubout -outform DER, sha256. */
static void names_a_key_by_its_spki(void **state)
{
    uint8_t expected[32];
    uint8_t digest[32];
    uint8_t kid[SIGNET_KID_SIZE];

    (void)state;
    (void)hex_decode("5a7a78cca4a0f420d9bc62bb669c3c27"
                     "59e39f723d3ae10dcbe0f0815a07ecd4",
                     expected, sizeof expected);
    assert_int_equal(signet_spki_digest(public_key, digest), SIGNET_OK);
    assert_memory_equal(digest, expected, sizeof digest);
    assert_int_equal(signet_kid(public_key, kid), SIGNET_OK);
    assert_memory_equal(kid, expected, sizeof kid);
}

/* ---- COSE_Sign1 ---- */

static void opens_what_it_signed(void **state)
{
    static const uint8_t opening[] = {0xD2, 0x84, 0x4D, 0xA2,
                                      0x01, 0x26, 0x04, 0x48};
    uint8_t object[MAX];
    size_t len = make_sign1(object);

    (void)state;
    assert_true(len <= payload.len + 100);
    assert_memory_equal(object, opening, sizeof opening);
    assert_int_equal(open_copy(object, len), SIGNET_OK);
}

static void signs_payloads_of_all_lengths(void **state)
{
    static uint8_t large[70000];
    static uint8_t object[sizeof large + 100];
    static const size_t lengths[] = {0,   1,   23,    24,    255,
                                     256, 257, 65535, 65536, sizeof large};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        signet_bytes got;
        size_t len = 0;

        assert_int_equal(signet_cose_sign1(&key, signet_view(NULL, 0),
                                           signet_view(large, lengths[i]),
                                           object, lengths[i] + 100, &len),
                         SIGNET_OK);
        assert_int_equal(signet_cose_open1(signet_view(object, len),
                                           signet_view(NULL, 0), public_key,
                                           &got),
                         SIGNET_OK);
        assert_int_equal(got.len, lengths[i]);
    }
}

static void tells_the_need(void **state)
{
    uint8_t object[MAX];
    size_t need = make_sign1(object);

    (void)state;
    for (size_t cap = 0; cap < need; cap++) {
        uint8_t *out = guard_new(cap);
        size_t len = 0;

        memset(out, 7, cap);
        assert_int_equal(signet_cose_sign1(&key, aad, payload, out, cap, &len),
                         SIGNET_ERR_TOO_SMALL);
        assert_int_equal(len, need);
        for (size_t i = 0; i < cap; i++) {
            assert_int_equal(out[i], 0);
        }
        guard_free(out, cap);
    }
}

static void refuses_every_truncation(void **state)
{
    uint8_t object[MAX];
    size_t len = make_sign1(object);

    (void)state;
    for (size_t cut = 0; cut < len; cut++) {
        assert_int_equal(open_copy(object, cut), SIGNET_ERR_TRUNCATED);
    }
    object[len] = 0;
    assert_int_equal(open_copy(object, len + 1), SIGNET_ERR_TRAILING);
}

static void refuses_every_flipped_bit(void **state)
{
    uint8_t object[MAX];
    size_t len = make_sign1(object);

    (void)state;
    for (size_t bit = 0; bit < 8 * len; bit++) {
        object[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(open_copy(object, len), SIGNET_OK);
        object[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(open_copy(object, len), SIGNET_OK);
}

static void another_purpose_or_key_does_not_open(void **state)
{
    uint8_t object[MAX];
    uint8_t other[64];
    size_t len = make_sign1(object);
    const signet_bytes input = signet_view(object, len);
    signet_cose_object parsed;
    signet_bytes got;

    (void)state;
    memcpy(other, public_key, sizeof other);
    other[40] ^= 1;
    assert_int_equal(signet_cose_open1(input, payload, public_key, &got),
                     SIGNET_ERR_SIGNATURE);
    assert_int_equal(
        signet_cose_open1(input, signet_view(NULL, 0), public_key, &got),
        SIGNET_ERR_SIGNATURE);
    assert_int_equal(signet_cose_open1(input, aad, other, &got),
                     SIGNET_ERR_KEY_ID);
    assert_int_equal(signet_cose_parse(input, &parsed), SIGNET_OK);
    assert_int_equal(signet_cose_verify(&parsed, 0, aad, public_key),
                     SIGNET_OK);
    assert_int_equal(signet_cose_verify(&parsed, 0, aad, other),
                     SIGNET_ERR_SIGNATURE);
    assert_int_equal(signet_cose_verify(&parsed, 1, aad, public_key),
                     SIGNET_ERR_ARGUMENT);
}

/* A key that fails, in each of its two uses. */
static signet_status no_key(void *ctx, uint32_t slot, uint8_t out[64])
{
    (void)ctx;
    (void)slot;
    (void)out;
    return SIGNET_ERR_KEY;
}

static signet_status some_key(void *ctx, uint32_t slot, uint8_t out[64])
{
    (void)ctx;
    (void)slot;
    memcpy(out, public_key, 64);
    return SIGNET_OK;
}

static signet_status no_signature(void *ctx, uint32_t slot,
                                  const uint8_t digest[32], uint8_t out[64])
{
    (void)ctx;
    (void)slot;
    (void)digest;
    (void)out;
    return SIGNET_ERR_CRYPTO;
}

static void passes_on_what_the_key_says(void **state)
{
    static const signet_key_ops absent = {NULL, no_signature, no_key, NULL};
    static const signet_key_ops broken = {NULL, no_signature, some_key, NULL};
    signet_key bad = {&absent, NULL, 0};
    uint8_t out[MAX];
    size_t len = 9;

    (void)state;
    assert_int_equal(signet_cose_sign1(&bad, aad, payload, out, MAX, &len),
                     SIGNET_ERR_KEY);
    assert_int_equal(len, 0);
    bad.ops = &broken;
    assert_int_equal(signet_cose_sign1(&bad, aad, payload, out, MAX, &len),
                     SIGNET_ERR_CRYPTO);
    assert_int_equal(len, 0);
}

/* ---- COSE_Sign ---- */

#define HEADER "4da20126044801020304050607ff"
#define HEADER_LMS "4ea201382d0448010203040506072e"

/* An unsigned COSE_Sign of count signatures, to be signed in place. */
static size_t make_sign(uint8_t out[MAX], size_t count)
{
    static const uint8_t zeros[64] = {0};
    uint8_t header[14];
    signet_cbor_writer w;
    size_t len = 0;

    (void)hex_decode(HEADER, header, sizeof header);
    signet_cbor_writer_init(&w, out, MAX);
    signet_cbor_put_tag(&w, 98);
    signet_cbor_put_array(&w, 4);
    signet_cbor_put_bytes(&w, signet_view(NULL, 0));
    signet_cbor_put_map(&w, 0);
    signet_cbor_put_bytes(&w, payload);
    signet_cbor_put_array(&w, count);
    for (size_t i = 0; i < count; i++) {
        header[13] = (uint8_t)i;
        signet_cbor_put_array(&w, 3);
        signet_cbor_put_encoded(&w, signet_view(header, sizeof header));
        signet_cbor_put_map(&w, 0);
        signet_cbor_put_bytes(&w, signet_view(zeros, sizeof zeros));
    }
    assert_int_equal(signet_cbor_writer_finish(&w, &len), SIGNET_OK);
    return len;
}

static void digest_of(const uint8_t *data, size_t len, uint8_t digest[32])
{
    signet_sha256 sha;

    assert_int_equal(signet_sha256_init(&sha), SIGNET_OK);
    assert_int_equal(signet_sha256_update(&sha, data, len), SIGNET_OK);
    assert_int_equal(signet_sha256_final(&sha, digest), SIGNET_OK);
}

static void sign_in_place(uint8_t *object, const signet_cose_object *parsed,
                          size_t i)
{
    uint8_t message[MAX];
    uint8_t digest[32];
    size_t len = 0;
    size_t at = (size_t)(parsed->signatures[i].signature.ptr - object);

    assert_int_equal(
        signet_cose_to_be_signed(parsed, i, aad, message, sizeof message, &len),
        SIGNET_OK);
    digest_of(message, len, digest);
    assert_int_equal(key.ops->sign(key.ctx, 0, digest, object + at), SIGNET_OK);
}

static void verifies_each_of_several_signatures(void **state)
{
    (void)state;
    for (size_t count = 1; count <= SIGNET_COSE_MAX_SIGNATURES; count++) {
        uint8_t object[MAX];
        signet_cose_object parsed;
        size_t len = make_sign(object, count);

        assert_int_equal(signet_cose_parse(signet_view(object, len), &parsed),
                         SIGNET_OK);
        assert_true(parsed.multiple);
        assert_int_equal(parsed.count, count);
        assert_true(signet_equal(parsed.payload, payload));
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(signet_cose_verify(&parsed, i, aad, public_key),
                             SIGNET_ERR_SIGNATURE);
            sign_in_place(object, &parsed, i);
            assert_int_equal(signet_cose_verify(&parsed, i, aad, public_key),
                             SIGNET_OK);
        }
        assert_int_equal(signet_cose_verify(&parsed, count, aad, public_key),
                         SIGNET_ERR_ARGUMENT);
    }
}

/* Signatures are bound to their own header: they cannot change places. */
static void signatures_do_not_change_places(void **state)
{
    uint8_t object[MAX];
    uint8_t first[64];
    signet_cose_object parsed;
    size_t len = make_sign(object, 2);

    (void)state;
    assert_int_equal(signet_cose_parse(signet_view(object, len), &parsed),
                     SIGNET_OK);
    sign_in_place(object, &parsed, 0);
    memcpy(first, parsed.signatures[0].signature.ptr, sizeof first);
    memcpy(object + (parsed.signatures[1].signature.ptr - object), first,
           sizeof first);
    assert_int_equal(signet_cose_verify(&parsed, 1, aad, public_key),
                     SIGNET_ERR_SIGNATURE);
}

static void a_sign_is_no_sign1(void **state)
{
    uint8_t object[MAX];
    signet_bytes got;
    size_t len = make_sign(object, 1);

    (void)state;
    assert_int_equal(
        signet_cose_open1(signet_view(object, len), aad, public_key, &got),
        SIGNET_ERR_TYPE);
}

/* COSE working group, Examples/sign1-tests/sign-pass-02.json: its protected
 * header, external_aad and payload give its ToBeSign_hex, and its signature
 * verifies. (As an object it is refused: kid stands in the open.) */
static void agrees_with_the_working_group(void **state)
{
    static const char object_hex[] =
        "d28443a10126a10442313154546869732069732074686520636f6e74656e742e5840"
        "10729cd711cb3813d8d8e944a8da7111e7b258c9bdca6135f7ae1adbee950989"
        "1267837e1e33bd36c150326ae62755c6bd8e540c3e8f92d7d225e8db72b8820b";
    static const char signed_hex[] =
        "846a5369676e61747572653143a101264c11aa22bb33cc44dd5500669954"
        "546869732069732074686520636f6e74656e742e";
    static const char key_hex[] =
        "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"
        "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";
    uint8_t object[MAX];
    uint8_t expected[MAX];
    uint8_t got[MAX];
    uint8_t their_key[64];
    uint8_t external[12];
    size_t len = hex_decode(object_hex, object, sizeof object);
    size_t signed_len = hex_decode(signed_hex, expected, sizeof expected);
    size_t got_len = 0;
    signet_cose_object parsed = {.count = 1};
    const signet_bytes their_aad = {external, sizeof external};

    (void)state;
    (void)hex_decode(key_hex, their_key, sizeof their_key);
    (void)hex_decode("11aa22bb33cc44dd55006699", external, sizeof external);
    parsed.body_protected = signet_view(object + 3, 3);
    parsed.payload = signet_view(object + 12, 20);
    parsed.signatures[0].algorithm = SIGNET_COSE_ES256;
    parsed.signatures[0].signature = signet_view(object + len - 64, 64);
    assert_int_equal(signet_cose_to_be_signed(&parsed, 0, their_aad, got,
                                              sizeof got, &got_len),
                     SIGNET_OK);
    assert_int_equal(got_len, signed_len);
    assert_memory_equal(got, expected, signed_len);
    assert_int_equal(signet_cose_verify(&parsed, 0, their_aad, their_key),
                     SIGNET_OK);
    assert_int_equal(signet_cose_parse(signet_view(object, len), &parsed),
                     SIGNET_ERR_RESERVED);
}

/* ---- structure ---- */

struct refusal {
    const char *what;
    const char *hex;
    signet_status status;
};

#define SIGN1(header, unprotected, rest) "d284" header unprotected rest
#define REST "41004100" /* a payload and a signature of one byte */

static const struct refusal refusals[] = {
    {"nothing", "-", SIGNET_ERR_TRUNCATED},
    {"no tag", "84" HEADER "a0" REST, SIGNET_ERR_TYPE},
    {"another tag", "d184" HEADER "a0" REST, SIGNET_ERR_TYPE},
    {"tag in a longer form", "d81284" HEADER "a0" REST,
     SIGNET_ERR_NON_CANONICAL},
    {"three entries", "d283" HEADER "a0" REST, SIGNET_ERR_TYPE},
    {"five entries", "d285" HEADER "a0" REST "00", SIGNET_ERR_TYPE},
    {"indefinite length", "d29f" HEADER "a0" REST "ff",
     SIGNET_ERR_NON_CANONICAL},
    {"something unprotected", SIGN1(HEADER, "a10126", REST),
     SIGNET_ERR_RESERVED},
    {"unprotected no map", SIGN1(HEADER, "80", REST), SIGNET_ERR_TYPE},
    {"detached payload", SIGN1(HEADER, "a0", "f64100"), SIGNET_ERR_TYPE},
    {"payload as text", SIGN1(HEADER, "a0", "61004100"), SIGNET_ERR_TYPE},
    {"empty header", SIGN1("40", "a0", REST), SIGNET_ERR_TRUNCATED},
    {"empty map", SIGN1("41a0", "a0", REST), SIGNET_ERR_MISSING},
    {"no kid", SIGN1("43a10126", "a0", REST), SIGNET_ERR_MISSING},
    {"no alg", SIGN1("4ba104480102030405060708", "a0", REST),
     SIGNET_ERR_MISSING},
    {"alg 0", SIGN1("4da20100044801020304050607ff", "a0", REST),
     SIGNET_ERR_MISSING},
    {"alg as text", SIGN1("4ea2016126044801020304050607ff", "a0", REST),
     SIGNET_ERR_TYPE},
    {"kid too short", SIGN1("4ca201260447010203040506ff", "a0", REST),
     SIGNET_ERR_TYPE},
    {"kid too long", SIGN1("4ea2012604490102030405060708ff", "a0", REST),
     SIGNET_ERR_TYPE},
    {"crit", SIGN1("50a30126028104044801020304050607ff", "a0", REST),
     SIGNET_ERR_UNKNOWN_CRITICAL},
    {"alg twice", SIGN1("4fa301260126044801020304050607ff", "a0", REST),
     SIGNET_ERR_DUPLICATE},
    {"kid before alg", SIGN1("4da2044801020304050607ff0126", "a0", REST),
     SIGNET_ERR_NON_CANONICAL},
    {"bytes behind the map",
     SIGN1("4ea20126044801020304050607ff00", "a0", REST), SIGNET_ERR_TRAILING},
    {"bytes behind the object", SIGN1(HEADER, "a0", REST "00"),
     SIGNET_ERR_TRAILING},
    {"no signature at all", "d8628440a0410080", SIGNET_ERR_MISSING},
    {"four signatures",
     "d8628440a0410084"
     "83" HEADER "a0410083" HEADER "a0410083" HEADER "a0410083" HEADER "a04100",
     SIGNET_ERR_TOO_LARGE},
    {"a body header", "d86284" HEADER "a041008183" HEADER "a04100",
     SIGNET_ERR_UNKNOWN_CRITICAL},
    {"a body header of an empty map", "d8628441a0a041008183" HEADER "a04100",
     SIGNET_ERR_UNKNOWN_CRITICAL},
    {"unprotected in a signature", "d8628440a041008183" HEADER "a101264100",
     SIGNET_ERR_RESERVED},
    {"a signature of two parts", "d8628440a041008182" HEADER "a0",
     SIGNET_ERR_TYPE},
};

static void refuses_other_structures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        uint8_t bytes[MAX];
        size_t len = hex_decode(refusals[i].hex, bytes, sizeof bytes);
        uint8_t *input = guard_copy(bytes, len);
        signet_cose_object parsed;
        signet_status status =
            signet_cose_parse(signet_view(input, len), &parsed);

        if (status != refusals[i].status) {
            fail_msg("%s: %s", refusals[i].what, signet_status_name(status));
        }
        assert_int_equal(parsed.count, 0);
        assert_null(parsed.payload.ptr);
        guard_free(input, len);
    }
}

static signet_status verify_hex(const char *hex)
{
    uint8_t bytes[MAX];
    size_t len = hex_decode(hex, bytes, sizeof bytes);
    signet_cose_object parsed;

    assert_int_equal(signet_cose_parse(signet_view(bytes, len), &parsed),
                     SIGNET_OK);
    return signet_cose_verify(&parsed, 0, aad, public_key);
}

static void verifies_es256_of_64_bytes_only(void **state)
{
    (void)state;
    assert_int_equal(verify_hex(SIGN1(HEADER_LMS, "a0", REST)),
                     SIGNET_ERR_ALGORITHM);
    assert_int_equal(verify_hex(SIGN1(HEADER, "a0", REST)),
                     SIGNET_ERR_SIGNATURE);
    assert_int_equal(verify_hex(SIGN1(HEADER, "a0", "410040")),
                     SIGNET_ERR_SIGNATURE);
}

static void to_be_signed_tells_the_need(void **state)
{
    uint8_t object[MAX];
    uint8_t out[MAX];
    signet_cose_object parsed;
    size_t need = 0;
    size_t len = make_sign1(object);

    (void)state;
    assert_int_equal(signet_cose_parse(signet_view(object, len), &parsed),
                     SIGNET_OK);
    assert_int_equal(
        signet_cose_to_be_signed(&parsed, 0, aad, out, sizeof out, &need),
        SIGNET_OK);
    assert_int_equal(
        signet_cose_to_be_signed(&parsed, 0, aad, out, need - 1, &len),
        SIGNET_ERR_TOO_SMALL);
    assert_int_equal(len, need);
    assert_int_equal(
        signet_cose_to_be_signed(&parsed, 1, aad, out, sizeof out, &len),
        SIGNET_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_a_key_by_its_spki),
        cmocka_unit_test(opens_what_it_signed),
        cmocka_unit_test(signs_payloads_of_all_lengths),
        cmocka_unit_test(tells_the_need),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(refuses_every_flipped_bit),
        cmocka_unit_test(another_purpose_or_key_does_not_open),
        cmocka_unit_test(passes_on_what_the_key_says),
        cmocka_unit_test(verifies_each_of_several_signatures),
        cmocka_unit_test(signatures_do_not_change_places),
        cmocka_unit_test(a_sign_is_no_sign1),
        cmocka_unit_test(agrees_with_the_working_group),
        cmocka_unit_test(refuses_other_structures),
        cmocka_unit_test(verifies_es256_of_64_bytes_only),
        cmocka_unit_test(to_be_signed_tells_the_need),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
