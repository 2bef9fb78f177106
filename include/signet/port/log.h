/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_LOG_H
#define SIGNET_PORT_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum signet_log_level {
    SIGNET_LOG_ERROR = 0,
    SIGNET_LOG_WARNING = 1,
    SIGNET_LOG_INFO = 2,
    SIGNET_LOG_DEBUG = 3
} signet_log_level;

/**
 * One line of diagnostics for a person: a link-time function of the port. It
 * may discard, must not block for a network and must not call Signet.
 *
 * LOG-1: safe from any task. LOG-2: never truncates in the middle of a UTF-8
 * character silently: a cut line ends in "...".
 *
 * @param module  a constant word: "agent", "update".
 * @param format  as printf; %s %d %u %x %llu only. Never secrets.
 */
void signet_port_log(signet_log_level level, const char *module,
                     const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

#ifdef __cplusplus
}
#endif
#endif
