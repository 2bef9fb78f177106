/* SPDX-License-Identifier: MIT */
#include "private.h"

#include <string.h>

#define CHECKPOINTS 32u

void signet_update_receive_from(signet_update *update,
                                const signet_checkpoint *checkpoint)
{
    update->offset = checkpoint->offset;
    memcpy(update->next_digest, checkpoint->next_digest,
           sizeof update->next_digest);
    update->phase = SIGNET_UPDATE_RECEIVING;
}

signet_status signet_update_rewind(signet_update *update)
{
    signet_checkpoint checkpoint;
    signet_status status =
        signet_checkpoint_load(update->config->items, &checkpoint);

    if (status != SIGNET_OK) {
        update->phase = SIGNET_UPDATE_IDLE;
        return status;
    }
    signet_update_receive_from(update, &checkpoint);
    return SIGNET_OK;
}

static uint32_t chunk_len(const signet_update *update)
{
    uint32_t left = update->manifest.size - update->offset;

    return left < update->manifest.chunk_size ? left
                                              : update->manifest.chunk_size;
}

static bool is_last(const signet_update *update)
{
    return update->manifest.size - update->offset <=
           update->manifest.chunk_size;
}

static uint32_t block_len(const signet_update *update)
{
    return chunk_len(update) + (is_last(update) ? 0 : SIGNET_SHA256_SIZE);
}

signet_status signet_update_wanted(const signet_update *update,
                                   signet_block_request *request)
{
    if (update->phase != SIGNET_UPDATE_RECEIVING) {
        return SIGNET_ERR_NOT_FOUND;
    }
    memcpy(request->manifest_digest, update->manifest.manifest_digest,
           sizeof request->manifest_digest);
    request->offset = update->offset;
    request->len = block_len(update);
    return SIGNET_OK;
}

void signet_update_progress(const signet_update *update, uint32_t *done,
                            uint32_t *total)
{
    bool known = update->phase == SIGNET_UPDATE_RECEIVING ||
                 update->phase == SIGNET_UPDATE_READY;

    *done = known ? update->offset : 0;
    *total = known ? update->manifest.size : 0;
}

/* Everything that is refused before a byte is written. */
static signet_status check_block(const signet_update *update,
                                 const uint8_t manifest_digest[32],
                                 uint32_t offset, signet_bytes block)
{
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = SIGNET_OK;

    if (update->phase != SIGNET_UPDATE_RECEIVING) {
        return SIGNET_ERR_STATE;
    }
    if (memcmp(manifest_digest, update->manifest.manifest_digest, 32) != 0) {
        return SIGNET_ERR_MANIFEST_DIGEST;
    }
    if (offset != update->offset) {
        return SIGNET_ERR_CHUNK_OFFSET;
    }
    if (block.len != block_len(update)) {
        return SIGNET_ERR_CHUNK_LENGTH;
    }
    status = signet_update_digest(block, digest);
    if (status != SIGNET_OK) {
        return status;
    }
    if (!signet_equal_secret(digest, update->next_digest, sizeof digest)) {
        return SIGNET_ERR_CHUNK_DIGEST;
    }
    return SIGNET_OK;
}

/* Erase the blocks that begin inside the chunk. A torn one is erased again:
 * a resumed download starts on an erase block. */
static signet_status erase_ahead(const signet_flash *slot, uint32_t offset,
                                 uint32_t len)
{
    uint32_t sector = slot->erase_size;
    uint32_t whole = 0;

    if (offset % sector != 0) {
        return SIGNET_OK;
    }
    whole = (len + sector - 1) / sector * sector;
    return signet_flash_erase(slot, offset, whole);
}

/* The image's tail fills its last program unit with 0xFF. */
static signet_status program_chunk(const signet_flash *slot, uint32_t offset,
                                   const uint8_t *chunk, uint32_t len)
{
    uint8_t unit[SIGNET_UPDATE_MAX_UNIT];
    uint32_t tail = len % slot->program_size;
    signet_status status =
        signet_flash_program(slot, offset, chunk, len - tail);

    if (status != SIGNET_OK || tail == 0) {
        return status;
    }
    memset(unit, 0xFF, sizeof unit);
    memcpy(unit, chunk + len - tail, tail);
    return signet_flash_program(slot, offset + len - tail, unit,
                                slot->program_size);
}

/* At the end of an erase block, but not at each of a large image: a download
 * writes at most CHECKPOINTS of them, and repeats at most that share. */
static bool is_checkpoint(const signet_update *update)
{
    const signet_flash *slot = update->config->slots[update->target];
    uint32_t spacing = update->manifest.size / CHECKPOINTS;
    uint32_t step = slot->erase_size;

    if (step < update->manifest.chunk_size) {
        step = update->manifest.chunk_size;
    }
    if (step < spacing) {
        step *= (spacing + step - 1) / step;
    }
    return update->offset % step == 0;
}

static signet_status save_progress(const signet_update *update)
{
    signet_checkpoint checkpoint;

    if (!is_checkpoint(update)) {
        return SIGNET_OK;
    }
    checkpoint.slot = update->target;
    checkpoint.offset = update->offset;
    memcpy(checkpoint.manifest_digest, update->manifest.manifest_digest, 32);
    memcpy(checkpoint.next_digest, update->next_digest, 32);
    return signet_checkpoint_save(update->config->items, &checkpoint);
}

static signet_status store_block(signet_update *update, signet_bytes block)
{
    const signet_flash *slot = update->config->slots[update->target];
    uint32_t len = chunk_len(update);
    bool last = is_last(update);
    signet_status status = erase_ahead(slot, update->offset, len);

    if (status == SIGNET_OK) {
        status = program_chunk(slot, update->offset, block.ptr, len);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    update->offset += len;
    if (last) {
        return signet_update_install(update);
    }
    memcpy(update->next_digest, block.ptr + len, sizeof update->next_digest);
    return save_progress(update);
}

signet_status signet_update_block(signet_update *update,
                                  const uint8_t manifest_digest[32],
                                  uint32_t offset, signet_bytes block)
{
    signet_status status = check_block(update, manifest_digest, offset, block);

    if (status != SIGNET_OK) {
        return status;
    }
    status = store_block(update, block);
    if (status != SIGNET_OK && update->phase == SIGNET_UPDATE_RECEIVING) {
        /* Flash may be half written: go back to where it is known. */
        (void)signet_update_rewind(update);
    }
    return status;
}
