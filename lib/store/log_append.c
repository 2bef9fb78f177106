/* SPDX-License-Identifier: MIT */
#include "log_core.h"

/* Room in the head block for a record: false also while the head is the spare
 * block, which an acknowledgement took and only acknowledgements may use. */
static bool has_room(const signet_log *log, uint32_t extent)
{
    return log_used(log) < log_blocks(log->flash) &&
           extent <= log->flash->erase_size - log->head_offset;
}

/* What stands before the oldest record can be freed without being told: blocks
 * that power cuts left without any. It need not be written down. */
static bool reclaim(signet_log *log)
{
    signet_log_entry oldest;
    uint32_t freed = log->next_sequence - 1;
    signet_status status = signet_log_next(log, 0, &oldest);

    if (status == SIGNET_OK) {
        freed = oldest.sequence - 1;
    } else if (status != SIGNET_ERR_NOT_FOUND) {
        return false;
    }
    if (freed <= log->acknowledged) {
        return false;
    }
    log->acknowledged = freed;
    signet_log_free_blocks(log);
    return true;
}

static signet_status find_room(signet_log *log, uint32_t extent)
{
    signet_status status = SIGNET_OK;

    if (log_needs_resume(log)) {
        status = signet_log_resume(log, 1);
    }
    if (status != SIGNET_OK || has_room(log, extent)) {
        return status;
    }
    return signet_log_open_block(log, 1);
}

static signet_status make_room(signet_log *log, uint32_t extent)
{
    signet_status status = SIGNET_OK;

    if (extent > log->flash->erase_size - log_body(log->flash)) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (log->next_sequence == UINT32_MAX) {
        return SIGNET_ERR_FULL;
    }
    status = find_room(log, extent);
    if (status == SIGNET_ERR_FULL && reclaim(log)) {
        status = find_room(log, extent);
    }
    return status;
}

signet_status signet_log_begin(signet_log *log, size_t len)
{
    uint8_t length[LOG_MAX_LENGTH_SIZE];
    uint32_t extent = 0;
    uint32_t n = 0;
    signet_status status = SIGNET_OK;

    if (log->open) {
        signet_log_abort(log);
    }
    if (len > SIGNET_LOG_MAX_RECORD) {
        return SIGNET_ERR_TOO_LARGE;
    }
    extent = log_record_extent(log->flash, (uint32_t)len);
    status = make_room(log, extent);
    if (status != SIGNET_OK) {
        return status;
    }
    n = log_put_length(length, (uint32_t)len);
    log->open_at = log_start(log->flash, log->head_block) + log->head_offset;
    log->open_end = log->head_offset + extent;
    log->open_left = (uint32_t)len;
    log->open_crc = signet_crc32(log->epoch, length, n);
    log->unit_len = 0;
    log->open = true;
    return log_put(log, length, n);
}

signet_status signet_log_add(signet_log *log, signet_bytes piece)
{
    if (!log->open || log->spoilt) {
        return SIGNET_ERR_STATE;
    }
    if (piece.len > log->open_left) {
        return SIGNET_ERR_TOO_LARGE;
    }
    log->open_left -= (uint32_t)piece.len;
    log->open_crc = signet_crc32(log->open_crc, piece.ptr, piece.len);
    return log_put(log, piece.ptr, (uint32_t)piece.len);
}

signet_status signet_log_finish(signet_log *log, uint32_t *sequence)
{
    uint8_t check[LOG_CHECK_SIZE];
    signet_status status = SIGNET_OK;

    if (!log->open || log->spoilt) {
        return SIGNET_ERR_STATE;
    }
    if (log->open_left > 0) {
        return SIGNET_ERR_TOO_SMALL;
    }
    signet_put_be32(check, log->open_crc ^ log->next_sequence * LOG_SPREAD);
    status = log_put(log, check, sizeof check);
    if (status == SIGNET_OK && log->unit_len > 0) {
        status = signet_log_flush(log);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    log->open = false;
    log->head_offset = log->open_end;
    if (sequence != NULL) {
        *sequence = log->next_sequence;
    }
    log->next_sequence++;
    return SIGNET_OK;
}

void signet_log_abort(signet_log *log)
{
    uint32_t begin = log_start(log->flash, log->head_block) + log->head_offset;

    if (log->open && log->open_at > begin) {
        /* Its length stands in flash: a walk counts it as a record, whose
         * check does not hold. */
        log->head_offset = log->open_end;
        log->next_sequence++;
    }
    log->open = false;
}

signet_status signet_log_append(signet_log *log, signet_bytes record,
                                uint32_t *sequence)
{
    signet_status status = signet_log_begin(log, record.len);

    if (status == SIGNET_OK) {
        status = signet_log_add(log, record);
    }
    if (status == SIGNET_OK) {
        status = signet_log_finish(log, sequence);
    }
    if (status != SIGNET_OK) {
        signet_log_abort(log);
    }
    return status;
}
