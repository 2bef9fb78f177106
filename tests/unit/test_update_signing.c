/* SPDX-License-Identifier: MIT */
/* The host side: key files, PEM, streams as docs/wire-formats.md draws them,
 * and what the writers refuse. Keys were made with OpenSSL 3.0 for this test.
 */
#include "release.h"

#include "cmocka_all.h"
#include "hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sec1_pem[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEICGTwKCA5ucdqxoFsrVDTw71JpFenNDiMMxx/Oohes5HoAoGCCqGSM49\n"
    "AwEHoUQDQgAEa2Ni9RY2Nd0EZd9IO0XayDP74J6QzcNMR+yUtehbU+gYU58eUnMc\n"
    "f3clVa+nNk/YcRBjlQsPbPSSA4VK6ZGp5Q==\n"
    "-----END EC PRIVATE KEY-----\n";
static const char pkcs8_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIZPAoIDm5x2rGgWy\n"
    "tUNPDvUmkV6c0OIwzHH86iF6zkehRANCAARrY2L1FjY13QRl30g7RdrIM/vgnpDN\n"
    "w0xH7JS16FtT6BhTnx5Scxx/dyVVr6c2T9hxEGOVCw9s9JIDhUrpkanl\n"
    "-----END PRIVATE KEY-----\n";
static const char public_pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEa2Ni9RY2Nd0EZd9IO0XayDP74J6Q\n"
    "zcNMR+yUtehbU+gYU58eUnMcf3clVa+nNk/YcRBjlQsPbPSSA4VK6ZGp5Q==\n"
    "-----END PUBLIC KEY-----\n";
static const char p384_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDA+J7UAHr8JdK7ii4/e\n"
    "leXjPlOd4U6DlsiFos5iljJnS2GJFi/Y9uQrJ6ik0h1oNSGhZANiAARsKKXtLyx1\n"
    "1MtrzkKYyH2jgbypq0zjMa4OyorpI6FcKF4n4YF6UgUQpDqOc4imp0QJDLKpTRMq\n"
    "0nH7Y8rqCiuMiHCiiuFkPtE+ODREpfSlbZmP98HolyFIBamk5KmpoRg=\n"
    "-----END PRIVATE KEY-----\n";
static const char scalar_hex[] =
    "2193C0A080E6E71DAB1A05B2B5434F0EF526915E9CD0E230CC71FCEA217ACE47";
static const char public_hex[] =
    "6B6362F5163635DD0465DF483B45DAC833FBE09E90CDC34C47EC94B5E85B53E8"
    "18539F1E52731C7F772555AFA7364FD8711063950B0F6CF49203854AE991A9E5";

static uint8_t scalar[32];
static uint8_t public_key[64];

static signet_bytes text(const char *s)
{
    return signet_view((const uint8_t *)s, strlen(s));
}

static int set_up(void **state)
{
    (void)state;
    (void)hex_decode(scalar_hex, scalar, sizeof scalar);
    (void)hex_decode(public_hex, public_key, sizeof public_key);
    return 0;
}

static void private_keys_are_read_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *pem;
        const char *label;
    } forms[] = {{sec1_pem, "EC PRIVATE KEY"}, {pkcs8_pem, "PRIVATE KEY"}};

    for (size_t i = 0; i < 2; i++) {
        signing_host_key key;
        signing_buffer der;

        assert_int_equal(signing_private_key_read(text(forms[i].pem), &key),
                         SIGNET_OK);
        assert_memory_equal(key.scalar, scalar, 32);
        assert_int_equal(
            signing_pem_read(text(forms[i].pem), forms[i].label, &der),
            SIGNET_OK);
        assert_int_equal(signing_private_key_read(signing_view(&der), &key),
                         SIGNET_OK);
        assert_memory_equal(key.scalar, scalar, 32);
        /* Every cut of the DER is refused, and leaves no key. */
        for (size_t len = 1; len < 39; len++) {
            assert_int_equal(
                signing_private_key_read(signet_view(der.ptr, len), &key),
                SIGNET_ERR_KEY);
            assert_false(key.present);
        }
        signing_buffer_free(&der);
    }
}

static void what_is_no_p256_key_is_refused(void **state)
{
    (void)state;
    signing_host_key key;

    assert_int_equal(signing_private_key_read(text(p384_pem), &key),
                     SIGNET_ERR_KEY);
    assert_int_equal(signing_private_key_read(text(public_pem), &key),
                     SIGNET_ERR_TYPE);
    assert_int_equal(signing_private_key_read(text(""), &key), SIGNET_ERR_TYPE);
    assert_int_equal(signing_private_key_read(
                         text("-----BEGIN PRIVATE KEY-----\nMII=\n"), &key),
                     SIGNET_ERR_CORRUPT);
    assert_int_equal(
        signing_private_key_read(text("-----BEGIN PRIVATE KEY-----\nM*I=\n"
                                      "-----END PRIVATE KEY-----\n"),
                                 &key),
        SIGNET_ERR_CORRUPT);
    assert_int_equal(
        signing_private_key_read(text("-----BEGIN PRIVATE KEY-----\nA===\n"
                                      "-----END PRIVATE KEY-----\n"),
                                 &key),
        SIGNET_ERR_CORRUPT);
    assert_int_equal(
        signing_private_key_read(text("-----BEGIN PRIVATE KEY-----\n"
                                      "-----END PRIVATE KEY-----\n"),
                                 &key),
        SIGNET_ERR_CORRUPT);
}

