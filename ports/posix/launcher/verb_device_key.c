/* SPDX-License-Identifier: MIT */
/* device-key: what a manufacturer endorses. */
#include "directory.h"
#include "input.h"
#include "launcher.h"
#include "signet/identity.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/secret.h"

#include <stdlib.h>

static int print_request(int dir_fd, const char *dir)
{
    signet_posix_secret ctx;
    signet_secret secret;
    signet_entropy rng = signet_posix_entropy();
    uint8_t csr[SIGNET_X509_MAX_SIZE];
    uint8_t key[64];
    size_t len = 0;
    signet_status status = signet_posix_secret_open(&ctx, dir_fd, &secret);
    if (status == SIGNET_OK) {
        status = signet_identity_device_csr(&secret, &rng, csr, sizeof csr,
                                            &len, key);
    }
    signet_posix_secret_close(&ctx);
    if (status != SIGNET_OK) {
        return launcher_complain_status(dir, status);
    }
    if (!launcher_print_pem("CERTIFICATE REQUEST", signet_view(csr, len))) {
        return launcher_complain("cannot write to standard output");
    }
    return EXIT_SUCCESS;
}

int launcher_device_key(const launcher_options *options)
{
    launcher_directory directory;
    int status = launcher_directory_open(options->dir, &directory);
    if (status != 0) {
        return status;
    }
    status = print_request(directory.fd, options->dir);
    launcher_directory_close(&directory);
    return status;
}
