/* SPDX-License-Identifier: MIT */
/*
 * A line on standard error, in one write so that lines of several tasks and
 * processes do not mix (LOG-1). SIGNET_LOG=error|warning|info|debug chooses
 * the least important level that is shown; info by default.
 */
#define _GNU_SOURCE
#include "signet/port/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 512u

static const char *const level_names[] = {"error", "warning", "info", "debug"};

static int threshold(void)
{
    const char *wanted = getenv("SIGNET_LOG");
    for (int i = 0; wanted != NULL && i <= SIGNET_LOG_DEBUG; i++) {
        if (strcmp(wanted, level_names[i]) == 0) {
            return i;
        }
    }
    return SIGNET_LOG_INFO;
}

/* LOG-2: drop the last characters for "...", at a character's first byte. */
static size_t mark_cut(char *line, size_t len)
{
    len -= 3;
    while (len > 0 && ((unsigned char)line[len] & 0xC0u) == 0x80u) {
        len--;
    }
    for (size_t i = 0; i < 3; i++) {
        line[len++] = '.';
    }
    return len;
}

/* What a peer sent must not make lines or move the terminal's cursor. */
static void blank_controls(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)line[i];
        if (c < 0x20u || c == 0x7Fu) {
            line[i] = '?';
        }
    }
}

static size_t clamp(int printed, size_t cap)
{
    if (printed < 0) {
        return 0;
    }
    return (size_t)printed < cap ? (size_t)printed : cap;
}

void signet_port_log(signet_log_level level, const char *module,
                     const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;
    if ((int)level < 0 || (int)level > threshold()) {
        return;
    }
    size_t len = clamp(
        snprintf(line, sizeof line, "%s %s: ", level_names[level], module),
        sizeof line / 2u);
    size_t room = sizeof line - len;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was started */
    int printed = vsnprintf(line + len, room, format, arguments);
    va_end(arguments);
    len += clamp(printed, room - 1u);
    if (printed >= 0 && (size_t)printed >= room) {
        len = mark_cut(line, len);
    }
    blank_controls(line, len);
    line[len] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, len + 1u);
    (void)ignored;
}
