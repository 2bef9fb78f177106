/* SPDX-License-Identifier: MIT */
/** NOR flash in memory, without faults: for tests of what stands above the
 * store. Programming ANDs; a set bit is FLASH_RULE. */
#ifndef SIGNET_TESTS_MEMORY_FLASH_H
#define SIGNET_TESTS_MEMORY_FLASH_H

#include "signet/port/flash.h"

#include <string.h>

#define MEMORY_FLASH_BLOCK 1024u
#define MEMORY_FLASH_SIZE (16u * MEMORY_FLASH_BLOCK)

typedef struct memory_flash {
    signet_flash flash;
    uint8_t bytes[MEMORY_FLASH_SIZE];
    signet_status fail; /**< of programs, when not OK */
    unsigned programs;
} memory_flash;

static inline signet_status memory_flash_read(void *ctx, uint32_t offset,
                                              uint8_t *out, size_t len)
{
    memcpy(out, ((memory_flash *)ctx)->bytes + offset, len);
    return SIGNET_OK;
}

static inline signet_status memory_flash_program(void *ctx, uint32_t offset,
                                                 const uint8_t *data,
                                                 size_t len)
{
    memory_flash *flash = (memory_flash *)ctx;

    flash->programs++;
    if (flash->fail != SIGNET_OK) {
        return flash->fail;
    }
    for (size_t i = 0; i < len; i++) {
        if ((data[i] & ~flash->bytes[offset + i]) != 0) {
            return SIGNET_ERR_FLASH_RULE;
        }
    }
    for (size_t i = 0; i < len; i++) {
        flash->bytes[offset + i] &= data[i];
    }
    return SIGNET_OK;
}

static inline signet_status memory_flash_erase(void *ctx, uint32_t offset,
                                               size_t len)
{
    memset(((memory_flash *)ctx)->bytes + offset, 0xFF, len);
    return SIGNET_OK;
}

static inline void memory_flash_init(memory_flash *flash)
{
    static const signet_flash_ops ops = {
        memory_flash_read, memory_flash_program, memory_flash_erase};
    const signet_flash region = {.ops = &ops,
                                 .ctx = flash,
                                 .size = MEMORY_FLASH_SIZE,
                                 .erase_size = MEMORY_FLASH_BLOCK,
                                 .program_size = 1};

    memset(flash, 0, sizeof *flash);
    memset(flash->bytes, 0xFF, sizeof flash->bytes);
    flash->flash = region;
}

#endif
