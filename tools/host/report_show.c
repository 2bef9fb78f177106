/* SPDX-License-Identifier: MIT */
#include "report_show.h"

#include "report.pb.h"
#include "signet/port/reset.h"
#include "signet/report.h"

#include <pb_decode.h>

#define REPORT_FORMAT_VERSION 1u

static const char *kind_name(uint32_t kind)
{
    switch ((signet_report_kind)kind) {
    case SIGNET_REPORT_ERROR:
        return "error";
    case SIGNET_REPORT_ASSERT:
        return "assert";
    case SIGNET_REPORT_FAULT:
        return "fault";
    case SIGNET_REPORT_REBOOT:
        return "reboot";
    case SIGNET_REPORT_WATCHDOG:
        return "watchdog";
    case SIGNET_REPORT_UPDATE:
        return "update";
    case SIGNET_REPORT_DROPPED:
        return "dropped";
    case SIGNET_REPORT_REFUSAL:
        return "refusal";
    }
    return "unknown";
}

static const char *severity_name(uint32_t severity)
{
    static const char *const names[] = {"info", "warning", "error", "fatal"};
    return severity < sizeof names / sizeof names[0] ? names[severity]
                                                     : "unknown";
}

static const char *reset_name(uint32_t reason)
{
    switch ((signet_reset_reason)reason) {
    case SIGNET_RESET_UNKNOWN:
        return "unknown";
    case SIGNET_RESET_POWER_ON:
        return "power-on";
    case SIGNET_RESET_REQUESTED:
        return "requested";
    case SIGNET_RESET_WATCHDOG:
        return "watchdog";
    case SIGNET_RESET_FAULT:
        return "fault";
    case SIGNET_RESET_BROWN_OUT:
        return "brown-out";
    case SIGNET_RESET_PIN:
        return "pin";
    }
    return "unknown";
}

/* A refusal's or an update's code is one of ours; a fault's is not. */
static void show_code(show *s, const signet_ReportRecord *r)
{
    show_int(s, "code", r->code);
    if (r->kind == SIGNET_REPORT_UPDATE || r->kind == SIGNET_REPORT_REFUSAL) {
        show_text(s, "code_name", signet_status_name((signet_status)r->code));
    }
}

static void show_present(show *s, const char *name, uint64_t address)
{
    if (address != 0) {
        show_address(s, name, address);
    }
}

static void show_blob(show *s, const char *name, const pb_byte_t *bytes,
                      pb_size_t size)
{
    if (size > 0) {
        show_hex(s, name, signet_view(bytes, size));
    }
}

static void show_registers(show *s, const signet_ReportRecord *r)
{
    if (r->registers_count == 0 || s->style == SHOW_ROWS) {
        return;
    }
    show_begin_array(s, "registers");
    for (pb_size_t i = 0; i < r->registers_count; i++) {
        show_address(s, NULL, r->registers[i]);
    }
    show_end_array(s);
}

static void show_when(show *s, const signet_ReportRecord *r)
{
    show_uint(s, "boot", r->boot);
    show_uint(s, "first_ms", r->first_ms);
    show_uint(s, "last_ms", r->last_ms);
    show_uint(s, "count", r->count);
    show_time(s, "wall", r->wall_s);
}

static void show_where(show *s, const signet_ReportRecord *r)
{
    show_text(s, "image_version", r->image_version);
    show_blob(s, "build_id", r->build_id.bytes, r->build_id.size);
    show_present(s, "pc", r->pc);
    show_present(s, "lr", r->lr);
    show_present(s, "address", r->address);
    show_present(s, "status", r->status);
    show_text(s, "reset_reason", reset_name(r->reset_reason));
}

signet_status report_show(show *s, signet_bytes encoded)
{
    signet_ReportRecord r = signet_ReportRecord_init_zero;
    pb_istream_t stream = pb_istream_from_buffer(encoded.ptr, encoded.len);
    if (!pb_decode(&stream, signet_ReportRecord_fields, &r)) {
        return SIGNET_ERR_TYPE;
    }
    if (r.version != REPORT_FORMAT_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    show_text(s, "kind", kind_name(r.kind));
    show_text(s, "severity", severity_name(r.severity));
    show_code(s, &r);
    show_when(s, &r);
    show_where(s, &r);
    show_blob(s, "payload", r.payload.bytes, r.payload.size);
    show_registers(s, &r);
    show_blob(s, "stack", r.stack.bytes, r.stack.size);
    show_present(s, "stack_pointer", r.stack_pointer);
    return SIGNET_OK;
}
