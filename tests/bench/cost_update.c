/* SPDX-License-Identifier: MIT */
/*
 * What an update costs beside its cryptography. cost_update CHUNK_SIZE runs,
 * inside cost_measured, the whole way of a 256 KiB image: offer, every block,
 * read-back, pending. cost_update pass hashes the image once.
 *
 * The flash is plain memory, as fast as memcpy: what a real one costs belongs
 * to its port. tools/dev/bench-update.sh counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "release.h"

#define IMAGE_SIZE 262144u
#define SECTOR 4096u
#define ITEM_SIZE (4u * SECTOR)

void cost_measured(void (*measured)(void));

static uint8_t memory[ITEM_SIZE + 2u * IMAGE_SIZE];
static uint32_t counters[3];
static signet_flash item_region;
static signet_flash slots[SIGNET_SLOT_COUNT];
static signet_items items;
static signet_update_config config;
static signet_update_memory buffers;
static signet_update update;
static signet_handoff running;
static struct release release;

static void must(bool ok, const char *what)
{
    if (!ok) {
        (void)fprintf(stderr, "cost_update: %s\n", what);
        exit(1);
    }
}

static signet_status flash_read(void *ctx, uint32_t offset, uint8_t *out,
                                size_t len)
{
    (void)ctx;
    memcpy(out, memory + offset, len);
    return SIGNET_OK;
}

static signet_status flash_program(void *ctx, uint32_t offset,
                                   const uint8_t *data, size_t len)
{
    (void)ctx;
    memcpy(memory + offset, data, len);
    return SIGNET_OK;
}

static signet_status flash_erase(void *ctx, uint32_t offset, size_t len)
{
    (void)ctx;
    memset(memory + offset, 0xFF, len);
    return SIGNET_OK;
}

static signet_status counter_read(void *ctx, signet_counter_id id,
                                  uint32_t *value)
{
    (void)ctx;
    *value = counters[id];
    return SIGNET_OK;
}

static signet_status counter_raise(void *ctx, signet_counter_id id,
                                   uint32_t value)
{
    (void)ctx;
    counters[id] = value;
    return SIGNET_OK;
}

static void lay_out_flash(void)
{
    static const signet_flash_ops ops = {flash_read, flash_program,
                                         flash_erase};
    const signet_flash whole = {.ops = &ops,
                                .size = sizeof memory,
                                .erase_size = SECTOR,
                                .program_size = 8};

    memset(memory, 0xFF, sizeof memory);
    must(signet_flash_region(&whole, 0, ITEM_SIZE, &item_region) == SIGNET_OK &&
             signet_flash_region(&whole, ITEM_SIZE, IMAGE_SIZE, &slots[0]) ==
                 SIGNET_OK &&
             signet_flash_region(&whole, ITEM_SIZE + IMAGE_SIZE, IMAGE_SIZE,
                                 &slots[1]) == SIGNET_OK,
         "layout");
    must(signet_items_format(&item_region) == SIGNET_OK &&
             signet_items_mount(&items, &item_region) == SIGNET_OK,
         "items");
}

static void configure(struct release_key *root)
{
    static const signet_counter_ops counter = {counter_read, counter_raise};

    config.items = &items;
    config.slots[0] = &slots[0];
    config.slots[1] = &slots[1];
    config.counter.ops = &counter;
    config.root_key = root->public_key;
    memcpy(config.vendor_id, release_vendor, sizeof config.vendor_id);
    memcpy(config.class_id, release_class, sizeof config.class_id);
    config.policy.min_es256 = 1;
    config.max_tries = 3;
}

/* A device that runs release 1 and is about to be offered release 2. */
static void set_up(uint32_t chunk_size)
{
    static struct release_key root;
    struct release first;
    signing_buffer list = release_trust_list(1);

    release_key_new(&root, KEY_ROOT);
    lay_out_flash();
    configure(&root);
    release_new(&first, 1, IMAGE_SIZE, chunk_size);
    release_sign(&first, KEY_FIRMWARE);
    memcpy(memory + slots[0].base, first.image.ptr, IMAGE_SIZE);
    must(signet_update_factory(&config, &buffers, signing_view(&list),
                               release_manifest(&first), 0) == SIGNET_OK,
         "factory");
    running.sequence = 1;
    must(signet_update_start(&update, &config, &buffers, &running) == SIGNET_OK,
         "start");
    release_free(&first);
    signing_buffer_free(&list);
    release_new(&release, 2, IMAGE_SIZE, chunk_size);
    release_sign(&release, KEY_FIRMWARE);
}

static void run_update(void)
{
    static const signet_time now = {0, 0};
    signet_block_request want;
    signet_status status =
        signet_update_offer(&update, release_manifest(&release), now);

    while (status == SIGNET_OK &&
           signet_update_wanted(&update, &want) == SIGNET_OK) {
        size_t block = want.offset / release.fields.chunk_size;

        status = signet_update_block(
            &update, want.manifest_digest, want.offset,
            signet_view(release.stream.ptr + want.offset + 32 * block,
                        want.len));
    }
    must(status == SIGNET_OK && update.phase == SIGNET_UPDATE_READY, "update");
}

static void run_pass(void)
{
    signet_sha256 sha;
    uint8_t digest[32];

    must(signet_sha256_init(&sha) == SIGNET_OK &&
             signet_sha256_update(&sha, release.image.ptr, IMAGE_SIZE) ==
                 SIGNET_OK &&
             signet_sha256_final(&sha, digest) == SIGNET_OK,
         "hash");
}

__attribute__((noinline)) void cost_measured(void (*measured)(void))
{
    measured();
    /* Not a tail call: the function must be left by returning. */
    __asm__ volatile("" ::: "memory");
}

int main(int argc, char **argv)
{
    bool pass = argc == 2 && strcmp(argv[1], "pass") == 0;
    unsigned long chunk_size =
        argc == 2 && !pass ? strtoul(argv[1], NULL, 10) : 4096;

    if (argc != 2 || chunk_size < 256 || chunk_size > 65536) {
        (void)fprintf(stderr, "usage: cost_update CHUNK_SIZE|pass\n");
        return 2;
    }
    set_up((uint32_t)chunk_size);
    cost_measured(pass ? run_pass : run_update);
    release_free(&release);
    return 0;
}
