/* SPDX-License-Identifier: MIT */
/* At boot: the captured fault into the log, and why the device started. */
#include "capture.h"
#include "record.h"

#include <string.h>

static uint32_t occurrences(const uint8_t *noinit)
{
    uint32_t repeats = signet_get_be32(noinit + CAPTURE_REPEATS);

    if (repeats != ~signet_get_be32(noinit + CAPTURE_NOT_REPEATS)) {
        return 1; /* the reset came while it was counting */
    }
    return repeats == UINT32_MAX ? repeats : repeats + 1;
}

static void read_memory(const uint8_t *noinit, signet_ReportRecord *record)
{
    size_t len = signet_get_be16(noinit + CAPTURE_STACK_LEN);

    record->stack_pointer = signet_get_be64(noinit + CAPTURE_SP);
    record->registers_count = CAPTURE_REGISTER_COUNT;
    for (size_t i = 0; i < CAPTURE_REGISTER_COUNT; i++) {
        record->registers[i] =
            signet_get_be64(noinit + CAPTURE_REGISTERS + 8 * i);
    }
    record->stack.size = (pb_size_t)len;
    memcpy(record->stack.bytes, noinit + CAPTURE_STACK, len);
}

/* A valid capture as a record. Its image may be another than the running
 * one, and so may the consent. */
static void describe(const signet_report *report, const uint8_t *noinit,
                     signet_ReportRecord *record)
{
    record->kind = SIGNET_REPORT_FAULT;
    record->severity = SIGNET_SEVERITY_FATAL;
    record->code = (int32_t)signet_get_be32(noinit + CAPTURE_KIND);
    record->boot = signet_get_be32(noinit + CAPTURE_BOOT);
    record->count = occurrences(noinit);
    record->status = signet_get_be32(noinit + CAPTURE_STATUS);
    record->address = signet_get_be64(noinit + CAPTURE_ADDRESS);
    record->pc = signet_get_be64(noinit + CAPTURE_PC);
    record->lr = signet_get_be64(noinit + CAPTURE_LR);
    memset(record->image_version, 0, sizeof record->image_version);
    memcpy(record->image_version, noinit + CAPTURE_VERSION,
           noinit[CAPTURE_VERSION_LEN]);
    signet_report_record_build_id(
        record,
        signet_view(noinit + CAPTURE_BUILD_ID, noinit[CAPTURE_BUILD_ID_LEN]));
    if (report->config.memory_consent &&
        (noinit[CAPTURE_FLAGS] & CAPTURE_FLAG_MEMORY) != 0) {
        read_memory(noinit, record);
    }
}

static signet_status recover_fault(signet_report *report, uint8_t *noinit,
                                   signet_reset_reason reason, signet_time now)
{
    signet_ReportRecord record;
    signet_status status;

    signet_report_record_init(report, now, &record);
    describe(report, noinit, &record);
    record.reset_reason = (uint32_t)reason;
    status = signet_report_record_append(report->config.log, &record);
    /* It may hold memory contents: no copy is left behind. */
    signet_wipe(&record, sizeof record);
    if (status == SIGNET_OK) {
        signet_wipe(noinit, SIGNET_REPORT_NOINIT_SIZE);
    }
    return status;
}

/* After a loss of power the area holds noise, or what is left of a capture. */
static bool power_was_lost(signet_reset_reason reason)
{
    return reason == SIGNET_RESET_POWER_ON || reason == SIGNET_RESET_BROWN_OUT;
}

static signet_status clear_noise(signet_report *report, uint8_t *noinit,
                                 signet_reset_reason reason)
{
    const signet_lock *lock = &report->config.lock;
    bool broken = signet_report_capture_present(noinit);
    uint32_t state;

    signet_wipe(noinit, SIGNET_REPORT_NOINIT_SIZE);
    if (!broken || power_was_lost(reason)) {
        return SIGNET_OK;
    }
    state = lock->ops->enter(lock->ctx);
    report->dropped += report->dropped != UINT32_MAX ? 1u : 0u;
    lock->ops->exit(lock->ctx, state);
    return SIGNET_ERR_CORRUPT;
}

static signet_severity severity_of(signet_reset_reason reason)
{
    switch (reason) {
    case SIGNET_RESET_WATCHDOG:
    case SIGNET_RESET_FAULT:
        return SIGNET_SEVERITY_ERROR;
    case SIGNET_RESET_UNKNOWN:
    case SIGNET_RESET_BROWN_OUT:
        return SIGNET_SEVERITY_WARNING;
    default:
        return SIGNET_SEVERITY_INFO;
    }
}

static void note_start(signet_report *report, signet_reset_reason reason,
                       signet_time now)
{
    const signet_report_event event = {.kind = reason == SIGNET_RESET_WATCHDOG
                                                   ? SIGNET_REPORT_WATCHDOG
                                                   : SIGNET_REPORT_REBOOT,
                                       .severity = severity_of(reason),
                                       .code = (int32_t)reason};

    if (!report->start_noted) {
        report->start_noted = true;
        (void)signet_report_push(report, &event, now.uptime_ms);
    }
}

signet_status signet_report_recover(signet_report *report, uint8_t *noinit,
                                    size_t len, signet_reset_reason reason,
                                    signet_time now)
{
    note_start(report, reason, now);
    if (len < SIGNET_REPORT_NOINIT_SIZE) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (!signet_report_capture_valid(noinit)) {
        return clear_noise(report, noinit, reason);
    }
    return recover_fault(report, noinit, reason, now);
}
