/* SPDX-License-Identifier: MIT */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A path may be longer than the line: the reason must still be seen. */
#define MAX_WHAT 300

bool fail(failure *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    return false;
}

bool fail_status(failure *f, const char *what, signet_status status)
{
    return fail(f, "%.*s: %s (%s)", MAX_WHAT, what, signet_status_text(status),
                signet_status_name(status));
}

bool fail_errno(failure *f, const char *what)
{
    return fail(f, "%.*s: %s", MAX_WHAT, what, strerror(errno));
}
