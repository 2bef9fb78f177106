/* SPDX-License-Identifier: MIT */
/* Which blocks are in use, and taking the next one. */
#include "log_core.h"

/* The first sequence of the block after tail that can be read; the head's is
 * known. */
static uint32_t successor(const signet_log *log, uint32_t tail, uint32_t *first)
{
    struct log_header header;
    uint32_t block = log_after(log->flash, tail);

    while (block != log->head_block) {
        if (signet_log_read_header(log->flash, block, &header) == SIGNET_OK &&
            header.epoch == log->epoch) {
            *first = header.first;
            return block;
        }
        block = log_after(log->flash, block);
    }
    *first = log->head_first;
    return block;
}

void signet_log_free_blocks(signet_log *log)
{
    uint32_t first = 0;

    while (log->tail_block != log->head_block) {
        uint32_t block = successor(log, log->tail_block, &first);

        if (first - 1 > log->acknowledged) {
            return;
        }
        log->tail_block = block;
    }
}

signet_status signet_log_erase_next(signet_log *log)
{
    uint32_t block = log_after(log->flash, log->head_block);
    signet_status status = SIGNET_OK;

    if (log->erased_ahead || block >= log->virgin_block) {
        return SIGNET_OK;
    }
    status = signet_flash_erase(log->flash, log_start(log->flash, block),
                                log->flash->erase_size);
    log->erased_ahead = status == SIGNET_OK;
    return status;
}

static void become_head(signet_log *log, uint32_t block,
                        const struct log_header *header)
{
    log->head_block = block;
    log->head_first = header->first;
    log->head_freed = header->acknowledged;
    log->head_offset = log_body(log->flash);
    log->next_sequence = header->first;
    log->torn_len = 0;
    log->spoilt = false;
    log->resumed = true;
    signet_log_free_blocks(log);
}

signet_status signet_log_open_block(signet_log *log, uint32_t spare)
{
    uint32_t block = log_after(log->flash, log->head_block);
    struct log_header header = {log->epoch, log->next_sequence,
                                log->acknowledged};
    signet_status status = SIGNET_OK;

    if (log_used(log) + 1 + spare > log_blocks(log->flash)) {
        return SIGNET_ERR_FULL;
    }
    /* First sequences rise from block to block: that is their order. */
    if (header.first == log->head_first) {
        header.first++;
    }
    status = signet_log_erase_next(log);
    if (status != SIGNET_OK) {
        return status;
    }
    /* Whatever becomes of the header, the block is no longer blank. */
    log->erased_ahead = false;
    if (log->virgin_block <= block) {
        log->virgin_block = block + 1;
    }
    status = signet_log_write_header(log->flash, block, &header);
    if (status == SIGNET_OK) {
        become_head(log, block, &header);
    }
    return status;
}

signet_status signet_log_prepare(signet_log *log)
{
    const signet_flash *flash = log->flash;

    /* Not long before it is needed: a device that restarts often and writes
     * little would erase the same block at each start. */
    if (log_used(log) == log_blocks(flash) ||
        flash->erase_size - log->head_offset > flash->erase_size / 4) {
        return SIGNET_OK;
    }
    return signet_log_erase_next(log);
}
