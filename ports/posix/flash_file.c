/* SPDX-License-Identifier: MIT */
/*
 *   0                    size            size + size / program_size / 8
 *   | the array          | one bit a unit, set: programmed since erase |
 *
 * The second part is there with write_once only.
 */
#define _GNU_SOURCE
#include "signet/port/posix/flash.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 4096u
#define MARK_PIECE (PIECE / 8u)

static bool power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1u)) == 0;
}

/* An erase block has whole bytes of marks, so that erasing one leaves its
 * neighbours' alone. */
static bool geometry_valid(const signet_posix_flash_geometry *g)
{
    return power_of_two(g->program_size) && g->program_size <= 32u &&
           power_of_two(g->erase_size) && g->erase_size >= g->program_size &&
           g->size != 0 && g->size % g->erase_size == 0 &&
           (!g->write_once || g->erase_size / g->program_size >= 8u);
}

static uint32_t marks_size(const signet_posix_flash_geometry *g)
{
    return g->write_once ? g->size / g->program_size / 8u : 0;
}

static off_t file_size(const signet_posix_flash_geometry *g)
{
    return (off_t)g->size + (off_t)marks_size(g);
}

static bool inside(const signet_posix_flash *flash, uint32_t offset, size_t len)
{
    uint32_t size = flash->geometry.size;
    return offset <= size && len <= size - offset;
}

static signet_status fill(int fd, off_t offset, uint8_t value, uint32_t len)
{
    uint8_t piece[PIECE];
    memset(piece, value, sizeof piece);
    while (len > 0) {
        uint32_t n = len < PIECE ? len : PIECE;
        signet_status status = signet_posix_write_at(fd, offset, piece, n);
        if (status != SIGNET_OK) {
            return status;
        }
        offset += (off_t)n;
        len -= n;
    }
    return SIGNET_OK;
}

static signet_status flash_read(void *ctx, uint32_t offset, uint8_t *out,
                                size_t len)
{
    const signet_posix_flash *flash = ctx;
    if (!inside(flash, offset, len)) {
        return SIGNET_ERR_ARGUMENT;
    }
    return signet_posix_read_at(flash->fd, (off_t)offset, out, len);
}

/* Marks of up to PIECE bytes of array: which bytes of the file hold them. */
typedef struct mark_span {
    off_t offset;
    size_t len;
    uint32_t first; /* unit, counted from the span's first bit */
    uint32_t count;
    uint8_t bits[MARK_PIECE + 1u];
} mark_span;

static signet_status marks_load(const signet_posix_flash *flash,
                                uint32_t offset, size_t len, mark_span *span)
{
    const signet_posix_flash_geometry *g = &flash->geometry;
    uint32_t unit = offset / g->program_size;
    span->first = unit % 8u;
    span->count = (uint32_t)len / g->program_size;
    span->offset = (off_t)g->size + (off_t)(unit / 8u);
    span->len = (span->first + span->count + 7u) / 8u;
    return signet_posix_read_at(flash->fd, span->offset, span->bits, span->len);
}

static bool marks_any(const mark_span *span)
{
    for (uint32_t i = span->first; i < span->first + span->count; i++) {
        if ((span->bits[i / 8u] & (1u << (i % 8u))) != 0) {
            return true;
        }
    }
    return false;
}

static signet_status marks_set(const signet_posix_flash *flash, mark_span *span)
{
    for (uint32_t i = span->first; i < span->first + span->count; i++) {
        uint8_t bit = (uint8_t)(1u << (i % 8u));
        span->bits[i / 8u] = (uint8_t)(span->bits[i / 8u] | bit);
    }
    return signet_posix_write_at(flash->fd, span->offset, span->bits,
                                 span->len);
}

/* FLASH-3 for one piece. */
static signet_status check_piece(const signet_posix_flash *flash,
                                 uint32_t offset, const uint8_t *data,
                                 size_t len)
{
    uint8_t old[PIECE];
    signet_status status =
        signet_posix_read_at(flash->fd, (off_t)offset, old, len);
    for (size_t i = 0; status == SIGNET_OK && i < len; i++) {
        if ((data[i] & (uint8_t)~old[i]) != 0) {
            status = SIGNET_ERR_FLASH_RULE;
        }
    }
    if (status != SIGNET_OK || !flash->geometry.write_once) {
        return status;
    }
    mark_span span;
    status = marks_load(flash, offset, len, &span);
    if (status == SIGNET_OK && marks_any(&span)) {
        status = SIGNET_ERR_FLASH_RULE;
    }
    return status;
}

/* The mark goes first: a unit whose programming was interrupted counts as
 * programmed, as its check bits would on real flash. */
