/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "ram_flash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static uint32_t random_next(struct ram_flash *ram)
{
    /* xorshift32: reproducible from the seed */
    ram->seed = ram->seed == 0 ? 1 : ram->seed;
    ram->seed ^= ram->seed << 13;
    ram->seed ^= ram->seed >> 17;
    ram->seed ^= ram->seed << 5;
    return ram->seed;
}

static uint8_t random_byte(struct ram_flash *ram)
{
    return (uint8_t)(random_next(ram) >> 11);
}

static void flag_units(struct ram_flash *ram, uint32_t offset, uint32_t len,
                       uint8_t flag)
{
    uint32_t unit = ram->flash.program_size;

    memset(ram->programmed + offset / unit, flag, len / unit);
}

/* Leave what an interrupted change from old to new leaves. */
static void tear(struct ram_flash *ram, uint32_t offset, const uint8_t *new,
                 uint32_t len)
{
    uint8_t *at = ram->bytes + offset;

    for (uint32_t i = 0; i < len; i++) {
        uint8_t next = new == NULL ? 0xFF : new[i];
        uint8_t some = random_byte(ram);

        switch (ram->cut) {
        case RAM_FLASH_FEW_BITS:
            at[i] = (uint8_t)((at[i] & some) | (next & (uint8_t)~some));
            break;
        case RAM_FLASH_HALF:
            at[i] = i < len / 2 ? next : at[i];
            break;
        case RAM_FLASH_NOISE:
            at[i] = new == NULL ? some : (uint8_t)(at[i] & some);
            break;
        case RAM_FLASH_AFTER:
            at[i] = next;
            break;
        default:
            break;
        }
    }
}

bool ram_flash_point(struct ram_flash *ram)
{
    ram->steps++;
    return ram->steps == ram->cut_step;
}

/* The state of the current step: SIGNET_OK to go on. */
static signet_status step(struct ram_flash *ram, uint32_t offset,
                          const uint8_t *new, uint32_t len)
{
    ram->steps++;
    if (ram->fail_step != 0 && ram->steps >= ram->fail_step) {
        return SIGNET_ERR_IO;
    }
    if (ram->steps == ram->cut_step) {
        tear(ram, offset, new, len);
        if (ram->cut != RAM_FLASH_BEFORE) {
            /* A torn erase has to be made again as well. */
            flag_units(ram, offset, len,
                       new != NULL || ram->cut != RAM_FLASH_AFTER);
        }
        ram->power_off(ram->power_ctx);
        abort(); /* power_off returned */
    }
    return SIGNET_OK;
}

static signet_status op_read(void *ctx, uint32_t offset, uint8_t *out,
                             size_t len)
{
    const struct ram_flash *ram = ctx;

    memcpy(out, ram->bytes + offset, len);
    return SIGNET_OK;
}

static bool allowed(const struct ram_flash *ram, uint32_t offset,
                    const uint8_t *data, size_t len)
{
    uint32_t unit = ram->flash.program_size;

    for (size_t i = 0; i < len; i++) {
        size_t at = offset + i;

        if ((data[i] & (uint8_t)~ram->bytes[at]) != 0 ||
            (ram->flash.write_once && ram->programmed[at / unit] != 0)) {
            return false;
        }
    }
    return true;
}

static signet_status op_program(void *ctx, uint32_t offset, const uint8_t *data,
                                size_t len)
{
    struct ram_flash *ram = ctx;
    uint32_t unit = ram->flash.program_size;

    if (!allowed(ram, offset, data, len)) {
        return SIGNET_ERR_FLASH_RULE;
    }
    for (uint32_t i = 0; i < len; i += unit) {
        signet_status status = step(ram, offset + i, data + i, unit);

        if (status != SIGNET_OK) {
            return status;
        }
        memcpy(ram->bytes + offset + i, data + i, unit);
        flag_units(ram, offset + i, unit, 1);
    }
    return SIGNET_OK;
}

static signet_status op_erase(void *ctx, uint32_t offset, size_t len)
{
    struct ram_flash *ram = ctx;
    uint32_t block = ram->flash.erase_size;

    for (uint32_t i = 0; i < len; i += block) {
        signet_status status = step(ram, offset + i, NULL, block);

        if (status != SIGNET_OK) {
            return status;
        }
        memset(ram->bytes + offset + i, 0xFF, block);
        flag_units(ram, offset + i, block, 0);
    }
    return SIGNET_OK;
}

static uint8_t *shared(size_t len)
{
    void *ptr = mmap(NULL, len, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (ptr == MAP_FAILED) {
        abort();
    }
    return ptr;
}

void ram_flash_new(struct ram_flash *ram, uint32_t size, uint32_t erase_size,
                   uint32_t program_size, bool write_once)
{
    static const signet_flash_ops ops = {op_read, op_program, op_erase};

    memset(ram, 0, sizeof *ram);
    ram->bytes = shared(size);
    ram->programmed = shared(size / program_size);
    memset(ram->bytes, 0xFF, size);
    ram->flash.ops = &ops;
    ram->flash.ctx = ram;
    ram->flash.size = size;
    ram->flash.erase_size = erase_size;
    ram->flash.program_size = program_size;
    ram->flash.write_once = write_once;
}

void ram_flash_free(struct ram_flash *ram)
{
    if (ram->bytes != NULL) {
        (void)munmap(ram->bytes, ram->flash.size);
        (void)munmap(ram->programmed,
                     ram->flash.size / ram->flash.program_size);
    }
    memset(ram, 0, sizeof *ram);
}

void ram_flash_copy(struct ram_flash *to, const struct ram_flash *from)
{
    memcpy(to->bytes, from->bytes, from->flash.size);
    memcpy(to->programmed, from->programmed,
           from->flash.size / from->flash.program_size);
}
