/* SPDX-License-Identifier: MIT */
/*
 * The clauses CRYPTO-1 to CRYPTO-8 of signet/port/crypto.h, run against
 * whichever crypto port is linked.
 */
#include "signet/port/crypto.h"

#include "test_port_crypto_file.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- CRYPTO-1: SHA-256 --------------------------------------------------- */

static void digest_of(signet_bytes message, size_t split, uint8_t out[32])
{
    signet_sha256 ctx;
    assert_int_equal(signet_sha256_init(&ctx), SIGNET_OK);
    assert_int_equal(signet_sha256_update(&ctx, message.ptr, split), SIGNET_OK);
    assert_int_equal(
        signet_sha256_update(&ctx, message.ptr + split, message.len - split),
        SIGNET_OK);
    assert_int_equal(signet_sha256_final(&ctx, out), SIGNET_OK);
}

static void monte_carlo(const uint8_t seed[32], const uint8_t last[32])
{
    uint8_t md[3][32];
    uint8_t next[32];
    memcpy(next, seed, sizeof(next));
    for (int outer = 0; outer < 100; outer++) {
        for (int i = 0; i < 3; i++) {
            memcpy(md[i], next, 32);
        }
        for (int inner = 0; inner < 1000; inner++) {
            digest_of(signet_view(md[0], sizeof(md)), 0, next);
            memmove(md[0], md[1], 64);
            memcpy(md[2], next, 32);
        }
    }
    assert_memory_equal(next, last, 32);
}

static void check_sha256(const record *r)
{
    uint8_t digest[32];
    if (record_text(r, "Seed") != NULL) {
        monte_carlo(record_fixed(r, "Seed", 32), record_fixed(r, "MD99", 32));
        return;
    }
    signet_bytes message = record_bytes(r, "Msg");
    for (size_t split = 0; split <= message.len; split++) {
        digest_of(message, split, digest);
        assert_memory_equal(digest, record_fixed(r, "MD", 32), 32);
    }
}

static void test_sha256(void **state)
{
    (void)state;
    record_each("sha256.rsp", check_sha256);
}

/* FIPS 180-2 Appendix B.3: a million times 'a'; here in uneven pieces. */
static void test_sha256_long(void **state)
{
    static const uint8_t expected[32] = {
        0xcd, 0xc7, 0x6e, 0x5c, 0x99, 0x14, 0xfb, 0x92, 0x81, 0xa1, 0xc7,
        0xe2, 0x84, 0xd7, 0x3e, 0x67, 0xf1, 0x80, 0x9a, 0x48, 0xa4, 0x97,
        0x20, 0x0e, 0x04, 0x6d, 0x39, 0xcc, 0xc7, 0x11, 0x2c, 0xd0};
    uint8_t piece[997];
    uint8_t digest[32];
    signet_sha256 ctx;
    (void)state;
    memset(piece, 'a', sizeof(piece));
    assert_int_equal(signet_sha256_init(&ctx), SIGNET_OK);
    for (size_t left = 1000000; left > 0;) {
        size_t len = left < sizeof(piece) ? left : sizeof(piece);
        assert_int_equal(signet_sha256_update(&ctx, piece, len), SIGNET_OK);
        left -= len;
    }
    assert_int_equal(signet_sha256_final(&ctx, digest), SIGNET_OK);
    assert_memory_equal(digest, expected, 32);
}

/* A context copied between init and final goes on by itself, and so do two
 * that are used in turns. */
static void test_sha256_copy(void **state)
{
    uint8_t message[100] = {1, 2, 3};
    uint8_t whole[32];
    uint8_t a[32];
    uint8_t b[32];
    signet_sha256 first;
    (void)state;
    digest_of(signet_view(message, sizeof(message)), 70, whole);
    assert_int_equal(signet_sha256_init(&first), SIGNET_OK);
    assert_int_equal(signet_sha256_update(&first, message, 70), SIGNET_OK);
    signet_sha256 second = first;
    assert_int_equal(signet_sha256_update(&first, message + 70, 30), SIGNET_OK);
    assert_int_equal(signet_sha256_update(&second, message, 1), SIGNET_OK);
    assert_int_equal(signet_sha256_final(&first, a), SIGNET_OK);
    assert_int_equal(signet_sha256_final(&second, b), SIGNET_OK);
    assert_memory_equal(a, whole, 32);
    assert_memory_not_equal(b, whole, 32);
}

