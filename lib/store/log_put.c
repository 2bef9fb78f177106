/* SPDX-License-Identifier: MIT */
/* Bytes into program units, programmed in ascending order. The unit with an
 * item's first byte goes out in a call of its own: the padding unit[] for
 * units larger than it, a separate log_put for smaller ones. */
#include "log_core.h"

#include <string.h>

signet_status signet_log_program(signet_log *log, const uint8_t *data,
                                 uint32_t len)
{
    signet_status status =
        signet_flash_program(log->flash, log->open_at, data, len);

    if (status != SIGNET_OK) {
        log->spoilt = true;
    }
    log->open_at += len;
    return status;
}

static signet_status stage(signet_log *log, const uint8_t *data, uint32_t len)
{
    memcpy(log->unit + log->unit_len, data, len);
    log->unit_len = (uint8_t)(log->unit_len + len);
    if (log->unit_len < log->flash->program_size) {
        return SIGNET_OK;
    }
    log->unit_len = 0;
    return signet_log_program(log, log->unit, log->flash->program_size);
}

signet_status signet_log_put_uneven(signet_log *log, const uint8_t *data,
                                    uint32_t len)
{
    const uint32_t unit = log->flash->program_size;
    signet_status status = SIGNET_OK;

    while (len > 0 && status == SIGNET_OK) {
        uint32_t n = unit - log->unit_len;

        if (log->unit_len == 0 && len >= unit) {
            n = len & ~(unit - 1);
            status = signet_log_program(log, data, n);
        } else {
            n = len < n ? len : n;
            status = stage(log, data, n);
        }
        data += n;
        len -= n;
    }
    return status;
}

signet_status signet_log_flush(signet_log *log)
{
    uint32_t unit = log->flash->program_size;

    if (log->unit_len == 0) {
        return SIGNET_OK;
    }
    memset(log->unit + log->unit_len, 0xFF, unit - log->unit_len);
    log->unit_len = 0;
    return signet_log_program(log, log->unit, unit);
}

signet_status signet_log_put_mark(signet_log *log, enum log_kind kind,
                                  uint32_t value)
{
    uint8_t mark[LOG_MARK_SIZE];
    signet_status status = SIGNET_OK;

    signet_log_make_mark(log, kind, value, mark);
    log->open_at = log_start(log->flash, log->head_block) + log->head_offset;
    log->unit_len = 0;
    status = log_put(log, mark, 1);
    if (status == SIGNET_OK) {
        status = log_put(log, mark + 1, sizeof mark - 1);
    }
    if (status == SIGNET_OK) {
        status = signet_log_flush(log);
    }
    if (status == SIGNET_OK) {
        log->head_offset += log_mark_extent(log->flash);
    }
    return status;
}
