/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "world.h"

#include "cmocka_all.h"
#include "ids.h"
#include "signet/port/crypto.h"
#include "signet/x509.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LAUNCHER SIGNET_TEST_LAUNCHER
#define PAYLOAD SIGNET_TEST_PAYLOAD

static void must(signet_status status)
{
    assert_int_equal(status, SIGNET_OK);
}

static void name_file(const world *w, const char *name, char *path)
{
    (void)snprintf(path, WORLD_PATH, "%s/%s", w->base, name);
}

void world_file(const world *w, const char *name, signet_bytes data, char *path)
{
    name_file(w, name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data.ptr, 1, data.len, file), data.len);
    assert_int_equal(fclose(file), 0);
}

static signing_buffer read_whole(const char *path, size_t extra)
{
    signing_buffer out = {NULL, 0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size > 0);
    rewind(file);
    out.len = (size_t)size + extra;
    out.ptr = calloc(1, out.len);
    assert_non_null(out.ptr);
    assert_int_equal(fread(out.ptr, 1, (size_t)size, file), size);
    (void)fclose(file);
    return out;
}

static void digest_of(signet_bytes data, uint8_t digest[32])
{
    signet_sha256 hash;
    must(signet_sha256_init(&hash));
    must(signet_sha256_update(&hash, data.ptr, data.len));
    must(signet_sha256_final(&hash, digest));
}

void world_hash(const world *w, const char *name, uint8_t digest[32])
{
    char path[2 * WORLD_PATH];
    (void)snprintf(path, sizeof path, "%s/%s", w->device, name);
    signing_buffer file = read_whole(path, 0);
    digest_of(signing_view(&file), digest);
    signing_buffer_free(&file);
}

/* An ELF file does not mind bytes after its end: the same program as another
 * image. */
static void make_release(world *w, int which, const char *version)
{
    char name[32];
    struct release r;
    memset(&r, 0, sizeof r);
    memcpy(r.fields.vendor_id, release_vendor, 16);
    memcpy(r.fields.class_id, release_class, 16);
    r.fields.sequence = (uint64_t)which + 1;
    r.fields.security_counter = 1;
    r.fields.version = version;
    r.fields.slot = -1;
    r.image = read_whole(PAYLOAD, (size_t)which * 7u);
    must(signing_stream_write(signing_view(&r.image), PAYLOAD_CHUNK, &r.stream,
                              &r.fields));
    release_sign(&r, KEY_FIRMWARE);
    digest_of(signing_view(&r.image), w->digest[which]);
    (void)snprintf(name, sizeof name, "manifest-%s", version);
    world_file(w, name, signing_view(&r.manifest), w->manifest[which]);
    (void)snprintf(name, sizeof name, "stream-%s", version);
    world_file(w, name, signing_view(&r.stream), w->stream[which]);
    (void)snprintf(name, sizeof name, "image-%s", version);
    world_file(w, name, signing_view(&r.image), w->image[which]);
    release_free(&r);
}

static void make_certificate(const char *subject, const uint8_t key[64],
                             bool self, char *path, const world *w,
                             const char *name)
{
    struct release_key manufacturer;
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    signet_x509_template t;
    release_key_new(&manufacturer, KEY_SECOND);
    memset(&t, 0, sizeof t);
    t.issuer_cn = "Test Manufacturer";
    t.subject_cn = subject;
    t.subject_key = self ? manufacturer.public_key : key;
    t.issuer_key = manufacturer.public_key;
    t.serial[15] = self ? 1 : 2;
    t.not_before_s = 1767225600u;
    t.not_after_s = SIGNET_X509_NO_END;
    t.ca = true;
    t.path_len = self ? 1 : 0;
    t.key_usage = SIGNET_KEY_USAGE_CERT_SIGN;
    must(signet_x509_write(&t, &manufacturer.key, der, sizeof der, &len));
    world_file(w, name, signet_view(der, len), path);
}

void world_open(world *w)
{
    struct release_key root;
    signing_buffer pem = {NULL, 0};
    memset(w, 0, sizeof *w);
    (void)snprintf(w->base, sizeof w->base, "/tmp/signet-launcher-XXXXXX");
    assert_non_null(mkdtemp(w->base));
    name_file(w, "device", w->device);
    release_key_new(&root, KEY_ROOT);
    must(signing_public_key_write(root.public_key, &pem));
    world_file(w, "root.pem", signing_view(&pem), w->root_key);
    signing_buffer_free(&pem);
    signing_buffer list = release_trust_list(1);
    world_file(w, "trust", signing_view(&list), w->trust_list);
    signing_buffer_free(&list);
    make_certificate("Test Manufacturer", NULL, true, w->manufacturer_cert, w,
                     "manufacturer.der");
    make_release(w, 0, "1.0.0");
    make_release(w, 1, "1.1.0");
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    char name[512];
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        (void)unlink(name);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)rmdir(path);
}

void world_close(world *w)
{
    remove_tree(w->device);
    remove_tree(w->base);
}

void world_request_key(const char *pem, uint8_t key[64])
{
    signing_buffer der = {NULL, 0};
    signet_csr csr;
    must(signing_pem_read(signet_view((const uint8_t *)pem, strlen(pem)),
                          "CERTIFICATE REQUEST", &der));
    must(signet_csr_read(signing_view(&der), &csr));
    memcpy(key, csr.key, 64);
    signing_buffer_free(&der);
}

void world_make_device(world *w)
{
    process p;
    uint8_t key[64];
    assert_int_equal(
        process_run(&p, (const char *[]){LAUNCHER, "init", w->device, NULL}),
        0);
    assert_string_equal(p.out, "");
    assert_int_equal(process_run(&p, (const char *[]){LAUNCHER, "device-key",
                                                      w->device, NULL}),
                     0);
    world_request_key(p.out, key);
    make_certificate("device", key, false, w->device_cert, w, "device.der");
}

int world_load(world *w, process *p, const char *which, const char *file)
{
    const char *argv[] = {LAUNCHER,
                          "load",
                          w->device,
                          "--root-key",
                          w->root_key,
                          "--device-cert",
                          w->device_cert,
                          "--manufacturer-cert",
                          w->manufacturer_cert,
                          "--trust-list",
                          w->trust_list,
                          "--manifest",
                          w->manifest[0],
                          "--image",
                          w->stream[0],
                          NULL};
    for (size_t i = 3; which != NULL && argv[i] != NULL; i += 2) {
        if (strcmp(argv[i], which) == 0) {
            argv[i + 1] = file;
        }
    }
    return process_run(p, argv);
}

void world_load_device(world *w)
{
    process p;
    world_make_device(w);
    if (world_load(w, &p, NULL, NULL) != 0) {
        fail_msg("%s", p.err);
    }
}

void world_run(const world *w, process *p, const char *const *options)
{
    const char *argv[16] = {LAUNCHER, "run", w->device, NULL};
    for (size_t i = 0; options != NULL && options[i] != NULL && i < 12; i++) {
        argv[3 + i] = options[i];
    }
    process_start(p, argv);
}