/* ---- CRYPTO-2, CRYPTO-3: HMAC and HKDF ----------------------------------- */

static void check_hmac(const record *r)
{
    uint8_t mac[32];
    assert_int_equal(
        signet_hmac_sha256(record_bytes(r, "Key"), record_bytes(r, "Msg"), mac),
        SIGNET_OK);
    assert_memory_equal(mac, record_fixed(r, "Mac", 32), 32);
}

static void test_hmac(void **state)
{
    (void)state;
    record_each("hmac_sha256.rsp", check_hmac);
}

/* HMAC of nothing under nothing, a value that every library agrees on. */
static void test_hmac_empty(void **state)
{
    static const uint8_t expected[32] = {
        0xb6, 0x13, 0x67, 0x9a, 0x08, 0x14, 0xd9, 0xec, 0x77, 0x2f, 0x95,
        0xd7, 0x78, 0xc3, 0x5f, 0xc5, 0xff, 0x16, 0x97, 0xc4, 0x93, 0x71,
        0x56, 0x53, 0xc6, 0xc7, 0x12, 0x14, 0x42, 0x92, 0xc5, 0xad};
    uint8_t mac[32];
    (void)state;
    assert_int_equal(
        signet_hmac_sha256(signet_view(NULL, 0), signet_view(NULL, 0), mac),
        SIGNET_OK);
    assert_memory_equal(mac, expected, 32);
}

static void check_hkdf(const record *r)
{
    uint8_t out[128];
    signet_bytes expected = record_bytes(r, "OKM");
    memset(out, 0xee, sizeof(out));
    assert_int_equal(
        signet_hkdf_sha256(record_bytes(r, "Salt"), record_bytes(r, "IKM"),
                           record_bytes(r, "Info"), out, expected.len),
        SIGNET_OK);
    assert_memory_equal(out, expected.ptr, expected.len);
    assert_int_equal(out[expected.len], 0xee);
}

static void test_hkdf(void **state)
{
    (void)state;
    record_each("hkdf_sha256.rsp", check_hkdf);
}

static void test_hkdf_lengths(void **state)
{
    uint8_t ikm[4] = {1, 2, 3, 4};
    uint8_t *out = malloc(8161);
    signet_bytes none = {NULL, 0};
    signet_bytes in = {ikm, sizeof(ikm)};
    (void)state;
    assert_non_null(out);
    assert_int_equal(signet_hkdf_sha256(none, in, none, out, 8160), SIGNET_OK);
    assert_int_equal(signet_hkdf_sha256(none, in, none, out, 8161),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signet_hkdf_sha256(none, in, none, out, 0),
                     SIGNET_ERR_ARGUMENT);
    free(out);
}

/* ---- CRYPTO-4, CRYPTO-5: AES-128-GCM ------------------------------------- */

static void refuse_each_bit(const record *r, const uint8_t *key,
                            const uint8_t *nonce)
{
    uint8_t out[64];
    uint8_t in[64];
    uint8_t tag[16];
    signet_bytes text = record_bytes(r, "CT");
    for (size_t bit = 0; bit < 8 * (text.len + sizeof(tag)); bit++) {
        memcpy(in, text.ptr, text.len);
        memcpy(tag, record_fixed(r, "Tag", 16), 16);
        uint8_t *at =
            bit / 8 < text.len ? in + bit / 8 : tag + (bit / 8 - text.len);
        *at ^= (uint8_t)(1u << bit % 8);
        memset(out, 0xee, sizeof(out));
        assert_int_equal(
            signet_aes128_gcm_open(key, nonce, record_bytes(r, "AAD"),
                                   signet_view(in, text.len), tag, out),
            SIGNET_ERR_SIGNATURE);
        for (size_t i = 0; i < text.len; i++) {
            assert_int_equal(out[i], 0);
        }
    }
}

static void check_gcm(const record *r)
{
    uint8_t buffer[64];
    uint8_t tag[16];
    signet_bytes plain = record_bytes(r, "PT");
    signet_bytes aad = record_bytes(r, "AAD");
    const uint8_t *key = record_fixed(r, "Key", 16);
    const uint8_t *nonce = record_fixed(r, "IV", 12);
    /* In place, as the header allows. */
    memcpy(buffer, plain.ptr, plain.len);
    signet_bytes in = {buffer, plain.len};
    assert_int_equal(signet_aes128_gcm_seal(key, nonce, aad, in, buffer, tag),
                     SIGNET_OK);
    assert_memory_equal(buffer, record_fixed(r, "CT", plain.len), plain.len);
    assert_memory_equal(tag, record_fixed(r, "Tag", 16), 16);
    assert_int_equal(signet_aes128_gcm_open(key, nonce, aad, in, tag, buffer),
                     SIGNET_OK);
    assert_memory_equal(buffer, plain.ptr, plain.len);
    refuse_each_bit(r, key, nonce);
}

