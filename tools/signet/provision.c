/* SPDX-License-Identifier: MIT */
/*
 * The factory: lets a simulated device make its key, certifies the key and
 * loads certificate, trust list and first image. The device's private key is
 * never seen here.
 */
#include "child.h"
#include "endorse.h"
#include "ledger.h"
#include "signet/update.h"
#include "verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAUNCHER_OUTPUT 65536u

/* ---- what is loaded, checked before the device is touched ---- */

static bool read_trust(const cli_args *args, file_data *file,
                       signet_trust *trust, failure *f)
{
    const char *path = cli_text(args, "trust-list");
    uint8_t root[64];
    if (!material_public_key(cli_text(args, "root-key"), root, f) ||
        !file_read(path, SIGNET_TRUST_MAX_SIZE, file, f)) {
        return false;
    }
    signet_status status = signet_trust_open(file_view(file), root, 0, trust);
    return status == SIGNET_OK || fail_status(f, path, status);
}

/* A production policy may ask for more signatures; the device decides. */
static bool read_manifest(const char *path, const signet_trust *trust,
                          file_data *file, signet_manifest *m, failure *f)
{
    const signet_signature_policy policy = {.min_es256 = 1,
                                            .accept_development = true};
    if (!file_read(path, SIGNET_MANIFEST_MAX_SIZE, file, f)) {
        return false;
    }
    signet_status status =
        signet_manifest_open(file_view(file), trust, &policy, m);
    return status == SIGNET_OK || fail_status(f, path, status);
}

static bool stream_fits(const char *path, const signet_manifest *m, failure *f)
{
    struct stat s;
    uint64_t blocks = ((uint64_t)m->size + m->chunk_size - 1u) / m->chunk_size;
    if (stat(path, &s) != 0) {
        return fail_errno(f, path);
    }
    if (!S_ISREG(s.st_mode)) {
        return fail(f, "%s: is not a regular file", path);
    }
    return (uint64_t)s.st_size == m->size + (blocks - 1u) * 32u ||
           fail(f, "%s: is not the payload stream of the manifest", path);
}

static bool check_inputs(const cli_args *args, failure *f)
{
    file_data list = {0};
    file_data manifest = {0};
    signet_trust trust;
    signet_manifest m;
    bool ok =
        read_trust(args, &list, &trust, f) &&
        read_manifest(cli_text(args, "manifest"), &trust, &manifest, &m, f) &&
        stream_fits(cli_text(args, "image"), &m, f);
    file_free(&list);
    file_free(&manifest);
    return ok;
}

/* ---- the launcher's verbs ---- */

/* The arguments of exec are not const, though it leaves them alone. */
static bool launch(const char *const words[], file_data *out, failure *f)
{
    char *argv[16] = {NULL};
    size_t n = 0;
    bool ok = true;
    for (; words[n] != NULL && ok; n++) {
        argv[n] = strdup(words[n]);
        ok = argv[n] != NULL;
    }
    ok = ok ? child_run(argv, LAUNCHER_OUTPUT, out, f)
            : fail(f, "out of memory");
    while (n > 0) {
        free(argv[--n]);
    }
    return ok;
}

static bool init_device(const cli_args *args, failure *f)
{
    const char *dir = cli_text(args, "device");
    struct stat s;
    file_data out;
    if (stat(dir, &s) == 0) {
        return S_ISDIR(s.st_mode) || fail(f, "%s: is not a directory", dir);
    }
    if (errno != ENOENT) {
        return fail_errno(f, dir);
    }
    const char *const words[] = {cli_text(args, "launcher"), "init", dir, NULL};
    if (!launch(words, &out, f)) {
        return false;
    }
    file_free(&out);
    return true;
}

static bool device_key(const cli_args *args, uint8_t key[64],
                       char id[SIGNET_DEVICE_ID_LEN + 1u], failure *f)
{
    file_data csr;
    const char *const words[] = {cli_text(args, "launcher"), "device-key",
                                 cli_text(args, "device"), NULL};
    if (!launch(words, &csr, f)) {
        return false;
    }
    bool ok =
        endorse_csr_parse("the device's request", file_view(&csr), key, id, f);
    file_free(&csr);
    return ok;
}

/* Loading makes a blank device of it first: only ever done once. */
static bool load(const cli_args *args, const char *certificate,
                 const char *root_key, failure *f)
{
    char manufacturer[PATH_MAX];
    file_data out;
    if (!material_path(cli_text(args, "ca"), ".der", manufacturer, f)) {
        return false;
    }
    const char *const words[] = {cli_text(args, "launcher"),
                                 "load",
                                 cli_text(args, "device"),
                                 "--root-key",
                                 root_key,
                                 "--device-cert",
                                 certificate,
                                 "--manufacturer-cert",
                                 manufacturer,
                                 "--trust-list",
                                 cli_text(args, "trust-list"),
                                 "--manifest",
                                 cli_text(args, "manifest"),
                                 "--image",
                                 cli_text(args, "image"),
                                 NULL};
    if (!launch(words, &out, f)) {
        return false;
    }
    file_free(&out);
    return true;
}

