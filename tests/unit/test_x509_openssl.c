/* SPDX-License-Identifier: MIT */
/* OpenSSL, as most brokers use it, agrees with what our certificates say, and
 * enforces the name constraint that keeps a device from naming another. */
#define _GNU_SOURCE
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "identity_kit.h"
#include "temporary.h"

#define ID_A "0000000000000000000000000000000a"
#define ID_B "0000000000000000000000000000000b"
#define PATH_SIZE (TEMPORARY_SIZE + 16)

static struct kit_key root;
static struct kit_key device_a;
static struct kit_key alias;
static char folder[TEMPORARY_SIZE];
static int folder_fd;
static char root_path[PATH_SIZE];
static char device_path[PATH_SIZE];

static void to_pem(const char *name, const uint8_t *der, size_t len,
                   char path[PATH_SIZE])
{
    char der_path[PATH_SIZE];
    char output[1024];
    const char *const argv[] = {"openssl", "x509", "-inform", "DER", "-in",
                                der_path,  "-out", path,      NULL};

    (void)snprintf(der_path, PATH_SIZE, "%s/%s.der", folder, name);
    (void)snprintf(path, PATH_SIZE, "%s/%s.pem", folder, name);
    kit_write_file(der_path, der, len);
    assert_int_equal(kit_run(argv, output, sizeof(output)), 0);
}

static int start(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    (void)state;

    kit_key_make(&root);
    kit_key_make(&device_a);
    kit_key_make(&alias);
    folder_fd = temporary_make(folder);
    len = kit_root(&root, "Manufacturer", der, sizeof(der));
    to_pem("root", der, len, root_path);
    len = kit_device_certificate(device_a.public_key, ID_A, &root,
                                 "Manufacturer", der, sizeof(der));
    to_pem("device", der, len, device_path);
    return 0;
}

static int end(void **state)
{
    (void)state;
    temporary_remove(folder, folder_fd);
    return 0;
}

static void write_leaf(const signet_x509_template *t, char path[PATH_SIZE])
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 0;

    assert_int_equal(
        signet_x509_write(t, &device_a.handle, der, sizeof(der), &len),
        SIGNET_OK);
    to_pem("leaf", der, len, path);
}

static signet_x509_template alias_of(const char *cn)
{
    signet_x509_template t = kit_template(&alias, &device_a);

    t.issuer_cn = "device-" ID_A;
    t.subject_cn = cn;
    t.key_usage = SIGNET_KEY_USAGE_SIGN;
    t.extended_usage = SIGNET_EKU_CLIENT;
    return t;
}

static int verify(const char *leaf_path, const char *purpose, char *output,
                  size_t cap)
{
    const char *const argv[] = {"openssl",    "verify",     "-x509_strict",
                                "-attime",    "1767225600", "-purpose",
                                purpose,      "-CAfile",    root_path,
                                "-untrusted", device_path,  leaf_path,
                                NULL};

    return kit_run(argv, output, cap);
}

static void the_chain_verifies(void **state)
{
    signet_x509_template t = alias_of("enrol-" ID_A);
    char path[PATH_SIZE];
    char output[2048];
    (void)state;

    write_leaf(&t, path);
    assert_int_equal(verify(path, "sslclient", output, sizeof(output)), 0);
    assert_int_not_equal(verify(path, "sslserver", output, sizeof(output)), 0);
}

static void a_leaf_in_another_name_is_refused(void **state)
{
    static const char *const names[] = {"enrol-" ID_B, "device-" ID_A, ID_A,
                                        ID_B, "enrol-" ID_A "0"};
    char path[PATH_SIZE];
    char output[2048];
    (void)state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        signet_x509_template t = alias_of(names[i]);

        write_leaf(&t, path);
        assert_int_not_equal(verify(path, "sslclient", output, sizeof(output)),
                             0);
        assert_non_null(strstr(output, "permitted subtree violation"));
    }
}

