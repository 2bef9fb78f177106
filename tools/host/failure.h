/* SPDX-License-Identifier: MIT */
/** Why something could not be done, in one line for the person who asked. */
#ifndef HOST_FAILURE_H
#define HOST_FAILURE_H

#include "signet/status.h"

#include <stdbool.h>

typedef struct failure {
    char text[512];
} failure;

/** Note a reason; always false, so that it can end a function. */
bool fail(failure *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** "<what>: <the meaning of a status> (ERR_...)"; always false. */
bool fail_status(failure *f, const char *what, signet_status status);

/** "<what>: <the meaning of errno>"; always false. */
bool fail_errno(failure *f, const char *what);

#endif