/* What the launcher reads from files: the new certificate, and the root key's
 * public part, whatever form it was given in. */
static bool load_from(const cli_args *args, const char *folder,
                      const endorsement *device, failure *f)
{
    char certificate[PATH_MAX];
    char root_key[PATH_MAX];
    uint8_t root[64];
    if (!material_path(folder, "/device.der", certificate, f) ||
        !material_path(folder, "/root", root_key, f) ||
        !material_public_key(cli_text(args, "root-key"), root, f)) {
        return false;
    }
    bool ok = file_write(certificate, signet_view(device->der, device->len),
                         0600, f) &&
              file_write(root_key, signet_view(root, sizeof root), 0600, f) &&
              load(args, certificate, root_key, f);
    unlink(certificate);
    unlink(root_key);
    return ok;
}

static bool load_device(const cli_args *args, const endorsement *device,
                        failure *f)
{
    char folder[] = "/tmp/signet-provision-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        return fail_errno(f, folder);
    }
    bool ok = load_from(args, folder, device, f);
    rmdir(folder);
    return ok;
}

/* ---- one device ---- */

/* Is the ledger's certificate this manufacturer's, for this key? */
static bool still_good(const endorsement *known, const material_ca *ca,
                       const uint8_t key[64])
{
    signet_x509 x;
    return signet_x509_read(signet_view(known->der, known->len), &x) ==
               SIGNET_OK &&
           memcmp(x.key, key, 64) == 0 &&
           signet_x509_verify(&x, ca->public_key) == SIGNET_OK;
}

static bool endorse(const cli_args *args, const uint8_t key[64],
                    endorsement *device, bool *known, failure *f)
{
    material_ca ca;
    const char *ledger = cli_text(args, "ledger");
    if (!material_ca_read(cli_text(args, "ca"), &ca, f)) {
        return false;
    }
    bool ok = ledger_find(ledger, device, known, f);
    if (ok && *known && !still_good(device, &ca, key)) {
        ok = fail(f, "%s: device %s was certified by another manufacturer",
                  ledger, device->id);
    } else if (ok && !*known) {
        ok = endorse_key(&ca, key, device, f);
    }
    material_ca_wipe(&ca);
    return ok;
}

static bool run(const cli_args *args, failure *f)
{
    uint8_t key[64];
    endorsement device;
    bool known = false;
    material_ca ca;
    /* The CA is read again when it signs: here it is only checked. */
    if (!check_inputs(args, f) ||
        !material_ca_read(cli_text(args, "ca"), &ca, f)) {
        return false;
    }
    material_ca_wipe(&ca);
    if (!init_device(args, f) || !device_key(args, key, device.id, f) ||
        !endorse(args, key, &device, &known, f)) {
        return false;
    }
    /* A line in the ledger is written last: its device is complete. */
    if (!known && (!load_device(args, &device, f) ||
                   !ledger_add(cli_text(args, "ledger"), &device,
                               cli_text(args, "device"), f))) {
        return false;
    }
    printf("device %s%s\n", device.id, known ? " (as before)" : "");
    return true;
}

static const cli_option options[] = {
    {.name = "launcher",
     .value = "PATH",
     .help = "the program signet-launcher",
     .required = true},
    {.name = "device",
     .value = "DIR",
     .help = "the simulated device; made when it is not there",
     .required = true},
    {.name = "ca",
     .value = "NAME",
     .help = "the manufacturer: NAME.key and NAME.der",
     .required = true},
    {.name = "root-key",
     .value = "PUB",
     .help = "public key that signs trust lists",
     .required = true},
    {.name = "trust-list",
     .value = "FILE",
     .help = "the first trust list",
     .required = true},
    {.name = "manifest",
     .value = "FILE",
     .help = "of the first image",
     .required = true},
    {.name = "image",
     .value = "STREAM",
     .help = "payload stream of the first image",
     .required = true},
    {.name = "ledger",
     .value = "FILE",
     .help = "the manufacturer's record; a line is appended",
     .required = true},
    {0},
};

const cli_verb verb_provision = {
    "provision", "make a device: its key, certificate, trust list and image",
    "The device key is made on the device and only certified here. A device\n"
    "that the ledger has is left as it is: doing it again is harmless.",
    options, run};
