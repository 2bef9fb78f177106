/* SPDX-License-Identifier: MIT */
/* CSRs: ours read by us and by openssl, those of openssl read by us. */
#define _GNU_SOURCE
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "identity_kit.h"
#include "temporary.h"

static struct kit_key key;
static char folder[TEMPORARY_SIZE];
static int folder_fd;

static int start(void **state)
{
    (void)state;
    kit_key_make(&key);
    folder_fd = temporary_make(folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    temporary_remove(folder, folder_fd);
    return 0;
}

static size_t make(uint8_t *der, const char *cn)
{
    size_t len = 0;

    assert_int_equal(
        signet_csr_write(cn, &key.handle, der, SIGNET_X509_MAX_SIZE, &len),
        SIGNET_OK);
    return len;
}

static void what_was_written_is_read(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_csr csr;
    size_t len = make(der, "device-1");
    (void)state;

    assert_int_equal(signet_csr_read(signet_view(der, len), &csr), SIGNET_OK);
    assert_int_equal(csr.subject_cn.len, 8);
    assert_memory_equal(csr.subject_cn.ptr, "device-1", 8);
    assert_memory_equal(csr.key, key.public_key, 64);
}

/* The shortest CSR has a short head, the longest a long one. */
static void names_of_all_lengths_fit(void **state)
{
    char cn[66];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_csr csr;
    size_t len = 0;
    (void)state;

    for (size_t n = 1; n <= 64; n++) {
        memset(cn, 'a', n);
        cn[n] = '\0';
        len = make(der, cn);
        assert_int_equal(signet_csr_read(signet_view(der, len), &csr),
                         SIGNET_OK);
        assert_int_equal(csr.subject_cn.len, n);
    }
    memset(cn, 'a', 65);
    cn[65] = '\0';
    assert_int_equal(signet_csr_write(cn, &key.handle, der, sizeof(der), &len),
                     SIGNET_ERR_ARGUMENT);
}

static void damage_is_refused(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE + 1] = {0};
    signet_csr csr;
    size_t len = make(der, "device-1");
    (void)state;

    for (size_t cut = 0; cut <= len + 1; cut++) {
        uint8_t *copy = guard_copy(der, cut);

        assert_int_equal(signet_csr_read(signet_view(copy, cut), &csr),
                         cut == len ? SIGNET_OK : SIGNET_ERR_CSR);
        guard_free(copy, cut);
    }
    for (size_t bit = 0; bit < len * 8; bit++) {
        der[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(signet_csr_read(signet_view(der, len), &csr),
                         SIGNET_ERR_CSR);
        assert_null(csr.subject_cn.ptr);
        der[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(
        signet_csr_read(signet_view(der, SIGNET_X509_MAX_SIZE + 1), &csr),
        SIGNET_ERR_TOO_LARGE);
}

static void openssl_verifies_ours(void **state)
{
    char path[TEMPORARY_SIZE + 16];
    char output[4096];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = make(der, "device-1");
    const char *const argv[] = {"openssl", "req",      "-inform", "DER",
                                "-in",     path,       "-noout",  "-verify",
                                "-text",   "-nameopt", "RFC2253", NULL};
    (void)state;

    (void)snprintf(path, sizeof(path), "%s/ours.der", folder);
    kit_write_file(path, der, len);
    assert_int_equal(kit_run(argv, output, sizeof(output)), 0);
    assert_non_null(strstr(output, "verify OK"));
    assert_non_null(strstr(output, "Subject: CN=device-1"));
    assert_non_null(strstr(output, "Version: 1"));
}

static void ours_reads_openssl(void **state)
{
    char key_path[TEMPORARY_SIZE + 16];
    char path[TEMPORARY_SIZE + 16];
    char output[1024];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_csr csr;
    FILE *file = NULL;
    size_t len = 0;
    const char *const argv[] = {"openssl",  "req",
                                "-new",     "-newkey",
                                "ec",       "-nodes",
                                "-pkeyopt", "ec_paramgen_curve:P-256",
                                "-subj",    "/O=Example/CN=other",
                                "-addext",  "subjectAltName=DNS:evil",
                                "-keyout",  key_path,
                                "-outform", "DER",
                                "-out",     path,
                                NULL};
    (void)state;

    (void)snprintf(key_path, sizeof(key_path), "%s/key.pem", folder);
    (void)snprintf(path, sizeof(path), "%s/theirs.der", folder);
    assert_int_equal(kit_run(argv, output, sizeof(output)), 0);
    file = fopen(path, "rb");
    assert_non_null(file);
    len = fread(der, 1, sizeof(der), file);
    (void)fclose(file);
    assert_int_equal(signet_csr_read(signet_view(der, len), &csr), SIGNET_OK);
    assert_int_equal(csr.subject_cn.len, 5);
    assert_memory_equal(csr.subject_cn.ptr, "other", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(names_of_all_lengths_fit),
        cmocka_unit_test(damage_is_refused),
        cmocka_unit_test(openssl_verifies_ours),
        cmocka_unit_test(ours_reads_openssl),
    };
    return cmocka_run_group_tests(tests, start, end);
}
