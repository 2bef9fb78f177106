/* SPDX-License-Identifier: MIT */
/*
 * Appending 64 bytes to a log on 64 KiB of flash with blocks of 4 KiB, program
 * unit 1: the average over 1,000 appends, block changes included. The CRC and
 * the memory that plays flash are not counted.
 */
#include "bench.h"
#include "signet/store.h"

#include <string.h>

#define SIZE 65536u
#define BLOCK 4096u

static uint8_t cells[SIZE];
static uint8_t payload[64];
static signet_log log_;

/* tools/dev/bench.sh has callgrind stop collecting when it enters a function
 * bench_uncounted_*, and go on when it is left. So they may be called while
 * collecting only, and the others do the same work at other times. */
#define UNCOUNTED(signature)                                                   \
    __attribute__((noinline)) signature;                                       \
    signature

static signet_status read_plainly(void *ctx, uint32_t offset, uint8_t *out,
                                  size_t len)
{
    (void)ctx;
    memcpy(out, cells + offset, len);
    return SIGNET_OK;
}

static signet_status program_plainly(void *ctx, uint32_t offset,
                                     const uint8_t *data, size_t len)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        cells[offset + i] &= data[i];
    }
    return SIGNET_OK;
}

static signet_status erase_plainly(void *ctx, uint32_t offset, size_t len)
{
    (void)ctx;
    memset(cells + offset, 0xFF, len);
    return SIGNET_OK;
}

static uint32_t crc_plainly(uint32_t crc, const uint8_t *data, size_t len)
{
    crc = ~crc;
    for (size_t i = 0; i < 8 * len; i++) {
        uint32_t bit = (uint32_t)data[i / 8] >> i % 8 & 1;

        crc = (crc & 1) != bit ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    return ~crc;
}

UNCOUNTED(signet_status bench_uncounted_read(void *ctx, uint32_t offset,
                                             uint8_t *out, size_t len))
{
    return read_plainly(ctx, offset, out, len);
}

UNCOUNTED(signet_status bench_uncounted_program(void *ctx, uint32_t offset,
                                                const uint8_t *data,
                                                size_t len))
{
    return program_plainly(ctx, offset, data, len);
}

UNCOUNTED(signet_status bench_uncounted_erase(void *ctx, uint32_t offset,
                                              size_t len))
{
    return erase_plainly(ctx, offset, len);
}

UNCOUNTED(uint32_t bench_uncounted_crc(uint32_t crc, const uint8_t *data,
                                       size_t len))
{
    return crc_plainly(crc, data, len);
}

static const signet_flash_ops plain_ops = {read_plainly, program_plainly,
                                           erase_plainly};
static const signet_flash_ops uncounted_ops = {
    bench_uncounted_read, bench_uncounted_program, bench_uncounted_erase};
static signet_flash flash = {&plain_ops, NULL, 0, SIZE, BLOCK, 1, false};

/* Takes the place of the library's, which stays in its archive. */
uint32_t signet_crc32(uint32_t crc, const uint8_t *data, size_t len)
{
    return flash.ops == &uncounted_ops ? bench_uncounted_crc(crc, data, len)
                                       : crc_plainly(crc, data, len);
}

static void set_up(size_t size)
{
    bench_expect(size == sizeof payload, "payload size");
    bench_expect(signet_log_format(&flash, 1) == SIGNET_OK, "format");
    bench_expect(signet_log_mount(&log_, &flash) == SIGNET_OK, "mount");
}

/* The service keeps up, and idle time erases ahead. */
static void make_room(void)
{
    if (log_.next_sequence % 500 == 0) {
        (void)signet_log_acknowledge(&log_, log_.next_sequence - 1);
    }
    bench_expect(signet_log_prepare(&log_) == SIGNET_OK, "prepare");
}

static void append(void)
{
    signet_status status = SIGNET_OK;

    flash.ops = &uncounted_ops;
    status =
        signet_log_append(&log_, signet_view(payload, sizeof payload), NULL);
    flash.ops = &plain_ops;
    bench_expect(status == SIGNET_OK, "append");
}

static void append_some(size_t size)
{
    set_up(size);
    for (unsigned i = 0; i < 30; i++) {
        bench_expect(signet_log_append(&log_, signet_view(payload, size),
                                       NULL) == SIGNET_OK,
                     "append");
    }
}

static void find_oldest(void)
{
    signet_log_entry entry;
    signet_status status = SIGNET_OK;

    flash.ops = &uncounted_ops;
    status = signet_log_next(&log_, 15, &entry);
    flash.ops = &plain_ops;
    bench_expect(status == SIGNET_OK && entry.len == sizeof payload, "next");
}

static const bench_operation operations[] = {
    {"report.append_flash_64", set_up, make_room, append, 64},
    {"store.next_64", append_some, NULL, find_oldest, 64},
};

int main(int argc, char **argv)
{
    return bench_run(argc, argv, operations,
                     sizeof operations / sizeof operations[0]);
}
