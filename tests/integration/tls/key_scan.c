/* SPDX-License-Identifier: MIT */
/*
 * The private key is nowhere in the TLS library's heap: not while a session
 * lives, at any allocation or release, nor in what is given back. The scan is
 * shown to work on planted keys, and on a session that is given its key the
 * usual way.
 */
#include "world.h"

#include "signet/port/crypto.h"
#include "signet/port/posix/entropy.h"

#include "cmocka_all.h"

#include <openssl/core_names.h>
#include <string.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/settings.h>

/* ---- The forms that a scalar takes in memory ------------------------------
 */

#define FORMS 9
#define FORM_MAX 80

typedef struct form {
    uint8_t bytes[FORM_MAX];
    size_t len;
} form;

/* width bits of the big-endian scalar, from bit at upwards. */
static uint64_t bits_of(const uint8_t d[32], unsigned at, unsigned width)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < width && at + i < 256; i++) {
        unsigned bit = at + i;
        uint64_t on = (uint64_t)(d[31 - bit / 8] >> bit % 8) & 1u;
        value |= on << i;
    }
    return value;
}

/* The scalar as limbs of width bits in words of size bytes of this machine,
 * lowest limb first or last. */
static form limbs(const uint8_t d[32], unsigned width, size_t size,
                  bool highest_first)
{
    form f = {.len = 0};
    unsigned count = (256 + width - 1) / width;
    assert_true(count * size <= sizeof(f.bytes));
    for (unsigned i = 0; i < count; i++) {
        unsigned limb = highest_first ? count - 1 - i : i;
        uint64_t value = bits_of(d, limb * width, width);
        uint32_t half = (uint32_t)value;
        const void *word = size == 8 ? (const void *)&value : &half;
        memcpy(f.bytes + f.len, word, size);
        f.len += size;
    }
    return f;
}

static void make_forms(const uint8_t d[32], form forms[FORMS])
{
    for (size_t i = 0; i < 32; i++) {
        forms[0].bytes[i] = d[i];      /* big-endian */
        forms[1].bytes[i] = d[31 - i]; /* little-endian */
    }
    forms[0].len = 32;
    forms[1].len = 32;
    forms[2] = limbs(d, 32, 4, false);
    forms[3] = limbs(d, 32, 4, true);
    forms[4] = limbs(d, 64, 8, false);
    forms[5] = limbs(d, 64, 8, true);
    /* The radices of wolfCrypt's single-precision arithmetic. */
    forms[6] = limbs(d, 52, 8, false);
    forms[7] = limbs(d, 29, 4, false);
    forms[8] = limbs(d, 28, 4, false);
}

static void seek_key(const credential *owner)
{
    uint8_t d[32];
    form forms[FORMS];
    credential_scalar(owner, d);
    make_forms(d, forms);
    heap_forget();
    for (size_t i = 0; i < FORMS; i++) {
        heap_seek(forms[i].bytes, forms[i].len);
    }
}

/* ---- The scan finds what is there -----------------------------------------
 */

static void test_planted_keys_are_found(void **state)
{
    uint8_t d[32];
    form forms[FORMS];
    (void)state;
    seek_key(&earth.alice);
    credential_scalar(&earth.alice, d);
    make_forms(d, forms);
    for (size_t i = 0; i < FORMS; i++) {
        for (size_t offset = 0; offset < 9; offset++) {
            uint8_t *block = heap_take(offset + forms[i].len);
            memcpy(block + offset, forms[i].bytes, forms[i].len);
            size_t before = heap_findings();
            heap_look();
            assert_true(heap_findings() > before);
            before = heap_findings();
            heap_give(block);
            assert_true(heap_findings() > before);
        }
    }
}

/* All but the last bit: not a key. */
static void test_near_keys_are_not(void **state)
{
    uint8_t d[32];
    (void)state;
    seek_key(&earth.alice);
    credential_scalar(&earth.alice, d);
    uint8_t *block = heap_take(sizeof(d));
    memcpy(block, d, sizeof(d));
    block[31] ^= 1;
    heap_look();
    heap_give(block);
    assert_int_equal(heap_findings(), 0);
}

/* ---- A session ------------------------------------------------------------
 */

static server *mutual_server(void)
{
    return server_start((server_config){
        .mode = SERVER_ECHO, .own = &earth.own, .client_ca = &earth.makers});
}

static void talk(client *c)
{
    uint8_t line[256] = {1, 2, 3};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(client_write(c, line, sizeof(line)), SIGNET_OK);
        assert_int_equal(client_read(c, line, sizeof(line)), SIGNET_OK);
    }
}

static void run_session(client *c)
{
    assert_int_equal(client_open(c), SIGNET_OK);
    heap_look();
    talk(c);
    heap_look();
    assert_true(heap_live_blocks() > 0);
    client_close(c);
    assert_int_equal(heap_live_blocks(), 0);
}

/* The key is a provider's that has nothing to do with the TLS library: not
 * for an instant may it be there. */
static void test_key_of_another_provider(void **state)
{
    client c;
    (void)state;
    seek_key(&earth.alice);
    server *s = mutual_server();
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    heap_look_always(true);
    run_session(&c);
    heap_look_always(false);
    assert_int_equal(c.private_key.signatures, 1);
    assert_int_equal(heap_findings(), 0);
    server_stop(s);
}

/* A key in RAM that this very port signs with: its arithmetic works on the
 * same heap, and leaves nothing of the key in what it gives back. */
static signet_status sign_in_ram(void *ctx, uint32_t slot,
                                 const uint8_t digest[32],
                                 uint8_t signature[64])
{
    const test_key *key = ctx;
    const signet_entropy rng = signet_posix_entropy();
    uint8_t d[32];
    (void)slot;
    credential_scalar(key->owner, d);
    signet_status status = signet_p256_sign(d, digest, &rng, signature);
    signet_wipe(d, sizeof(d));
    return status;
}

static void test_key_in_ram(void **state)
{
    client c;
    (void)state;
    seek_key(&earth.alice);
    server *s = mutual_server();
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    signet_key_ops ops = *c.key.ops;
    ops.sign = sign_in_ram;
    c.key.ops = &ops;
    run_session(&c);
    assert_int_equal(heap_findings(), 0);
    server_stop(s);
}

/* The contrast: give wolfSSL the key as its documentation says, and there it
 * is. */
static void test_key_given_to_the_library_is_found(void **state)
{
    unsigned char *der = NULL;
    (void)state;
    seek_key(&earth.alice);
    int len = i2d_PrivateKey(earth.alice.key, &der);
    assert_true(len > 0);
    WOLFSSL_CTX *settings = wolfSSL_CTX_new(wolfTLSv1_3_client_method());
    assert_non_null(settings);
    assert_int_equal(wolfSSL_CTX_use_PrivateKey_buffer(settings, der, len,
                                                       WOLFSSL_FILETYPE_ASN1),
                     WOLFSSL_SUCCESS);
    heap_look();
    assert_true(heap_findings() > 0);
    wolfSSL_CTX_free(settings);
    OPENSSL_free(der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted_keys_are_found),
        cmocka_unit_test(test_near_keys_are_not),
        cmocka_unit_test(test_key_of_another_provider),
        cmocka_unit_test(test_key_in_ram),
        cmocka_unit_test(test_key_given_to_the_library_is_found),
    };
    return cmocka_run_group_tests_name("tls_key_scan", tests, world_make,
                                       world_end);
}