static signet_status program_piece(const signet_posix_flash *flash,
                                   uint32_t offset, const uint8_t *data,
                                   size_t len)
{
    if (flash->geometry.write_once) {
        mark_span span;
        signet_status status = marks_load(flash, offset, len, &span);
        if (status == SIGNET_OK) {
            status = marks_set(flash, &span);
        }
        if (status != SIGNET_OK) {
            return status;
        }
    }
    return signet_posix_write_at(flash->fd, (off_t)offset, data, len);
}

typedef signet_status (*piece_fn)(const signet_posix_flash *flash,
                                  uint32_t offset, const uint8_t *data,
                                  size_t len);

static signet_status for_each_piece(const signet_posix_flash *flash,
                                    uint32_t offset, const uint8_t *data,
                                    size_t len, piece_fn fn)
{
    while (len > 0) {
        size_t n = len < PIECE ? len : PIECE;
        signet_status status = fn(flash, offset, data, n);
        if (status != SIGNET_OK) {
            return status;
        }
        offset += (uint32_t)n;
        data += n;
        len -= n;
    }
    return SIGNET_OK;
}

/* All pieces are checked before the first is written: a refusal changes
 * nothing. No bit is set, so writing equals and-ing. */
static signet_status flash_program(void *ctx, uint32_t offset,
                                   const uint8_t *data, size_t len)
{
    const signet_posix_flash *flash = ctx;
    uint32_t unit = flash->geometry.program_size;
    if (!inside(flash, offset, len) || offset % unit != 0 || len % unit != 0) {
        return SIGNET_ERR_ARGUMENT;
    }
    signet_status status =
        for_each_piece(flash, offset, data, len, check_piece);
    if (status != SIGNET_OK) {
        return status;
    }
    return for_each_piece(flash, offset, data, len, program_piece);
}

/* The marks go last: a block whose erase was interrupted cannot be programmed
 * until it is erased again. */
static signet_status flash_erase(void *ctx, uint32_t offset, size_t len)
{
    const signet_posix_flash *flash = ctx;
    const signet_posix_flash_geometry *g = &flash->geometry;
    if (!inside(flash, offset, len) || offset % g->erase_size != 0 ||
        len % g->erase_size != 0) {
        return SIGNET_ERR_ARGUMENT;
    }
    signet_status status = fill(flash->fd, (off_t)offset, 0xFF, (uint32_t)len);
    if (status != SIGNET_OK || !g->write_once) {
        return status;
    }
    uint32_t per_mark = g->program_size * 8u;
    return fill(flash->fd, (off_t)g->size + (off_t)(offset / per_mark), 0,
                (uint32_t)len / per_mark);
}

static const signet_flash_ops ops = {flash_read, flash_program, flash_erase};

signet_status
signet_posix_flash_create(int dir_fd, const char *name,
                          const signet_posix_flash_geometry *geometry)
{
    if (!geometry_valid(geometry)) {
        return SIGNET_ERR_ARGUMENT;
    }
    int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int fd = openat(dir_fd, name, flags, 0600);
    if (fd < 0) {
        return errno == EEXIST ? SIGNET_ERR_STATE : SIGNET_ERR_IO;
    }
    signet_status status = fill(fd, 0, 0xFF, geometry->size);
    if (status == SIGNET_OK) {
        status = fill(fd, (off_t)geometry->size, 0, marks_size(geometry));
    }
    if (status == SIGNET_OK && fsync(fd) != 0) {
        status = SIGNET_ERR_IO;
    }
    (void)close(fd);
    if (status != SIGNET_OK) {
        (void)unlinkat(dir_fd, name, 0);
    }
    return status;
}

static void describe(signet_posix_flash *ctx, signet_flash *out)
{
    out->ops = &ops;
    out->ctx = ctx;
    out->base = 0;
    out->size = ctx->geometry.size;
    out->erase_size = ctx->geometry.erase_size;
    out->program_size = ctx->geometry.program_size;
    out->write_once = ctx->geometry.write_once;
}

signet_status
signet_posix_flash_open(signet_posix_flash *ctx, int dir_fd, const char *name,
                        const signet_posix_flash_geometry *geometry, bool sync,
                        signet_flash *out)
{
    ctx->fd = -1;
    if (!geometry_valid(geometry)) {
        return SIGNET_ERR_ARGUMENT;
    }
    int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (sync ? O_DSYNC : 0);
    int fd = openat(dir_fd, name, flags);
    if (fd < 0) {
        return errno == ENOENT ? SIGNET_ERR_NOT_FOUND : SIGNET_ERR_IO;
    }
    struct stat info;
    if (fstat(fd, &info) != 0 || info.st_size != file_size(geometry)) {
        (void)close(fd);
        return SIGNET_ERR_CORRUPT;
    }
    ctx->fd = fd;
    ctx->geometry = *geometry;
    describe(ctx, out);
    return SIGNET_OK;
}

void signet_posix_flash_close(signet_posix_flash *ctx)
{
    if (ctx->fd >= 0) {
        (void)close(ctx->fd);
    }
    ctx->fd = -1;
}
