/* SPDX-License-Identifier: MIT */
/* From RAM slots to the flash log. The lock is held for copies only, never
 * while flash works; a slot is freed after its record is in the log. */
#include "record.h"

#include <string.h>

static uint32_t enter(const signet_report *report)
{
    return report->config.lock.ops->enter(report->config.lock.ctx);
}

static void leave(const signet_report *report, uint32_t state)
{
    report->config.lock.ops->exit(report->config.lock.ctx, state);
}

static bool goes_first(const signet_report_slot *a, const signet_report_slot *b)
{
    return a->severity != b->severity ? a->severity > b->severity
                                      : a->first_ms < b->first_ms;
}

/* Copy the most severe waiting report and hold its slot. */
static bool take(signet_report *report, signet_report_slot *copy)
{
    signet_report_slot *slot = report->config.slots;
    const signet_report_slot *end = slot + report->config.slot_count;
    signet_report_slot *best = NULL;
    uint32_t state = enter(report);

    for (; slot != end; slot++) {
        if (slot->count != 0 && (best == NULL || goes_first(slot, best))) {
            best = slot;
        }
    }
    report->flushing = best;
    if (best != NULL) {
        *copy = *best;
    }
    leave(report, state);
    return best != NULL;
}

/* The record of copy is in the log: what came since keeps waiting. */
static void release(signet_report *report, const signet_report_slot *copy)
{
    uint32_t state = enter(report);
    signet_report_slot *slot = report->flushing;

    slot->count -= copy->count;
    slot->first_ms = copy->last_ms;
    report->flushing = NULL;
    leave(report, state);
}

static void hold(signet_report *report)
{
    uint32_t state = enter(report);

    report->flushing = NULL;
    leave(report, state);
}

static void describe(const signet_report_slot *slot,
                     signet_ReportRecord *record)
{
    record->kind = slot->kind;
    record->severity = slot->severity;
    record->code = slot->code;
    record->first_ms = slot->first_ms;
    record->last_ms = slot->last_ms;
    record->count = slot->count;
    record->pc = slot->pc;
    record->lr = slot->lr;
    record->payload.size = slot->payload_len;
    memcpy(record->payload.bytes, slot->payload, slot->payload_len);
    if (slot->kind == SIGNET_REPORT_REBOOT ||
        slot->kind == SIGNET_REPORT_WATCHDOG) {
        record->reset_reason = (uint32_t)slot->code;
    }
}

static signet_status flush_slot(signet_report *report,
                                const signet_report_slot *copy, signet_time now)
{
    signet_ReportRecord record;
    signet_status status;

    signet_report_record_init(report, now, &record);
    describe(copy, &record);
    status = signet_report_record_append(report->config.log, &record);
    if (status == SIGNET_OK) {
        release(report, copy);
    } else {
        hold(report);
    }
    return status;
}

static signet_status flush_dropped(signet_report *report, signet_time now)
{
    signet_ReportRecord record;
    signet_status status;
    uint32_t count;
    uint32_t state = enter(report);

    count = report->dropped;
    leave(report, state);
    if (count == 0) {
        return SIGNET_OK;
    }
    signet_report_record_init(report, now, &record);
    record.kind = SIGNET_REPORT_DROPPED;
    record.severity = SIGNET_SEVERITY_WARNING;
    record.code = SIGNET_ERR_DROPPED;
    record.first_ms = now.uptime_ms;
    record.last_ms = now.uptime_ms;
    record.count = count;
    status = signet_report_record_append(report->config.log, &record);
    if (status == SIGNET_OK) {
        state = enter(report);
        report->dropped -= count;
        leave(report, state);
    }
    return status;
}

signet_status signet_report_flush(signet_report *report, signet_time now)
{
    signet_report_slot copy;
    signet_status status;

    /* Bounded: events pushed meanwhile may wait for the next call. */
    for (size_t i = 0; i < report->config.slot_count; i++) {
        if (!take(report, &copy)) {
            break;
        }
        status = flush_slot(report, &copy, now);
        if (status != SIGNET_OK) {
            return status;
        }
    }
    return flush_dropped(report, now);
}
