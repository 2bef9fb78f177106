/* SPDX-License-Identifier: MIT */
#include "signet/report.h"

#include "use.h"

RAM(report, sizeof(signet_report) + sizeof(signet_log));
RAM(slot, sizeof(signet_report_slot));

const use_function signet_use[] = {
    USE(signet_report_init),    USE(signet_report_push),
    USE(signet_report_flush),   USE(signet_report_capture),
    USE(signet_report_recover),
};