static void test_gcm(void **state)
{
    (void)state;
    record_each("aes128_gcm.rsp", check_gcm);
}

static void test_gcm_empty(void **state)
{
    uint8_t key[16] = {0};
    uint8_t nonce[12] = {0};
    uint8_t tag[16];
    uint8_t nothing;
    signet_bytes none = {NULL, 0};
    (void)state;
    assert_int_equal(
        signet_aes128_gcm_seal(key, nonce, none, none, &nothing, tag),
        SIGNET_OK);
    assert_int_equal(
        signet_aes128_gcm_open(key, nonce, none, none, tag, &nothing),
        SIGNET_OK);
}

/* ---- CRYPTO-6: verification ---------------------------------------------- */

static void check_verify(const record *r)
{
    signet_status status = signet_p256_verify(record_fixed(r, "Q", 64),
                                              record_fixed(r, "Digest", 32),
                                              record_fixed(r, "Sig", 64));
    signet_status expected = strcmp(record_text(r, "Result"), "valid") == 0
                                 ? SIGNET_OK
                                 : SIGNET_ERR_SIGNATURE;
    if (status != expected) {
        fail_msg("%s: %d", record_text(r, "Comment"), status);
    }
}

static void test_verify(void **state)
{
    (void)state;
    record_each("p256_verify.rsp", check_verify);
}

