/* SPDX-License-Identifier: MIT */
#include "load.h"
#include "signet/identity.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/secret.h"
#include "signet/x509.h"

#include <string.h>

static signet_status device_key(int dir_fd, uint8_t key[64])
{
    signet_posix_secret ctx;
    signet_secret secret;
    signet_entropy rng = signet_posix_entropy();
    uint8_t csr[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    signet_status status = signet_posix_secret_open(&ctx, dir_fd, &secret);
    if (status == SIGNET_OK) {
        status = signet_identity_device_csr(&secret, &rng, csr, sizeof csr,
                                            &len, key);
    }
    signet_posix_secret_close(&ctx);
    return status;
}

/* No date is looked at: provisioning has no trusted time. */
static signet_status check_issuer(const signet_x509 *device,
                                  const signet_x509 *manufacturer)
{
    if (!manufacturer->ca ||
        !signet_equal(device->issuer, manufacturer->subject)) {
        return SIGNET_ERR_CERT_CHAIN;
    }
    signet_status status = signet_x509_verify(device, manufacturer->key);
    return status == SIGNET_ERR_SIGNATURE ? SIGNET_ERR_CERT_CHAIN : status;
}

static bool good(const char *path, signet_status status)
{
    if (status != SIGNET_OK) {
        (void)launcher_complain_status(path, status);
    }
    return status == SIGNET_OK;
}

bool launcher_load_check_endorsement(int dir_fd,
                                     const launcher_options *options,
                                     const launcher_load_files *files)
{
    const char *path = options->device_cert;
    signet_x509 device;
    signet_x509 manufacturer;
    uint8_t key[64];
    if (!good(path,
              signet_x509_read(launcher_view(&files->device_cert), &device)) ||
        !good(options->manufacturer_cert,
              signet_x509_read(launcher_view(&files->manufacturer_cert),
                               &manufacturer)) ||
        !good(options->dir, device_key(dir_fd, key))) {
        return false;
    }
    if (memcmp(device.key, key, sizeof key) != 0) {
        return good(path, SIGNET_ERR_CERT_KEY);
    }
    return good(path, check_issuer(&device, &manufacturer));
}

bool launcher_load_open_manifest(const launcher_options *options,
                                 const launcher_load_files *files,
                                 signet_manifest *manifest,
                                 launcher_config *config)
{
    const signet_signature_policy policy = {.min_es256 = 1};
    signet_trust trust;
    if (!good(options->trust_list,
              signet_trust_open(launcher_view(&files->trust_list),
                                files->root_key, 0, &trust)) ||
        !good(options->manifest,
              signet_manifest_open(launcher_view(&files->manifest), &trust,
                                   &policy, manifest))) {
        return false;
    }
    memcpy(config->root_key, files->root_key, 64);
    memcpy(config->vendor_id, manifest->vendor_id.ptr, 16);
    memcpy(config->class_id, manifest->class_id.ptr, 16);
    config->component = manifest->component;
    return true;
}
