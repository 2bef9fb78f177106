/* SPDX-License-Identifier: MIT */
/*
 * The file, big-endian: "SGDS", version 1 (u16), life cycle (u16), 32 bytes
 * of secret, CRC-32 of all before it.
 */
#define _GNU_SOURCE
#include "signet/port/posix/secret.h"

#include "file.h"
#include "signet/bytes.h"

#include <string.h>
#include <unistd.h>

#define FILE_SIZE 44u
#define CHECKED 40u
#define FORMAT 1u

static const char file_name[] = "secret";
static const uint8_t magic[4] = {'S', 'G', 'D', 'S'};

static void seal(uint8_t file[FILE_SIZE], signet_life_cycle cycle)
{
    memcpy(file, magic, sizeof magic);
    signet_put_be16(file + 4, FORMAT);
    signet_put_be16(file + 6, (uint16_t)cycle);
    signet_put_be32(file + CHECKED, signet_crc32(0, file, CHECKED));
}

static signet_status load(int dir_fd, uint8_t file[FILE_SIZE])
{
    size_t len = 0;
    signet_status status =
        signet_posix_file_load(dir_fd, file_name, file, FILE_SIZE, &len);
    if (status == SIGNET_ERR_TOO_LARGE) {
        return SIGNET_ERR_CORRUPT;
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (len != FILE_SIZE || memcmp(file, magic, sizeof magic) != 0 ||
        signet_get_be16(file + 4) != FORMAT ||
        signet_get_be32(file + CHECKED) != signet_crc32(0, file, CHECKED)) {
        return SIGNET_ERR_CORRUPT;
    }
    return SIGNET_OK;
}

static signet_status read_secret(void *ctx, uint8_t secret[32])
{
    const signet_posix_secret *port = ctx;
    uint8_t file[FILE_SIZE];
    memset(secret, 0, 32);
    if (port->latched) {
        return SIGNET_ERR_KEY;
    }
    signet_status status = load(port->dir_fd, file);
    if (status == SIGNET_OK) {
        memcpy(secret, file + 8, 32);
    }
    signet_wipe(file, sizeof file);
    return status;
}

static void latch(void *ctx)
{
    signet_posix_secret *port = ctx;
    port->latched = true;
}

static signet_life_cycle life_cycle(void *ctx)
{
    const signet_posix_secret *port = ctx;
    uint8_t file[FILE_SIZE];
    signet_life_cycle cycle = SIGNET_LIFE_UNKNOWN;
    if (load(port->dir_fd, file) == SIGNET_OK) {
        cycle = (signet_life_cycle)signet_get_be16(file + 6);
    }
    signet_wipe(file, sizeof file);
    return cycle;
}

static signet_assurance assurance(void *ctx)
{
    (void)ctx;
    return SIGNET_ASSURANCE_NONE;
}

static const signet_secret_ops ops = {read_secret, latch, life_cycle,
                                      assurance};

signet_status signet_posix_secret_create(int dir_fd, const signet_entropy *rng)
{
    uint8_t file[FILE_SIZE];
    signet_status status = rng->fill(rng->ctx, file + 8, 32);
    if (status == SIGNET_OK) {
        seal(file, SIGNET_LIFE_PROVISIONING);
        status = signet_posix_file_create(dir_fd, file_name, file, FILE_SIZE);
    }
    signet_wipe(file, sizeof file);
    return status;
}

signet_status signet_posix_secret_advance(int dir_fd, signet_life_cycle cycle)
{
    uint8_t file[FILE_SIZE];
    signet_status status = load(dir_fd, file);
    if (status == SIGNET_OK && signet_get_be16(file + 6) > (uint16_t)cycle) {
        status = SIGNET_ERR_LIFE_CYCLE;
    }
    if (status == SIGNET_OK) {
        seal(file, cycle);
        status = signet_posix_file_replace(dir_fd, file_name, file, FILE_SIZE);
    }
    signet_wipe(file, sizeof file);
    return status;
}

signet_status signet_posix_secret_open(signet_posix_secret *ctx, int dir_fd,
                                       signet_secret *out)
{
    out->ops = &ops;
    out->ctx = ctx;
    ctx->latched = false;
    ctx->dir_fd = signet_posix_reopen_dir(dir_fd);
    return ctx->dir_fd >= 0 ? SIGNET_OK : SIGNET_ERR_IO;
}

void signet_posix_secret_close(signet_posix_secret *ctx)
{
    if (ctx->dir_fd >= 0) {
        (void)close(ctx->dir_fd);
    }
    ctx->dir_fd = -1;
}
