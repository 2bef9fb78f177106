/* SPDX-License-Identifier: MIT */
#include "input.h"
#include "load.h"
#include "signet/port/posix/layout.h"
#include "signet/x509.h"

#include <stdlib.h>
#include <string.h>

/* A slot of the smallest chunks, 256 bytes, each with a digest. */
#define LONGEST_STREAM ((size_t)SIGNET_POSIX_SLOT_SIZE / 256u * (256u + 32u))
/* PEM is four thirds of DER, and may carry text around it. */
#define LONGEST_CERT ((size_t)2 * SIGNET_X509_MAX_SIZE)

static bool read_one(const char *path, size_t limit, launcher_file *file)
{
    return launcher_read_file(path, limit, &file->data, &file->len);
}

static bool read_certificate(const char *path, launcher_file *file)
{
    if (!read_one(path, LONGEST_CERT, file)) {
        return false;
    }
    if (!launcher_unwrap_pem(file->data, &file->len)) {
        (void)launcher_complain("%s: damaged PEM", path);
        return false;
    }
    return true;
}

bool launcher_load_read(const launcher_options *options,
                        launcher_load_files *files)
{
    memset(files, 0, sizeof *files);
    bool good = launcher_read_public_key(options->root_key, files->root_key) &&
                read_certificate(options->device_cert, &files->device_cert) &&
                read_certificate(options->manufacturer_cert,
                                 &files->manufacturer_cert) &&
                read_one(options->trust_list, SIGNET_TRUST_MAX_SIZE,
                         &files->trust_list) &&
                read_one(options->manifest, SIGNET_MANIFEST_MAX_SIZE,
                         &files->manifest) &&
                read_one(options->image, LONGEST_STREAM, &files->image);
    if (!good) {
        launcher_load_free(files);
    }
    return good;
}

void launcher_load_free(launcher_load_files *files)
{
    free(files->device_cert.data);
    free(files->manufacturer_cert.data);
    free(files->trust_list.data);
    free(files->manifest.data);
    free(files->image.data);
    memset(files, 0, sizeof *files);
}
