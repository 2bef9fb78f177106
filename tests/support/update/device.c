/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "device.h"

#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ITEM_BYTES 8192u
#define COUNTERS 3u

const struct device_geometry device_small = {512, 8, false, 4096};

static const signet_time no_time = {0, 0};

static signet_status counter_read(void *ctx, signet_counter_id id,
                                  uint32_t *value)
{
    const struct device *device = ctx;

    if (device->counter_status != SIGNET_OK) {
        return device->counter_status;
    }
    *value = device->counters[id];
    return SIGNET_OK;
}

static signet_status counter_raise(void *ctx, signet_counter_id id,
                                   uint32_t value)
{
    struct device *device = ctx;

    if (device->counter_status != SIGNET_OK) {
        return device->counter_status;
    }
    if (value <= device->counters[id]) {
        return SIGNET_OK;
    }
    if (ram_flash_point(&device->ram)) {
        if (device->ram.cut != RAM_FLASH_BEFORE) {
            device->counters[id] = value;
        }
        device->ram.power_off(device->ram.power_ctx);
    }
    device->counters[id] = value;
    return SIGNET_OK;
}

static void configure(struct device *device)
{
    static const signet_counter_ops ops = {counter_read, counter_raise};
    signet_update_config *config = &device->config;

    config->items = &device->items;
    for (size_t i = 0; i < SIGNET_SLOT_COUNT; i++) {
        config->slots[i] = &device->slots[i];
    }
    config->counter.ops = &ops;
    config->counter.ctx = device;
    config->root_key = device->root.public_key;
    memcpy(config->vendor_id, release_vendor, sizeof config->vendor_id);
    memcpy(config->class_id, release_class, sizeof config->class_id);
    config->policy.min_es256 = 1;
    config->max_tries = 3;
}

