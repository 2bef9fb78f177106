/* SPDX-License-Identifier: MIT */
/* Events into RAM slots: short enough for an interrupt, under the lock. */
#include "signet/report.h"

#include <string.h>

void signet_report_init(signet_report *report,
                        const signet_report_config *config)
{
    *report = (signet_report){.config = *config};
    for (size_t i = 0; i < config->slot_count; i++) {
        config->slots[i].count = 0;
    }
}

/* Tells events apart at one comparison; equal ones are compared in full. */
static uint32_t fingerprint(const signet_report_event *event)
{
    uint64_t mixed = event->pc ^ (event->lr << 24 | event->lr >> 40);

    mixed ^= (uint64_t)(uint32_t)event->code << 8 ^ (uint64_t)event->kind;
    mixed *= 0x9E3779B97F4A7C15u;
    return (uint32_t)(mixed >> 32);
}

static bool is_same(const signet_report_slot *slot,
                    const signet_report_event *event)
{
    return slot->pc == event->pc && slot->lr == event->lr &&
           slot->code == event->code && slot->kind == event->kind;
}

static void raise_count(signet_report_slot *slot,
                        const signet_report_event *event, uint64_t now_ms)
{
    slot->last_ms = now_ms;
    if (slot->count != UINT32_MAX) {
        slot->count++;
    }
    if (event->severity > slot->severity) {
        slot->severity = (uint8_t)event->severity;
    }
}

static void fill(signet_report_slot *slot, const signet_report_event *event,
                 uint32_t print, uint64_t now_ms)
{
    slot->first_ms = now_ms;
    slot->last_ms = now_ms;
    slot->pc = event->pc;
    slot->lr = event->lr;
    slot->fingerprint = print;
    slot->count = 1;
    slot->code = event->code;
    slot->kind = (uint8_t)event->kind;
    slot->severity = (uint8_t)event->severity;
    slot->payload_len = (uint8_t)event->payload.len;
    if (event->payload.len != 0) {
        memcpy(slot->payload, event->payload.ptr, event->payload.len);
    }
}

static void drop(signet_report *report, uint32_t count)
{
    report->dropped = count > UINT32_MAX - report->dropped
                          ? UINT32_MAX
                          : report->dropped + count;
}

/* What goes first when there is no room: free, less severe, then older. */
static bool goes_before(const signet_report_slot *a,
                        const signet_report_slot *b)
{
    if (a->count == 0 || b->count == 0) {
        return a->count == 0 && b->count != 0;
    }
    if (a->severity != b->severity) {
        return a->severity < b->severity;
    }
    return a->first_ms < b->first_ms;
}

/* The slot of the same event; else the one to use, NULL: none. */
static signet_report_slot *find(const signet_report *report,
                                const signet_report_event *event,
                                uint32_t print, bool *same)
{
    signet_report_slot *slot = report->config.slots;
    const signet_report_slot *end = slot + report->config.slot_count;
    signet_report_slot *best = NULL;

    for (; slot != end; slot++) {
        if (slot->fingerprint == print && slot->count != 0 &&
            is_same(slot, event)) {
            *same = true;
            return slot;
        }
        if (slot != report->flushing &&
            (best == NULL || goes_before(slot, best))) {
            best = slot;
        }
    }
    *same = false;
    return best;
}

static signet_status note(signet_report *report,
                          const signet_report_event *event, uint32_t print,
                          uint64_t now_ms)
{
    bool same;
    signet_report_slot *slot = find(report, event, print, &same);

    if (same) {
        raise_count(slot, event, now_ms);
        return SIGNET_OK;
    }
    if (slot == NULL ||
        (slot->count != 0 && slot->severity >= event->severity)) {
        drop(report, 1);
        return SIGNET_ERR_DROPPED;
    }
    drop(report, slot->count);
    fill(slot, event, print, now_ms);
    return SIGNET_OK;
}

signet_status signet_report_push(signet_report *report,
                                 const signet_report_event *event,
                                 uint64_t now_ms)
{
    const signet_lock *lock = &report->config.lock;
    uint32_t print;
    uint32_t state;
    signet_status status;

    if (event->payload.len > SIGNET_REPORT_PAYLOAD) {
        return SIGNET_ERR_TOO_LARGE;
    }
    print = fingerprint(event);
    state = lock->ops->enter(lock->ctx);
    status = note(report, event, print, now_ms);
    lock->ops->exit(lock->ctx, state);
    return status;
}
