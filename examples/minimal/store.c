/* SPDX-License-Identifier: MIT */
/* The store alone: a record that survives a power cut, and a small value that
 * is replaced whole or not at all. Usage: minimal_store FILE; run it twice. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "signet/port/posix/flash.h"
#include "signet/store.h"

static void must(const char *what, signet_status status)
{
    if (status != SIGNET_OK) {
        fprintf(stderr, "%s: %s\n", what, signet_status_text(status));
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    /* 8 blocks of 4 KiB, programmed 8 bytes at a time: items, then the log. */
    static const signet_posix_flash_geometry geometry = {32768, 4096, 8, true};
    static signet_posix_flash file;
    signet_flash flash, items_region, log_region;
    signet_items items;
    signet_log log;
    signet_log_entry entry;
    uint8_t runs[1] = {0}, text[32];
    size_t len;
    if (argc != 2) {
        fprintf(stderr, "usage: minimal_store FILE\n");
        return 2;
    }
    bool fresh = signet_posix_flash_create(AT_FDCWD, argv[1], &geometry) ==
                 SIGNET_OK; /* else the file is there, from the last run */
    must(argv[1], signet_posix_flash_open(&file, AT_FDCWD, argv[1], &geometry,
                                          false, &flash));
    must("items", signet_flash_region(&flash, 0, 8192, &items_region));
    must("log", signet_flash_region(&flash, 8192, 24576, &log_region));
    if (fresh) {
        must("items", signet_items_format(&items_region));
        must("log", signet_log_format(&log_region, 1)); /* a device: random */
    }
    must("items", signet_items_mount(&items, &items_region));
    must("log", signet_log_mount(&log, &log_region));
    (void)signet_items_get(&items, 1, runs, sizeof runs, &len); /* or 0 */
    runs[0]++;
    must("put", signet_items_put(&items, 1, signet_view(runs, sizeof runs)));
    len = (size_t)snprintf((char *)text, sizeof text, "run %u", runs[0]);
    must("append", signet_log_append(&log, signet_view(text, len), NULL));
    /* What is in the log, oldest first; signet_log_acknowledge frees it. */
    for (uint32_t at = 0; signet_log_next(&log, at, &entry) == SIGNET_OK;) {
        must("read", signet_log_read(&log, &entry, text, sizeof text));
        printf("%u: %.*s\n", entry.sequence, (int)entry.len, (char *)text);
        at = entry.sequence;
    }
    return EXIT_SUCCESS;
}
