/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_STATUS_H
#define SIGNET_STATUS_H

#include "signet/status_list.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Every fallible call's result: 0 is success, PENDING is not an error. */
typedef enum signet_status {
#define SIGNET_STATUS_ENTRY(name, value, meaning) SIGNET_##name = (value),
    SIGNET_STATUS_LIST(SIGNET_STATUS_ENTRY)
#undef SIGNET_STATUS_ENTRY
} signet_status;

/**
 * The name of a status, without its prefix ("ERR_SIGNATURE").
 *
 * @return a constant string; "UNKNOWN" for a value that is not in the list.
 * Context: any.
 */
const char *signet_status_name(signet_status status);

/** As signet_status_name, but the meaning, in one line of English. */
const char *signet_status_text(signet_status status);

#ifdef __cplusplus
}
#endif
#endif
