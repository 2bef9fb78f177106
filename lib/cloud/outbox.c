/* SPDX-License-Identifier: MIT */
/*
 * Durable messages. The log alone knows what is held: nothing here outlives
 * a session, so a power cut costs a repetition at most.
 */
#include "signet/cloud.h"

#include "mqtt_session.h"

void signet_outbox_init(signet_outbox *outbox, signet_log *log, uint32_t window,
                        uint32_t timeout_ms)
{
    *outbox = (signet_outbox){.log = log,
                              .window = window != 0 ? window : 1,
                              .timeout_ms = timeout_ms};
}

signet_status signet_outbox_add(signet_outbox *outbox, signet_bytes record,
                                uint32_t *sequence)
{
    return signet_log_append(outbox->log, record, sequence);
}

/* Records were sent and the oldest of them is still held. */
static bool is_waiting(const signet_outbox *outbox, uint32_t oldest)
{
    return outbox->sent >= oldest;
}

static void start_waiting(signet_outbox *outbox, uint64_t now_ms)
{
    outbox->waiting_since_ms = (uint32_t)now_ms;
    outbox->resend_at_ms = now_ms + outbox->timeout_ms;
}

/* The time-out runs from the first record of a row and from each progress of
 * the service; neither later records nor a repeated acknowledgement may push
 * it out. */
static void watch_progress(signet_outbox *outbox, uint32_t oldest,
                           uint64_t now_ms)
{
    if (oldest != outbox->oldest) {
        outbox->oldest = oldest;
        start_waiting(outbox, now_ms);
    }
    if (is_waiting(outbox, oldest) &&
        signet_mqtt_elapsed(now_ms, outbox->waiting_since_ms) >=
            outbox->timeout_ms) {
        signet_outbox_restart(outbox);
    }
}

/* The window counts from the oldest record held, not from what was
 * acknowledged: damaged records leave gaps that must not block it. */
signet_status signet_outbox_next(signet_outbox *outbox, uint64_t now_ms,
                                 signet_log_entry *entry, uint32_t *oldest)
{
    signet_status status = signet_log_next(outbox->log, 0, entry);

    if (status != SIGNET_OK) {
        outbox->resend_at_ms = 0;
        return status;
    }
    *oldest = entry->sequence;
    watch_progress(outbox, *oldest, now_ms);
    if (!is_waiting(outbox, *oldest)) {
        outbox->resend_at_ms = 0;
    } else {
        status = signet_log_next(outbox->log, outbox->sent, entry);
    }
    if (status == SIGNET_OK && entry->sequence - *oldest >= outbox->window) {
        return SIGNET_ERR_NOT_FOUND;
    }
    return status;
}

void signet_outbox_sent(signet_outbox *outbox, uint32_t sequence,
                        uint64_t now_ms)
{
    if (!is_waiting(outbox, outbox->oldest)) {
        start_waiting(outbox, now_ms);
    }
    if (sequence > outbox->sent) {
        outbox->sent = sequence;
    }
}

void signet_outbox_restart(signet_outbox *outbox)
{
    outbox->sent = 0;
    outbox->resend_at_ms = 0;
}

signet_status signet_outbox_acknowledge(signet_outbox *outbox, uint32_t epoch,
                                        uint32_t sequence)
{
    signet_status status;

    if (epoch != outbox->log->epoch) {
        return SIGNET_ERR_NOT_FOUND;
    }
    status = signet_log_acknowledge(outbox->log, sequence);
    return status == SIGNET_ERR_ARGUMENT ? SIGNET_ERR_NOT_FOUND : status;
}
