/* SPDX-License-Identifier: MIT */
/* A device proves who it is and what it runs. In an empty folder:
 *     minimal_identity csr >device.csr          its key's request; then the
 *     signet endorse --ca NAME --csr device.csr --out device.der  maker's word
 *     minimal_identity <device.der >evidence    what a service asks it for */
#define _XOPEN_SOURCE 700
#include "signet/identity.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/flash.h"
#include "signet/port/posix/secret.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static void must(signet_status status, const char *what)
{
    if (status != SIGNET_OK) {
        fprintf(stderr, "%s: %s\n", what, signet_status_text(status));
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static const signet_posix_flash_geometry nor = {16384, 4096, 4, false};
    static const signet_handoff boot = {.version = "1.0"}; /* first stage's */
    static const uint8_t challenge[32] = {0}; /* signet_identity_challenge's */
    static signet_identity self; /* every context is the caller's */
    signet_posix_secret secret;
    signet_posix_flash file;
    signet_flash flash;
    signet_items items; /* a product has two: a factory reset wipes but one */
    signet_identity_config config = {.handoff = &boot};
    uint8_t key[64], data[SIGNET_X509_MAX_SIZE];
    size_t len = fread(data, 1, argc > 1 ? 0 : sizeof data, stdin);

    config.factory = config.items = &items;
    config.rng = signet_posix_entropy();
    (void)signet_posix_secret_create(AT_FDCWD, &config.rng); /* if none */
    must(signet_posix_secret_open(&secret, AT_FDCWD, &config.secret), "secret");
    if (argc > 1) {
        must(signet_identity_device_csr(&config.secret, &config.rng, data,
                                        sizeof data, &len, key),
             argv[1]);
        return fwrite(data, len, 1, stdout) == 1 ? 0 : 1;
    }
    (void)signet_posix_flash_create(AT_FDCWD, "items", &nor); /* if none */
    must(signet_posix_flash_open(&file, AT_FDCWD, "items", &nor, 0, &flash),
         "open");
    must(signet_items_format(&flash), "format");
    must(signet_items_mount(&items, &flash), "mount");
    must(signet_items_put(&items, SIGNET_IDENTITY_ITEM_DEVICE_CERT,
                          (signet_bytes){data, len}),
         "put");
    must(signet_identity_start(&self, &config), "start");
    must(signet_identity_evidence(&self, challenge, data, sizeof data, &len),
         "evidence");
    return fwrite(data, len, 1, stdout) == 1 ? 0 : 1;
}
