/* SPDX-License-Identifier: MIT */
#include "identity_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(signet_status status, const char *what)
{
    if (status != SIGNET_OK) {
        (void)fprintf(stderr, "%s: %s\n", what, signet_status_name(status));
        abort();
    }
}

static signet_status broken_read(void *ctx, uint32_t offset, uint8_t *out,
                                 size_t len)
{
    (void)ctx;
    (void)offset;
    (void)out;
    (void)len;
    return SIGNET_ERR_IO;
}

static signet_status broken_program(void *ctx, uint32_t offset,
                                    const uint8_t *data, size_t len)
{
    (void)ctx;
    (void)offset;
    (void)data;
    (void)len;
    return SIGNET_ERR_IO;
}

static signet_status broken_erase(void *ctx, uint32_t offset, size_t len)
{
    (void)ctx;
    (void)offset;
    (void)len;
    return SIGNET_ERR_IO;
}

static const signet_flash_ops broken_ops = {broken_read, broken_program,
                                            broken_erase};

void kit_device_break_flash(struct kit_device *device, bool broken)
{
    /* Both flashes have the same, working, operations. */
    device->items_flash.flash.ops =
        broken ? &broken_ops : device->factory_flash.flash.ops;
}

static signet_status secret_read(void *ctx, uint8_t secret[32])
{
    struct kit_device *device = ctx;

    device->secret_reads++;
    if (device->blank) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (device->latched) {
        return SIGNET_ERR_KEY;
    }
    memcpy(secret, device->secret, SIGNET_SECRET_SIZE);
    return SIGNET_OK;
}

static void secret_latch(void *ctx)
{
    struct kit_device *device = ctx;

    device->latched = true;
}

static signet_life_cycle secret_life_cycle(void *ctx)
{
    (void)ctx;
    return SIGNET_LIFE_SECURED;
}

static signet_assurance secret_assurance(void *ctx)
{
    (void)ctx;
    return SIGNET_ASSURANCE_LOCKED;
}

static const signet_secret_ops secret_ops = {
    secret_read, secret_latch, secret_life_cycle, secret_assurance};

static void make_handoff(signet_handoff *handoff)
{
    signet_entropy rng = kit_entropy();

    handoff->state = SIGNET_IMAGE_CONFIRMED;
    handoff->security_counter = 7;
    handoff->sequence = 42;
    handoff->boot_count = 300;
    memset(handoff->measurement, 0xAA, sizeof(handoff->measurement));
    memset(handoff->signer, 0xBB, sizeof(handoff->signer));
    must(rng.fill(rng.ctx, handoff->boot_seed, sizeof(handoff->boot_seed)),
         "entropy");
    memcpy(handoff->version, "1.0.0", 6);
}

void kit_device_make(struct kit_device *device)
{
    signet_entropy rng = kit_entropy();

    memset(device, 0, sizeof(*device));
    must(rng.fill(rng.ctx, device->secret, sizeof(device->secret)), "entropy");
    ram_flash_new(&device->factory_flash, KIT_FLASH_SIZE, KIT_BLOCK, 4, false);
    ram_flash_new(&device->items_flash, KIT_FLASH_SIZE, KIT_BLOCK, 4, false);
    must(signet_items_format(&device->factory_flash.flash), "format");
    must(signet_items_format(&device->items_flash.flash), "format");
    must(signet_items_mount(&device->factory, &device->factory_flash.flash),
         "mount");
    make_handoff(&device->handoff);
    device->config.secret.ops = &secret_ops;
    device->config.secret.ctx = device;
    device->config.factory = &device->factory;
    device->config.items = &device->items;
    device->config.rng = rng;
    device->config.handoff = &device->handoff;
    memset(device->config.vendor_id, 0x11, 16);
    memset(device->config.class_id, 0x22, 16);
    device->config.build_time_s = KIT_BUILD_TIME;
    device->config.trust_counter = 5;
}

void kit_device_free(struct kit_device *device)
{
    ram_flash_free(&device->factory_flash);
    ram_flash_free(&device->items_flash);
}

void kit_device_provision(struct kit_device *device, const struct kit_key *root)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    uint8_t key[64];
    uint8_t ueid[SIGNET_UEID_SIZE];
    char id[SIGNET_DEVICE_ID_LEN + 1];
    signet_csr csr;
    size_t len = 0;

    must(signet_identity_device_csr(&device->config.secret, &device->config.rng,
                                    der, sizeof(der), &len, key),
         "device CSR");
    must(signet_csr_read(signet_view(der, len), &csr), "device CSR");
    must(signet_identity_names(csr.key, id, ueid), "names");
    len = kit_device_certificate(csr.key, id, root, "Manufacturer", der,
                                 sizeof(der));
    must(signet_items_put(&device->factory, SIGNET_IDENTITY_ITEM_DEVICE_CERT,
                          signet_view(der, len)),
         "device certificate");
}

signet_status kit_device_start(struct kit_device *device)
{
    device->latched = false;
    must(signet_items_mount(&device->items, &device->items_flash.flash),
         "mount");
    return signet_identity_start(&device->identity, &device->config);
}
