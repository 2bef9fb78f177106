/* SPDX-License-Identifier: MIT */
#include "launcher.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int launcher_complain(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was started */
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, "signet-launcher: %s\n", line);
    return EXIT_FAILURE;
}

int launcher_complain_status(const char *what, signet_status status)
{
    return launcher_complain("%s: %s (%s)", what, signet_status_text(status),
                             signet_status_name(status));
}