static void a_further_ca_is_refused(void **state)
{
    signet_x509_template t = alias_of("enrol-" ID_A);
    char path[PATH_SIZE];
    char ca_path[PATH_SIZE];
    char output[2048];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    (void)state;

    t.ca = true;
    t.key_usage = SIGNET_KEY_USAGE_CERT_SIGN;
    t.extended_usage = 0;
    assert_int_equal(
        signet_x509_write(&t, &device_a.handle, der, sizeof(der), &len),
        SIGNET_OK);
    to_pem("ca", der, len, ca_path);
    /* No subject, so that the name constraint has nothing to refuse. */
    t = alias_of(NULL);
    t.subject_alt_dns = "enrol-" ID_A;
    t.issuer_cn = "enrol-" ID_A;
    t.issuer_key = alias.public_key;
    assert_int_equal(
        signet_x509_write(&t, &alias.handle, der, sizeof(der), &len),
        SIGNET_OK);
    to_pem("below", der, len, path);
    {
        const char *const argv[] = {"openssl",    "verify",    "-attime",
                                    "1767225600", "-CAfile",   root_path,
                                    "-untrusted", device_path, "-untrusted",
                                    ca_path,      path,        NULL};

        assert_int_not_equal(kit_run(argv, output, sizeof(output)), 0);
        if (strstr(output, "path length") == NULL) {
            fail_msg("%s", output);
        }
    }
}

static void expect_text(const char *path, const char *const lines[],
                        size_t count)
{
    char output[8192];
    const char *const argv[] = {"openssl",  "x509",    "-in",
                                path,       "-noout",  "-text",
                                "-nameopt", "RFC2253", NULL};

    assert_int_equal(kit_run(argv, output, sizeof(output)), 0);
    for (size_t i = 0; i < count; i++) {
        if (strstr(output, lines[i]) == NULL) {
            fail_msg("no '%s' in\n%s", lines[i], output);
        }
    }
}

static void the_text_says_what_was_meant(void **state)
{
    static const char *const device[] = {
        "Version: 3",
        "Issuer: CN=Manufacturer",
        "Not Before: Dec 31 23:59:00 2025 GMT",
        "Not After : Dec 31 23:59:59 9999 GMT",
        "Subject: CN=device-" ID_A,
        "X509v3 Basic Constraints: critical\n                CA:TRUE, "
        "pathlen:0",
        "X509v3 Key Usage: critical\n                Certificate Sign",
        "X509v3 Name Constraints: critical",
        "Permitted:",
        "DirName:CN = enrol-" ID_A,
        "X509v3 Subject Key Identifier",
        "X509v3 Authority Key Identifier",
    };
    static const char *const server[] = {
        "TLS Web Client Authentication",
        "TLS Web Server Authentication",
        "DNS:broker.example",
        "IP Address:127.0.0.1",
        "Digital Signature",
    };
    signet_x509_template t = alias_of("broker");
    char path[PATH_SIZE];
    (void)state;

    expect_text(device_path, device, sizeof(device) / sizeof(device[0]));
    t.subject_alt_dns = "broker.example";
    t.subject_alt_ip = "127.0.0.1";
    t.extended_usage = SIGNET_EKU_CLIENT | SIGNET_EKU_SERVER;
    write_leaf(&t, path);
    expect_text(path, server, sizeof(server) / sizeof(server[0]));
}

/* What others write is read when it keeps to RFC 5280. */
static void ours_reads_openssl(void **state)
{
    char key_path[PATH_SIZE];
    char path[PATH_SIZE];
    char output[1024];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509 read;
    FILE *file = NULL;
    size_t len = 0;
    const char *const argv[] = {"openssl",  "req",
                                "-x509",    "-newkey",
                                "ec",       "-nodes",
                                "-pkeyopt", "ec_paramgen_curve:P-256",
                                "-subj",    "/O=Example/CN=other",
                                "-addext",  "keyUsage=critical,keyCertSign",
                                "-addext",  "certificatePolicies=1.2.3.4",
                                "-days",    "30",
                                "-keyout",  key_path,
                                "-outform", "DER",
                                "-out",     path,
                                NULL};
    (void)state;

    (void)snprintf(key_path, PATH_SIZE, "%s/key.pem", folder);
    (void)snprintf(path, PATH_SIZE, "%s/theirs.der", folder);
    assert_int_equal(kit_run(argv, output, sizeof(output)), 0);
    file = fopen(path, "rb");
    assert_non_null(file);
    len = fread(der, 1, sizeof(der), file);
    (void)fclose(file);
    assert_int_equal(signet_x509_read(signet_view(der, len), &read), SIGNET_OK);
    assert_true(read.ca);
    assert_int_equal(read.key_usage, SIGNET_KEY_USAGE_CERT_SIGN);
    assert_int_equal(read.not_after_s - read.not_before_s, 30 * 86400);
    assert_int_equal(signet_x509_verify(&read, read.key), SIGNET_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_verifies),
        cmocka_unit_test(a_leaf_in_another_name_is_refused),
        cmocka_unit_test(a_further_ca_is_refused),
        cmocka_unit_test(the_text_says_what_was_meant),
        cmocka_unit_test(ours_reads_openssl),
    };
    return cmocka_run_group_tests(tests, start, end);
}
