/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "first_stage.h"

#include "sealed.h"
#include "signet/port/crypto.h"
#include "signet/port/posix/entropy.h"

#include <string.h>
#include <unistd.h>

static void fill_update_config(launcher_stage *stage)
{
    signet_update_config *update = &stage->update;
    memset(update, 0, sizeof *update);
    update->items = &stage->items;
    update->slots[0] = &stage->storage.slots[0];
    update->slots[1] = &stage->storage.slots[1];
    update->counter = stage->counter;
    update->root_key = stage->config.root_key;
    memcpy(update->vendor_id, stage->config.vendor_id, 16);
    memcpy(update->class_id, stage->config.class_id, 16);
    update->component = stage->config.component;
    update->policy.min_es256 = 1;
    update->max_tries = LAUNCHER_MAX_TRIES;
}

signet_status launcher_stage_open(launcher_stage *stage, int dir_fd,
                                  const char *flash_name,
                                  const launcher_config *config)
{
    stage->config = *config;
    stage->counter_ctx.dir_fd = -1;
    signet_status status =
        signet_posix_storage_open(&stage->storage, dir_fd, flash_name, false);
    if (status == SIGNET_OK) {
        status = signet_posix_counter_open(&stage->counter_ctx, dir_fd,
                                           &stage->counter);
    }
    if (status != SIGNET_OK) {
        launcher_stage_close(stage);
        return status;
    }
    fill_update_config(stage);
    return SIGNET_OK;
}

void launcher_stage_close(launcher_stage *stage)
{
    signet_posix_counter_close(&stage->counter_ctx);
    signet_posix_storage_close(&stage->storage);
}

static signet_status count_boot(launcher_stage *stage, uint32_t *count)
{
    const signet_counter *c = &stage->counter;
    signet_status status = c->ops->read(c->ctx, SIGNET_COUNTER_BOOT, count);
    if (status != SIGNET_OK) {
        return status;
    }
    if (*count == UINT32_MAX) {
        return SIGNET_ERR_COUNTER;
    }
    (*count)++;
    return c->ops->raise(c->ctx, SIGNET_COUNTER_BOOT, *count);
}

static bool accepted(const signet_boot_decision *decision)
{
    return decision->verdict == SIGNET_BOOT_ACCEPT &&
           decision->verdict_copy == (uint32_t)~SIGNET_BOOT_ACCEPT &&
           decision->slot < SIGNET_SLOT_COUNT;
}

/* Hash what will run, after it can no longer change. */
static signet_status measure(int fd, uint32_t size, uint8_t digest[32])
{
    signet_sha256 hash;
    signet_status status = signet_sha256_init(&hash);
    uint8_t piece[4096];
    for (uint32_t done = 0; status == SIGNET_OK && done < size;) {
        uint32_t left = size - done;
        size_t n = left < sizeof piece ? left : sizeof piece;
        status = launcher_sealed_read(fd, done, piece, n);
        if (status == SIGNET_OK) {
            status = signet_sha256_update(&hash, piece, n);
        }
        done += (uint32_t)n;
    }
    return status == SIGNET_OK ? signet_sha256_final(&hash, digest) : status;
}

static signet_status copy_slot(const signet_flash *slot, uint32_t size, int fd)
{
    uint8_t piece[4096];
    for (uint32_t done = 0; done < size;) {
        uint32_t left = size - done;
        uint32_t n = left < sizeof piece ? left : (uint32_t)sizeof piece;
        signet_status status = signet_flash_read(slot, done, piece, n);
        if (status == SIGNET_OK) {
            status = launcher_sealed_append(fd, piece, n);
        }
        if (status != SIGNET_OK) {
            return status;
        }
        done += n;
    }
    return launcher_sealed_close(fd);
}

/* Copy, seal, then hash the copy: what was verified is what runs. */
static signet_status seal_image(const launcher_stage *stage,
                                const signet_boot_decision *decision,
                                launcher_boot *out)
{
    const signet_manifest *manifest = &decision->manifest;
    const signet_flash *slot = &stage->storage.slots[decision->slot];
    out->image_fd = launcher_sealed_create("image", true);
    if (out->image_fd < 0) {
        return SIGNET_ERR_IO;
    }
    signet_status status = copy_slot(slot, manifest->size, out->image_fd);
    if (status == SIGNET_OK) {
        status =
            measure(out->image_fd, manifest->size, out->handoff.measurement);
    }
    if (status == SIGNET_OK && !signet_equal_secret(out->handoff.measurement,
                                                    manifest->digest.ptr, 32)) {
        status = SIGNET_ERR_IMAGE_DIGEST;
    }
    return status;
}

static signet_status seal_handoff(launcher_boot *out)
{
    uint8_t record[SIGNET_POSIX_HANDOFF_SIZE];
    out->handoff_fd = launcher_sealed_create("hand-off", false);
    if (out->handoff_fd < 0) {
        return SIGNET_ERR_IO;
    }
    signet_posix_handoff_encode(&out->handoff, record);
    signet_status status =
        launcher_sealed_append(out->handoff_fd, record, sizeof record);
    return status == SIGNET_OK ? launcher_sealed_close(out->handoff_fd)
                               : status;
}

static signet_status decide(launcher_stage *stage, launcher_boot *out)
{
    signet_boot_decision decision;
    memset(&decision, 0, sizeof decision);
    decision.verdict = SIGNET_BOOT_REJECT;
    signet_status status =
        signet_items_mount(&stage->items, &stage->storage.boot_items);
    if (status == SIGNET_ERR_NOT_FOUND) {
        return SIGNET_ERR_NO_IMAGE;
    }
    if (status == SIGNET_OK) {
        status = signet_boot_decide(&stage->update, &stage->memory, &decision);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (!accepted(&decision)) {
        return SIGNET_ERR_NO_IMAGE;
    }
    signet_boot_describe(&decision, stage->config.root_key, &out->handoff);
    return seal_image(stage, &decision, out);
}

static signet_status build(launcher_stage *stage, launcher_boot *out)
{
    signet_entropy rng = signet_posix_entropy();
    uint32_t count = 0;
    signet_status status = count_boot(stage, &count);
    if (status == SIGNET_OK) {
        status = decide(stage, out);
    }
    if (status == SIGNET_OK) {
        status = rng.fill(rng.ctx, out->handoff.boot_seed, 32);
    }
    out->handoff.boot_count = count;
    return status;
}

signet_status launcher_stage_boot(launcher_stage *stage,
                                  signet_reset_reason reason,
                                  launcher_boot *out)
{
    memset(out, 0, sizeof *out);
    out->image_fd = -1;
    out->handoff_fd = -1;
    signet_status status = build(stage, out);
    out->handoff.reset_reason = reason;
    if (status == SIGNET_OK) {
        status = seal_handoff(out);
    }
    if (status != SIGNET_OK) {
        launcher_sealed_drop(&out->image_fd);
        launcher_sealed_drop(&out->handoff_fd);
    }
    return status;
}