static void scalars_out_of_range_are_refused(void **state)
{
    (void)state;
    uint8_t bad[32] = {0};
    signing_host_key key;

    assert_int_equal(signing_host_key_set(&key, bad), SIGNET_ERR_KEY);
    memset(bad, 0xFF, sizeof bad);
    assert_int_equal(signing_host_key_set(&key, bad), SIGNET_ERR_KEY);
    assert_false(key.present);
}

static void keys_are_written_as_openssl_writes_them(void **state)
{
    (void)state;
    signing_host_key key;
    signing_buffer pem;

    assert_int_equal(signing_host_key_set(&key, scalar), SIGNET_OK);
    assert_int_equal(signing_private_key_write(&key, &pem), SIGNET_OK);
    assert_string_equal((const char *)pem.ptr, pkcs8_pem);
    assert_int_equal(pem.len, strlen(pkcs8_pem));
    signing_buffer_free(&pem);
    assert_int_equal(signing_public_key_write(public_key, &pem), SIGNET_OK);
    assert_string_equal((const char *)pem.ptr, public_pem);
    signing_buffer_free(&pem);
    signing_host_key_wipe(&key);
    assert_int_equal(signing_private_key_write(&key, &pem), SIGNET_ERR_KEY);
}

static void public_keys_are_read(void **state)
{
    (void)state;
    uint8_t out[64];
    signing_buffer der;

    assert_int_equal(signing_public_key_read(text(public_pem), out), SIGNET_OK);
    assert_memory_equal(out, public_key, 64);
    assert_int_equal(signing_public_key_read(signet_view(public_key, 64), out),
                     SIGNET_OK);
    assert_int_equal(signing_pem_read(text(public_pem), "PUBLIC KEY", &der),
                     SIGNET_OK);
    assert_int_equal(signing_public_key_read(signing_view(&der), out),
                     SIGNET_OK);
    der.ptr[5] ^= 1;
    assert_int_equal(signing_public_key_read(signing_view(&der), out),
                     SIGNET_ERR_KEY);
    assert_int_equal(signing_public_key_read(text("none"), out),
                     SIGNET_ERR_TYPE);
    signing_buffer_free(&der);
}

/* Lengths around groups and lines. */
static void pem_holds_every_length(void **state)
{
    (void)state;
    uint8_t data[200];

    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 37 + 11);
    }
    for (size_t len = 1; len <= sizeof data; len++) {
        signing_buffer pem;
        signing_buffer back;

        assert_int_equal(
            signing_pem_write("THING", signet_view(data, len), &pem),
            SIGNET_OK);
        assert_int_equal(strlen((char *)pem.ptr), pem.len);
        assert_int_equal(signing_pem_read(signing_view(&pem), "THING", &back),
                         SIGNET_OK);
        assert_int_equal(back.len, len);
        assert_memory_equal(back.ptr, data, len);
        signing_buffer_free(&back);
        assert_int_equal(signing_pem_read(signing_view(&pem), "OTHER", &back),
                         SIGNET_ERR_NOT_FOUND);
        signing_buffer_free(&pem);
    }
}

static void a_handle_generates_and_destroys(void **state)
{
    (void)state;
    uint8_t digest[32] = {7};
    uint8_t signature[64];
    uint8_t key[64];
    signing_host_key host;
    signet_key handle = signing_host_key_handle(&host);

    assert_int_equal(handle.ops->generate(handle.ctx, 0), SIGNET_OK);
    assert_int_equal(handle.ops->sign(handle.ctx, 0, digest, signature),
                     SIGNET_OK);
    assert_int_equal(signing_public_key(&handle, key), SIGNET_OK);
    assert_int_equal(signet_p256_verify(key, digest, signature), SIGNET_OK);
    assert_int_equal(handle.ops->destroy(handle.ctx, 0), SIGNET_OK);
    assert_int_equal(handle.ops->sign(handle.ctx, 0, digest, signature),
                     SIGNET_ERR_KEY);
    assert_int_equal(signing_public_key(&handle, key), SIGNET_ERR_KEY);
}

static void digest_of(const uint8_t *data, size_t len, uint8_t out[32])
{
    signet_sha256 sha;

    assert_int_equal(signet_sha256_init(&sha), SIGNET_OK);
    assert_int_equal(signet_sha256_update(&sha, data, len), SIGNET_OK);
    assert_int_equal(signet_sha256_final(&sha, out), SIGNET_OK);
}

