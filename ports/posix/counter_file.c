/* SPDX-License-Identifier: MIT */
/*
 * The file, big-endian: "SGCT", version 1 (u32), three counters (u32),
 * CRC-32 of all before it.
 */
#define _GNU_SOURCE
#include "signet/port/posix/counter.h"

#include "file.h"
#include "signet/bytes.h"

#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define COUNTERS 3u
#define FILE_SIZE 24u
#define CHECKED 20u
#define FORMAT 1u

static const char file_name[] = "counters";
static const uint8_t magic[4] = {'S', 'G', 'C', 'T'};

static void encode(const uint32_t values[COUNTERS], uint8_t out[FILE_SIZE])
{
    memcpy(out, magic, sizeof magic);
    signet_put_be32(out + 4, FORMAT);
    for (size_t i = 0; i < COUNTERS; i++) {
        signet_put_be32(out + 8 + 4 * i, values[i]);
    }
    signet_put_be32(out + CHECKED, signet_crc32(0, out, CHECKED));
}

static signet_status load(int dir_fd, uint32_t values[COUNTERS])
{
    uint8_t data[FILE_SIZE];
    size_t len = 0;
    if (signet_posix_file_load(dir_fd, file_name, data, sizeof data, &len) !=
            SIGNET_OK ||
        len != FILE_SIZE || memcmp(data, magic, sizeof magic) != 0 ||
        signet_get_be32(data + 4) != FORMAT ||
        signet_get_be32(data + CHECKED) != signet_crc32(0, data, CHECKED)) {
        return SIGNET_ERR_COUNTER;
    }
    for (size_t i = 0; i < COUNTERS; i++) {
        values[i] = signet_get_be32(data + 8 + 4 * i);
    }
    return SIGNET_OK;
}

static signet_status read_counter(void *ctx, signet_counter_id id,
                                  uint32_t *value)
{
    const signet_posix_counter *counter = ctx;
    uint32_t values[COUNTERS];
    *value = 0;
    if ((uint32_t)id >= COUNTERS) {
        return SIGNET_ERR_ARGUMENT;
    }
    signet_status status = load(counter->dir_fd, values);
    if (status == SIGNET_OK) {
        *value = values[id];
    }
    return status;
}

static signet_status raise_locked(int dir_fd, signet_counter_id id,
                                  uint32_t value)
{
    uint32_t values[COUNTERS];
    uint8_t data[FILE_SIZE];
    signet_status status = load(dir_fd, values);
    if (status != SIGNET_OK || value <= values[id]) {
        return status;
    }
    values[id] = value;
    encode(values, data);
    status = signet_posix_file_replace(dir_fd, file_name, data, sizeof data);
    return status == SIGNET_OK ? SIGNET_OK : SIGNET_ERR_COUNTER;
}

/* The lock keeps two processes from each writing the other's counter back. */
static signet_status raise_counter(void *ctx, signet_counter_id id,
                                   uint32_t value)
{
    const signet_posix_counter *counter = ctx;
    if ((uint32_t)id >= COUNTERS) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (flock(counter->dir_fd, LOCK_EX) != 0) {
        return SIGNET_ERR_COUNTER;
    }
    signet_status status = raise_locked(counter->dir_fd, id, value);
    (void)flock(counter->dir_fd, LOCK_UN);
    return status;
}

static const signet_counter_ops ops = {read_counter, raise_counter};

signet_status signet_posix_counter_create(int dir_fd)
{
    const uint32_t zeros[COUNTERS] = {0, 0, 0};
    uint8_t data[FILE_SIZE];
    encode(zeros, data);
    return signet_posix_file_create(dir_fd, file_name, data, sizeof data);
}

signet_status signet_posix_counter_open(signet_posix_counter *ctx, int dir_fd,
                                        signet_counter *out)
{
    out->ops = &ops;
    out->ctx = ctx;
    ctx->dir_fd = signet_posix_reopen_dir(dir_fd);
    return ctx->dir_fd >= 0 ? SIGNET_OK : SIGNET_ERR_IO;
}

void signet_posix_counter_close(signet_posix_counter *ctx)
{
    if (ctx->dir_fd >= 0) {
        (void)close(ctx->dir_fd);
    }
    ctx->dir_fd = -1;
}
