/* SPDX-License-Identifier: MIT */
/* Reports on their way into the log. */
#ifndef SIGNET_REPORT_RECORD_H
#define SIGNET_REPORT_RECORD_H

#include "report.pb.h"
#include "signet/report.h"

#define SIGNET_REPORT_FORMAT 1u

/* What every report of this boot bears; the rest is zero. */
void signet_report_record_init(const signet_report *report, signet_time now,
                               signet_ReportRecord *record);

/* Copy at most SIGNET_REPORT_BUILD_ID bytes. */
void signet_report_record_build_id(signet_ReportRecord *record,
                                   signet_bytes build_id);

/* Encode and append. A record above SIGNET_REPORT_MAX_SIZE loses the end of
 * its stack. Returns what the log returned. */
signet_status signet_report_record_append(signet_log *log,
                                          signet_ReportRecord *record);

#endif