/* block i = chunk i | SHA-256(block i + 1), the last its chunk alone. */
static void a_stream_is_what_the_page_draws(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 255, 256, 257, 511, 512, 513, 1000};

    for (size_t n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
        struct release release;
        uint8_t expected[32];
        uint32_t offset = 0;

        release_new(&release, 1, sizes[n], 256);
        memcpy(expected, release.fields.first_block, 32);
        while (offset < sizes[n]) {
            uint32_t left = sizes[n] - offset;
            uint32_t len = left < 256 ? left : 256;
            const uint8_t *block =
                release.stream.ptr + (size_t)offset / 256 * 288;
            size_t block_len = len + (left > 256 ? 32u : 0u);
            uint8_t digest[32];

            digest_of(block, block_len, digest);
            assert_memory_equal(digest, expected, 32);
            assert_memory_equal(block, release.image.ptr + offset, len);
            memcpy(expected, block + len, left > 256 ? 32 : 0);
            offset += len;
        }
        assert_int_equal(release.stream.len,
                         sizes[n] + (sizes[n] - 1) / 256 * 32);
        digest_of(release.image.ptr, sizes[n], expected);
        assert_memory_equal(release.fields.digest, expected, 32);
        release_free(&release);
    }
}

static void streams_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const uint32_t chunks[] = {0, 1, 128, 257, 768, 131072, UINT32_MAX};
    uint8_t image[4] = {0};
    signing_manifest m;
    signing_buffer stream;
    signet_bytes block;

    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        assert_int_equal(
            signing_stream_write(signet_view(image, 4), chunks[i], &stream, &m),
            SIGNET_ERR_CHUNK_SIZE);
        assert_int_equal(
            signing_stream_block(signet_view(image, 4), chunks[i], 0, &block),
            SIGNET_ERR_CHUNK_SIZE);
    }
    assert_int_equal(
        signing_stream_write(signet_view(NULL, 0), 256, &stream, &m),
        SIGNET_ERR_IMAGE_SIZE);
    assert_null(stream.ptr);
    assert_int_equal(
        signing_stream_block(signet_view(image, 4), 256, 1, &block),
        SIGNET_ERR_CHUNK_OFFSET);
    assert_int_equal(
        signing_stream_block(signet_view(image, 4), 256, 256, &block),
        SIGNET_ERR_CHUNK_OFFSET);
    assert_int_equal(block.len, 0);
}

static void the_writers_check_their_counts(void **state)
{
    (void)state;
    struct release_key root;
    signing_trust_entry entries[SIGNET_TRUST_MAX_ENTRIES + 1];
    uint8_t kid[SIGNET_KID_SIZE];
    signing_manifest m;
    signing_buffer out;

    release_key_new(&root, KEY_ROOT);
    memset(entries, 0, sizeof entries);
    memset(&m, 0, sizeof m);
    assert_int_equal(signing_trust_list_write(1, entries, 0, &root.key, &out),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signing_trust_list_write(1, entries,
                                              SIGNET_TRUST_MAX_ENTRIES + 1,
                                              &root.key, &out),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signing_manifest_write(&m, &root.key, 0, &out),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signing_manifest_write(&m, &root.key, 4, &out),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signing_manifest_write(&m, &root.key, 1, &out),
                     SIGNET_ERR_ARGUMENT); /* no version */
    m.version = "1";
    m.dependency_count = 5;
    assert_int_equal(signing_manifest_write(&m, &root.key, 1, &out),
                     SIGNET_ERR_ARGUMENT);
    assert_int_equal(signing_kid(-8, signet_view(root.public_key, 64), kid),
                     SIGNET_ERR_ALGORITHM);
}

static void objects_over_the_limit_are_refused(void **state)
{
    (void)state;
    static const uint8_t big[SIGNET_TRUST_MAX_SIZE];
    struct release_key root;
    signing_trust_entry entry = {
        SIGNET_PURPOSE_BROKER_CA, SIGNET_COSE_ES256, {big, sizeof big}, 0};
    uint8_t bytes[64] = {0};
    signing_signature signature = {.algorithm = SIGNET_COSE_ES256,
                                   .signature = {bytes, sizeof bytes}};
    signing_buffer out;

    release_key_new(&root, KEY_ROOT);
    assert_int_equal(signing_trust_list_write(1, &entry, 1, &root.key, &out),
                     SIGNET_ERR_TOO_LARGE);
    assert_int_equal(signing_manifest_assemble(signet_view(big, sizeof big),
                                               &signature, 1, &out),
                     SIGNET_ERR_TOO_LARGE);
    assert_null(out.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(private_keys_are_read_in_every_form),
        cmocka_unit_test(what_is_no_p256_key_is_refused),
        cmocka_unit_test(scalars_out_of_range_are_refused),
        cmocka_unit_test(keys_are_written_as_openssl_writes_them),
        cmocka_unit_test(public_keys_are_read),
        cmocka_unit_test(pem_holds_every_length),
        cmocka_unit_test(a_handle_generates_and_destroys),
        cmocka_unit_test(a_stream_is_what_the_page_draws),
        cmocka_unit_test(streams_that_cannot_be_are_refused),
        cmocka_unit_test(the_writers_check_their_counts),
        cmocka_unit_test(objects_over_the_limit_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
