/* SPDX-License-Identifier: MIT */
#ifndef HOST_REPORT_SHOW_H
#define HOST_REPORT_SHOW_H

#include "show.h"

#include "signet/status.h"

/**
 * The fields of an encoded ReportRecord (proto/report.proto), into the object
 * that is open. Fields that are empty are left out.
 *
 * @retval SIGNET_ERR_TYPE     no ReportRecord; nothing was shown.
 * @retval SIGNET_ERR_VERSION  of a format that this program does not know.
 */
signet_status report_show(show *s, signet_bytes encoded);

#endif