static void flip(uint8_t *bytes, size_t bit)
{
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void refuse_changes(const record *r)
{
    /* key | digest | signature */
    uint8_t all[160];
    memcpy(all, record_fixed(r, "Q", 64), 64);
    memcpy(all + 64, record_fixed(r, "Digest", 32), 32);
    memcpy(all + 96, record_fixed(r, "Sig", 64), 64);
    for (size_t bit = 0; bit < 8 * sizeof(all); bit++) {
        flip(all, bit);
        assert_int_equal(signet_p256_verify(all, all + 64, all + 96),
                         SIGNET_ERR_SIGNATURE);
        flip(all, bit);
    }
    assert_int_equal(signet_p256_verify(all, all + 64, all + 96), SIGNET_OK);
}

static void check_changes(const record *r)
{
    if (strstr(record_text(r, "Comment"), "sample") != NULL) {
        refuse_changes(r);
    }
}

static void test_verify_each_bit(void **state)
{
    (void)state;
    record_each("p256_sign.rsp", check_changes);
}

/* Every pair of values at the edges of the allowed range, both forbidden and
 * allowed ones: none verifies under an honest key. */
static void test_verify_ranges(void **state)
{
    static const char *const edges[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552",
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
    const size_t count = sizeof(edges) / sizeof(edges[0]);
    uint8_t d[32] = {7};
    uint8_t key[64];
    uint8_t digest[32] = {0};
    uint8_t signature[64];
    (void)state;
    assert_int_equal(signet_p256_public(d, key), SIGNET_OK);
    for (size_t pair = 0; pair < count * count; pair++) {
        for (size_t i = 0; i < 32; i++) {
            unsigned r;
            unsigned s;
            sscanf(edges[pair / count] + 2 * i, "%2x", &r);
            sscanf(edges[pair % count] + 2 * i, "%2x", &s);
            signature[i] = (uint8_t)r;
            signature[32 + i] = (uint8_t)s;
        }
        assert_int_equal(signet_p256_verify(key, digest, signature),
                         SIGNET_ERR_SIGNATURE);
    }
}

/* ---- CRYPTO-7: signing --------------------------------------------------- */

static signet_status count_up(void *ctx, uint8_t *out, size_t len)
{
    uint8_t *next = ctx;
    for (size_t i = 0; i < len; i++) {
        out[i] = (*next)++;
    }
    return SIGNET_OK;
}

static signet_status refuse(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    (void)out;
    (void)len;
    return SIGNET_ERR_ENTROPY;
}

static void check_sign(const record *r)
{
    uint8_t key[64];
    uint8_t signature[64];
    const uint8_t *d = record_fixed(r, "D", 32);
    const uint8_t *digest = record_fixed(r, "Digest", 32);
    assert_int_equal(signet_p256_public(d, key), SIGNET_OK);
    assert_memory_equal(key, record_fixed(r, "Q", 64), 64);
    assert_int_equal(signet_p256_sign(d, digest, NULL, signature), SIGNET_OK);
    assert_memory_equal(signature, record_fixed(r, "Sig", 64), 64);
    assert_int_equal(signet_p256_verify(key, digest, signature), SIGNET_OK);
}

static void test_sign_deterministic(void **state)
{
    (void)state;
    record_each("p256_sign.rsp", check_sign);
}

static void test_sign_random(void **state)
{
    uint8_t next = 0;
    signet_entropy rng = {count_up, &next};
    uint8_t d[32] = {1, 2, 3};
    uint8_t digest[32] = {4, 5, 6};
    uint8_t key[64];
    uint8_t signatures[2][64];
    (void)state;
    assert_int_equal(signet_p256_public(d, key), SIGNET_OK);
    for (int i = 0; i < 2; i++) {
        next = (uint8_t)(100 * i);
        assert_int_equal(signet_p256_sign(d, digest, &rng, signatures[i]),
                         SIGNET_OK);
        assert_int_equal(signet_p256_verify(key, digest, signatures[i]),
                         SIGNET_OK);
    }
    assert_memory_not_equal(signatures[0], signatures[1], 32);
}

static bool all_zero(const uint8_t *bytes, size_t len)
{
    uint8_t any = 0;
    for (size_t i = 0; i < len; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

static void test_sign_refused_entropy(void **state)
{
    signet_entropy rng = {refuse, NULL};
    uint8_t d[32] = {1};
    uint8_t digest[32] = {2};
    uint8_t signature[64];
    (void)state;
    memset(signature, 0xee, sizeof(signature));
    assert_int_equal(signet_p256_sign(d, digest, &rng, signature),
                     SIGNET_ERR_ENTROPY);
    assert_true(all_zero(signature, sizeof(signature)));
}

/* ---- CRYPTO-7, CRYPTO-8: scalars out of range ---------------------------- */

static const uint8_t order[32] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
    0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

static void refuse_scalar(const uint8_t d[32])
{
    uint8_t digest[32] = {1};
    uint8_t out[64];
    memset(out, 0xee, sizeof(out));
    assert_int_equal(signet_p256_public(d, out), SIGNET_ERR_KEY);
    assert_true(all_zero(out, sizeof(out)));
    memset(out, 0xee, sizeof(out));
    assert_int_equal(signet_p256_sign(d, digest, NULL, out), SIGNET_ERR_KEY);
    assert_true(all_zero(out, sizeof(out)));
}

static void test_scalar_range(void **state)
{
    uint8_t d[32] = {0};
    (void)state;
    refuse_scalar(d);
    memcpy(d, order, sizeof(d));
    refuse_scalar(d);
    d[31]++;
    refuse_scalar(d);
    memset(d, 0xff, sizeof(d));
    refuse_scalar(d);
}

/* SP 800-186 s3.2.1.3: the base point. */
static void test_public_of_one(void **state)
{
    static const uint8_t base[64] = {
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6,
        0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb,
        0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
        0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a,
        0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e,
        0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
    uint8_t d[32] = {[31] = 1};
    uint8_t key[64];
    (void)state;
    assert_int_equal(signet_p256_public(d, key), SIGNET_OK);
    assert_memory_equal(key, base, sizeof(base));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_sha256_long),
        cmocka_unit_test(test_sha256_copy),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_hmac_empty),
        cmocka_unit_test(test_hkdf),
        cmocka_unit_test(test_hkdf_lengths),
        cmocka_unit_test(test_gcm),
        cmocka_unit_test(test_gcm_empty),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_verify_each_bit),
        cmocka_unit_test(test_verify_ranges),
        cmocka_unit_test(test_sign_deterministic),
        cmocka_unit_test(test_sign_random),
        cmocka_unit_test(test_sign_refused_entropy),
        cmocka_unit_test(test_scalar_range),
        cmocka_unit_test(test_public_of_one),
    };
    return cmocka_run_group_tests_name("port_crypto", tests, NULL, NULL);
}
