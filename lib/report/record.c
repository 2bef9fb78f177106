/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <pb_encode.h>
#include <string.h>

/* nanopb writes a byte or two at a time; flash wants larger pieces. */
typedef struct sink {
    signet_log *log;
    signet_status status;
    size_t len;
    uint8_t bytes[64];
} sink;

static bool drain(sink *to)
{
    to->status = signet_log_add(to->log, signet_view(to->bytes, to->len));
    to->len = 0;
    return to->status == SIGNET_OK;
}

static bool write_sink(pb_ostream_t *stream, const pb_byte_t *data,
                       size_t count)
{
    sink *to = (sink *)stream->state;

    while (count != 0) {
        size_t room = sizeof to->bytes - to->len;
        size_t n = count < room ? count : room;

        memcpy(to->bytes + to->len, data, n);
        to->len += n;
        data += n;
        count -= n;
        if (to->len == sizeof to->bytes && !drain(to)) {
            return false;
        }
    }
    return true;
}

void signet_report_record_init(const signet_report *report, signet_time now,
                               signet_ReportRecord *record)
{
    const signet_ReportRecord zero = signet_ReportRecord_init_zero;

    *record = zero;
    record->version = SIGNET_REPORT_FORMAT;
    record->boot = report->config.boot_count;
    record->wall_s = now.wall_s;
    strncpy(record->image_version, report->config.version,
            SIGNET_REPORT_VERSION);
    signet_report_record_build_id(record, report->config.build_id);
}

void signet_report_record_build_id(signet_ReportRecord *record,
                                   signet_bytes build_id)
{
    if (build_id.len > SIGNET_REPORT_BUILD_ID) {
        build_id.len = SIGNET_REPORT_BUILD_ID;
    }
    record->build_id.size = (pb_size_t)build_id.len;
    if (build_id.len != 0) {
        memcpy(record->build_id.bytes, build_id.ptr, build_id.len);
    }
}

/* Size pass, and the cut it asks for. */
static size_t fit(signet_ReportRecord *record)
{
    size_t size = 0;
    size_t excess;

    (void)pb_get_encoded_size(&size, signet_ReportRecord_fields, record);
    if (size > SIGNET_REPORT_MAX_SIZE) {
        excess = size - SIGNET_REPORT_MAX_SIZE;
        record->stack.size = (pb_size_t)(record->stack.size > excess
                                             ? record->stack.size - excess
                                             : 0);
        (void)pb_get_encoded_size(&size, signet_ReportRecord_fields, record);
    }
    return size;
}

signet_status signet_report_record_append(signet_log *log,
                                          signet_ReportRecord *record)
{
    sink to = {.log = log, .status = SIGNET_OK};
    pb_ostream_t stream = {
        .callback = write_sink, .state = &to, .max_size = SIZE_MAX};

    to.status = signet_log_begin(log, fit(record));
    if (to.status != SIGNET_OK) {
        return to.status;
    }
    if (pb_encode(&stream, signet_ReportRecord_fields, record) &&
        (to.len == 0 || drain(&to))) {
        to.status = signet_log_finish(log, NULL);
    }
    if (to.status != SIGNET_OK) {
        signet_log_abort(log);
    }
    return to.status;
}
