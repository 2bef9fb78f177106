/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "ram_flash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Most units of one call: 64 KiB by bytes. */
#define MAX_UNITS 65536u

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
    uint32_t nearly = random_next(ram) % len;

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
            ram->doubtful[offset + i] &= new == NULL ? 0 : next;
            break;
        case RAM_FLASH_NEARLY:
            ram->doubtful[offset + i] |=
                i == nearly ? (at[i] ^ next) & some : 0;
            at[i] = next;
            break;
        case RAM_FLASH_UNSTABLE:
            ram->doubtful[offset + i] |= (at[i] ^ next) & random_byte(ram);
            at[i] = (uint8_t)((at[i] & some) | (next & (uint8_t)~some));
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
    if (ram->fail_step != 0 &&
        (ram->fail_once ? ram->steps == ram->fail_step
                        : ram->steps >= ram->fail_step)) {
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
    struct ram_flash *ram = ctx;

    if (ram->fail_reads) {
        return SIGNET_ERR_IO;
    }
    ram->read_bytes += len;
    memcpy(out, ram->bytes + offset, len);
    for (size_t i = 0; i < len; i++) {
        uint8_t doubtful = ram->doubtful[offset + i];

        if (doubtful != 0) {
            out[i] ^= doubtful & random_byte(ram);
        }
    }
    return SIGNET_OK;
}

static bool allowed(const struct ram_flash *ram, uint32_t offset,
                    const uint8_t *data, size_t len)
{
    uint32_t unit = ram->flash.program_size;

    for (size_t i = 0; i < len; i++) {
        size_t at = offset + i;

        /* A doubtful bit may be programmed either way. */
        uint8_t cleared = (uint8_t) ~(ram->bytes[at] | ram->doubtful[at]);

        if ((data[i] & cleared) != 0 ||
            (ram->flash.write_once && ram->programmed[at / unit] != 0)) {
            return false;
        }
    }
    return true;
}

static void program_unit(struct ram_flash *ram, uint32_t offset,
                         const uint8_t *data)
{
    for (uint32_t i = 0; i < ram->flash.program_size; i++) {
        ram->bytes[offset + i] &= data[i];
        ram->doubtful[offset + i] &= data[i]; /* what is cleared is firm */
    }
    flag_units(ram, offset, ram->flash.program_size, 1);
}

/* The order in which the units of one call are programmed. */
static void make_order(struct ram_flash *ram, uint16_t *order, uint32_t units)
{
    for (uint32_t i = 0; i < units; i++) {
        uint32_t j = ram->shuffle ? random_next(ram) % (i + 1) : i;

        order[i] = (uint16_t)i;
        if (j != i) {
            order[i] = order[j];
            order[j] = (uint16_t)i;
        }
    }
}

static signet_status op_program(void *ctx, uint32_t offset, const uint8_t *data,
                                size_t len)
{
    struct ram_flash *ram = ctx;
    uint16_t order[MAX_UNITS];
    uint32_t units = (uint32_t)len / ram->flash.program_size;

    if (!allowed(ram, offset, data, len)) {
        ram->rule_breaks++;
        return SIGNET_ERR_FLASH_RULE;
    }
    if (units > MAX_UNITS) {
        abort();
    }
    ram->program_calls++;
    ram->program_bytes += len;
    make_order(ram, order, units);
    for (uint32_t i = 0; i < units; i++) {
        uint32_t at = order[i] * ram->flash.program_size;
        signet_status status =
            step(ram, offset + at, data + at, ram->flash.program_size);

        if (status != SIGNET_OK) {
            return status;
        }
        program_unit(ram, offset + at, data + at);
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
        ram->erases++;
        memset(ram->bytes + offset + i, 0xFF, block);
        memset(ram->doubtful + offset + i, 0, block);
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
    ram->doubtful = shared(size);
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
        (void)munmap(ram->doubtful, ram->flash.size);
        (void)munmap(ram->programmed,
                     ram->flash.size / ram->flash.program_size);
    }
    memset(ram, 0, sizeof *ram);
}

struct ram_flash *ram_flash_shared(uint32_t blocks, uint32_t erase_size,
                                   uint32_t program_size, bool write_once)
{
    struct ram_flash *ram = (struct ram_flash *)(void *)shared(sizeof *ram);

    ram_flash_new(ram, blocks * erase_size, erase_size, program_size,
                  write_once);
    return ram;
}

void ram_flash_drop(struct ram_flash *ram)
{
    ram_flash_free(ram);
    (void)munmap(ram, sizeof *ram);
}

void ram_flash_copy(struct ram_flash *to, const struct ram_flash *from)
{
    memcpy(to->bytes, from->bytes, from->flash.size);
    memcpy(to->programmed, from->programmed,
           from->flash.size / from->flash.program_size);
    memcpy(to->doubtful, from->doubtful, from->flash.size);
}