void device_new(struct device *device, const struct device_geometry *geometry)
{
    uint32_t items = ITEM_BYTES;
    uint32_t size = 0;
    void *shared =
        mmap(NULL, COUNTERS * sizeof(uint32_t), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    memset(device, 0, sizeof *device);
    assert_true(shared != MAP_FAILED);
    device->counters = shared;
    release_key_new(&device->root, KEY_ROOT);
    if (items < 2 * geometry->erase_size) {
        items = 2 * geometry->erase_size;
    }
    size = items + SIGNET_SLOT_COUNT * geometry->slot_size;
    ram_flash_new(&device->ram, size, geometry->erase_size,
                  geometry->program_size, geometry->write_once);
    assert_int_equal(
        signet_flash_region(&device->ram.flash, 0, items, &device->item_region),
        SIGNET_OK);
    for (uint32_t i = 0; i < SIGNET_SLOT_COUNT; i++) {
        assert_int_equal(signet_flash_region(&device->ram.flash,
                                             items + i * geometry->slot_size,
                                             geometry->slot_size,
                                             &device->slots[i]),
                         SIGNET_OK);
    }
    configure(device);
    assert_int_equal(signet_items_format(&device->item_region), SIGNET_OK);
    assert_int_equal(signet_items_mount(&device->items, &device->item_region),
                     SIGNET_OK);
}

void device_free(struct device *device)
{
    ram_flash_free(&device->ram);
    (void)munmap(device->counters, COUNTERS * sizeof(uint32_t));
}

/* What a programmer on the production line does. */
static void place(const signet_flash *slot, const struct release *release)
{
    uint32_t unit = slot->program_size;
    uint32_t len = (release->fields.size + unit - 1) / unit * unit;
    uint8_t *padded = malloc(len);

    assert_non_null(padded);
    memset(padded, 0xFF, len);
    memcpy(padded, release->image.ptr, release->fields.size);
    assert_int_equal(signet_flash_erase(slot, 0, slot->size), SIGNET_OK);
    assert_int_equal(signet_flash_program(slot, 0, padded, len), SIGNET_OK);
    free(padded);
}

signet_status device_factory(struct device *device,
                             const struct release *release)
{
    signing_buffer list = release_trust_list(1);
    signet_status status = SIGNET_OK;

    place(&device->slots[0], release);
    status = signet_update_factory(&device->config, &device->memory,
                                   signing_view(&list),
                                   release_manifest(release), 0);
    signing_buffer_free(&list);
    return status;
}

void device_make(struct device *device, const struct device_geometry *geometry,
                 const struct release *first)
{
    device_new(device, geometry);
    assert_int_equal(device_factory(device, first), SIGNET_OK);
    assert_int_equal(device_reset(device), SIGNET_OK);
}

signet_status device_boot(struct device *device)
{
    const signet_boot_decision *decision = &device->decision;
    signet_status status =
        signet_items_mount(&device->items, &device->item_region);

    memset(&device->memory, 0xEE, sizeof device->memory);
    memset(&device->update, 0xEE, sizeof device->update);
    memset(&device->decision, 0xEE, sizeof device->decision);
    if (status != SIGNET_OK) {
        return status;
    }
    status =
        signet_boot_decide(&device->config, &device->memory, &device->decision);
    assert_int_equal(decision->verdict == SIGNET_BOOT_ACCEPT,
                     status == SIGNET_OK);
    assert_true(decision->verdict_copy == ~decision->verdict);
    if (status != SIGNET_OK) {
        return status;
    }
    memset(&device->handoff, 0, sizeof device->handoff);
    signet_boot_describe(decision, device->config.root_key, &device->handoff);
    return SIGNET_OK;
}

signet_status device_start(struct device *device)
{
    return signet_update_start(&device->update, &device->config,
                               &device->memory, &device->handoff);
}

signet_status device_reset(struct device *device)
{
    signet_status status = device_boot(device);

    return status == SIGNET_OK ? device_start(device) : status;
}

signet_status device_offer(struct device *device, const struct release *release)
{
    return signet_update_offer(&device->update, release_manifest(release),
                               no_time);
}

signet_status device_feed(struct device *device, const struct release *release)
{
    signet_block_request request;
    signet_bytes block;
    signet_status status = signet_update_wanted(&device->update, &request);

    if (status != SIGNET_OK) {
        return status;
    }
    block = release_block(release, request.offset);
    assert_int_equal(block.len, request.len);
    return signet_update_block(&device->update, request.manifest_digest,
                               request.offset, block);
}

signet_status device_download(struct device *device,
                              const struct release *release)
{
    signet_status status = SIGNET_OK;
    uint32_t limit = release->fields.size / release->fields.chunk_size + 2;

    while (status == SIGNET_OK && limit > 0 &&
           device->update.phase == SIGNET_UPDATE_RECEIVING) {
        status = device_feed(device, release);
        limit--;
    }
    return status;
}

signet_status device_install(struct device *device,
                             const struct release *release)
{
    signet_status status = device_offer(device, release);

    return status == SIGNET_OK ? device_download(device, release) : status;
}

bool device_slot_holds(const struct device *device, uint32_t slot,
                       const struct release *release)
{
    const signet_flash *flash = &device->slots[slot];

    return memcmp(device->ram.bytes + flash->base, release->image.ptr,
                  release->fields.size) == 0;
}

signet_update_state device_state(const struct device *device)
{
    uint8_t raw[64];
    size_t len = 0;
    signet_update_state state;

    assert_int_equal(signet_items_get(&device->items, SIGNET_UPDATE_ITEM_STATE,
                                      raw, sizeof raw, &len),
                     SIGNET_OK);
    assert_int_equal(len, 16);
    state.slot_state[0] = (signet_image_state)raw[1];
    state.slot_state[1] = (signet_image_state)raw[2];
    state.tries = raw[3];
    state.active = raw[4];
    state.reverted_sequence = signet_get_be64(raw + 8);
    return state;
}
