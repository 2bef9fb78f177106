/* SPDX-License-Identifier: MIT */
/*
 * A line for a person, LOG-1, 2: a UART, RTT, or nothing.
 */
#include "signet/port/log.h"

void signet_port_log(signet_log_level level, const char *module,
                     const char *format, ...)
{
#error "print one line, or discard it; must not call Signet"
}
