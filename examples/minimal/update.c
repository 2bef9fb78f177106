/* SPDX-License-Identifier: MIT */
/* An application that updates itself: signet-launcher run DEVICE -- MANIFEST
 * STREAM. Its server is two files here. Killed anywhere, it goes on there. */
#define _POSIX_C_SOURCE 200809L
#include "signet/update.h"
#include "signet/port/posix/device.h"
#include <stdio.h>
#include <stdlib.h>

static void must(const char *what, signet_status status)
{
    if (status != SIGNET_OK) {
        fprintf(stderr, "%s: %s\n", what, signet_status_text(status));
        exit(EXIT_FAILURE);
    }
}

static signet_bytes load(const char *path, uint32_t offset, size_t len)
{
    static uint8_t data[65536 + 32]; /* one block of the largest chunk */
    FILE *file = fopen(path, "rb");
    must(path, file == NULL ? SIGNET_ERR_IO : SIGNET_OK);
    len = fseek(file, offset, SEEK_SET) ? 0 : fread(data, 1, len, file);
    fclose(file);
    return signet_view(data, len);
}

int main(int argc, char **argv)
{
    static signet_update update;
    static signet_update_memory memory; /* one trust list and one manifest */
    static signet_posix_device device;
    signet_posix_device_config parts;
    signet_items items;  /* shared with the first stage */
    signet_handoff boot; /* what the first stage verified and started */
    signet_update_config config = {.items = &items, .policy.min_es256 = 1};
    signet_block_request want;
    must("not under signet-launcher", signet_posix_device_inherit(&parts));
    must("device", signet_posix_device_open(&device, &parts));
    must("hand-off", device.boot.ops->handoff(device.boot.ctx, &boot));
    must("items", signet_items_mount(&items, &device.storage.boot_items));
    config.slots[0] = &device.storage.slots[0];
    config.slots[1] = &device.storage.slots[1];
    config.counter = device.counter;
    config.root_key = boot.root_key; /* vendor, class: zeros, as signed */
    must("start", signet_update_start(&update, &config, &memory, &boot));
    fprintf(stderr, "running %s\n", boot.version);
    must("confirm", signet_update_confirm(&update)); /* it does its work */
    must("usage", argc == 3 ? SIGNET_OK : SIGNET_ERR_ARGUMENT);
    signet_bytes input = load(argv[1], 0, SIGNET_MANIFEST_MAX_SIZE);
    must("offer", signet_update_offer(&update, input, (signet_time){0, 0}));
    while (signet_update_wanted(&update, &want) == SIGNET_OK) {
        uint32_t links = 32 * (want.offset / update.manifest.chunk_size);
        input = load(argv[2], want.offset + links, want.len);
        must("block", signet_update_block(&update, want.manifest_digest,
                                          want.offset, input));
    }
    device.reset.ops->reboot(device.reset.ctx); /* pending becomes trial */
}
