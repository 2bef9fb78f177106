/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/boot.h"

#include "file.h"
#include "signet/bytes.h"

#include <string.h>
#include <sys/stat.h>

#define VERSION 1u
#define CHECKED 232u

static const uint8_t magic[4] = {'S', 'G', 'H', 'O'};

void signet_posix_handoff_encode(const signet_handoff *handoff,
                                 uint8_t out[SIGNET_POSIX_HANDOFF_SIZE])
{
    memset(out, 0, SIGNET_POSIX_HANDOFF_SIZE);
    memcpy(out, magic, sizeof magic);
    signet_put_be16(out + 4, VERSION);
    signet_put_be16(out + 6, SIGNET_POSIX_HANDOFF_SIZE);
    signet_put_be32(out + 8, handoff->slot);
    signet_put_be32(out + 12, (uint32_t)handoff->state);
    signet_put_be32(out + 16, handoff->security_counter);
    signet_put_be32(out + 20, handoff->boot_count);
    signet_put_be32(out + 24, (uint32_t)handoff->reset_reason);
    signet_put_be64(out + 28, handoff->sequence);
    memcpy(out + 36, handoff->measurement, 32);
    memcpy(out + 68, handoff->signer, 32);
    memcpy(out + 100, handoff->boot_seed, 32);
    memcpy(out + 132, handoff->root_key, 64);
    memcpy(out + 196, handoff->version,
           strnlen(handoff->version, sizeof handoff->version - 1u));
    signet_put_be32(out + CHECKED, signet_crc32(0, out, CHECKED));
}

static signet_status check(const uint8_t *data, size_t len)
{
    if (len < 8u || memcmp(data, magic, sizeof magic) != 0) {
        return SIGNET_ERR_CORRUPT;
    }
    if (signet_get_be16(data + 4) != VERSION) {
        return SIGNET_ERR_VERSION;
    }
    if (len != SIGNET_POSIX_HANDOFF_SIZE || signet_get_be16(data + 6) != len ||
        signet_get_be32(data + CHECKED) != signet_crc32(0, data, CHECKED)) {
        return SIGNET_ERR_CORRUPT;
    }
    if (signet_get_be32(data + 8) >= SIGNET_SLOT_COUNT ||
        signet_get_be32(data + 12) > SIGNET_IMAGE_REVERTED ||
        signet_get_be32(data + 24) > SIGNET_RESET_PIN || data[228] != 0) {
        return SIGNET_ERR_CORRUPT;
    }
    return SIGNET_OK;
}

signet_status signet_posix_handoff_decode(const uint8_t *data, size_t len,
                                          signet_handoff *out)
{
    memset(out, 0, sizeof *out);
    signet_status status = check(data, len);
    if (status != SIGNET_OK) {
        return status;
    }
    out->slot = signet_get_be32(data + 8);
    out->state = (signet_image_state)signet_get_be32(data + 12);
    out->security_counter = signet_get_be32(data + 16);
    out->boot_count = signet_get_be32(data + 20);
    out->reset_reason = (signet_reset_reason)signet_get_be32(data + 24);
    out->sequence = signet_get_be64(data + 28);
    memcpy(out->measurement, data + 36, 32);
    memcpy(out->signer, data + 68, 32);
    memcpy(out->boot_seed, data + 100, 32);
    memcpy(out->root_key, data + 132, 64);
    memcpy(out->version, data + 196, sizeof out->version);
    return SIGNET_OK;
}

/* One byte more than the record, so that a longer file is seen as one. */
static signet_status load(int fd, signet_handoff *out)
{
    uint8_t record[SIGNET_POSIX_HANDOFF_SIZE];
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0 ||
        info.st_size != (off_t)sizeof record ||
        signet_posix_read_at(fd, 0, record, sizeof record) != SIGNET_OK) {
        return SIGNET_ERR_CORRUPT;
    }
    return signet_posix_handoff_decode(record, sizeof record, out);
}

static signet_status handoff(void *ctx, signet_handoff *out)
{
    const signet_posix_boot *boot = ctx;
    *out = boot->handoff;
    return boot->status;
}

static const signet_boot_ops ops = {handoff};

/* BOOT-2 knows one refusal only: a later record is as good as none. */
void signet_posix_boot_open(signet_posix_boot *ctx, int fd, signet_boot *out)
{
    memset(ctx, 0, sizeof *ctx);
    ctx->status = load(fd, &ctx->handoff);
    if (ctx->status != SIGNET_OK) {
        memset(&ctx->handoff, 0, sizeof ctx->handoff);
        ctx->status = SIGNET_ERR_CORRUPT;
    }
    out->ops = &ops;
    out->ctx = ctx;
}
