/* SPDX-License-Identifier: MIT */
/*
 * An acknowledgement is a mark in the head block. It must succeed when the
 * ring is full, so one block is always kept back from records. Each mark frees
 * at least one record of the tail block, which took at least as much room: so
 * the marks that it takes to free the tail block fit the spare one, after
 * which there is a spare again.
 *
 * Power cuts may use up that room. Then an acknowledgement of the whole tail
 * block still succeeds: the block is erased, and becomes the head. A smaller
 * one counts in memory only, so that the reader can get that far.
 */
#include "log_core.h"

/* Frees the tail block in memory, so that it can be opened as the head. A cut
 * after its erase and before the mark lost only what was to be freed. */
static signet_status reuse_tail(signet_log *log, uint32_t sequence)
{
    uint32_t before = log->acknowledged;
    uint32_t tail = log->tail_block;
    signet_status status = SIGNET_OK;

    log->acknowledged = sequence;
    signet_log_free_blocks(log);
    log->acknowledged = before;
    status = signet_log_open_block(log, 0);
    if (status != SIGNET_OK) {
        log->tail_block = tail;
    }
    return status;
}

static signet_status make_room(signet_log *log, uint32_t sequence)
{
    uint32_t room = log->flash->erase_size - log->head_offset;
    signet_status status = SIGNET_OK;

    if (!log->spoilt && room >= log_mark_extent(log->flash) &&
        sequence - log->head_freed <= LOG_MARK_MAX) {
        return SIGNET_OK;
    }
    status = signet_log_open_block(log, 0);
    if (status == SIGNET_ERR_FULL) {
        status = reuse_tail(log, sequence);
    }
    return status;
}

static signet_status write_down(signet_log *log, uint32_t sequence)
{
    signet_status status = make_room(log, sequence);

    if (status == SIGNET_OK && sequence - log->head_freed > LOG_MARK_MAX) {
        status = SIGNET_ERR_FULL; /* more records than any flash can hold */
    }
    if (status == SIGNET_OK) {
        status = signet_log_put_mark(log, LOG_ACK, sequence - log->head_freed);
    }
    if (status == SIGNET_OK) {
        log->acknowledged = sequence;
        signet_log_free_blocks(log);
    }
    return status;
}

signet_status signet_log_acknowledge(signet_log *log, uint32_t sequence)
{
    signet_status status = SIGNET_OK;

    if (log->open) {
        return SIGNET_ERR_STATE;
    }
    if (sequence >= log->next_sequence) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (sequence <= log->acknowledged) {
        return SIGNET_OK;
    }
    if (log_needs_resume(log)) {
        status = signet_log_resume(log, 0);
    }
    /* FULL: no block is left to restart in; the tail may still be freed. */
    if (status != SIGNET_OK && status != SIGNET_ERR_FULL) {
        return status;
    }
    status = write_down(log, sequence);
    if (status == SIGNET_ERR_FULL) {
        /* Go on from here at least until the next restart. */
        log->acknowledged = sequence;
    }
    return status;
}
