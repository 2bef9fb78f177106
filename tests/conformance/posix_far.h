/* SPDX-License-Identifier: MIT */
/** A far end over plain sockets for the stream suite. */
#ifndef SIGNET_TESTS_CONFORMANCE_POSIX_FAR_H
#define SIGNET_TESTS_CONFORMANCE_POSIX_FAR_H

#include "suites.h"

typedef struct far_end {
    int listener;
    int connection;
} far_end;

/** Listen on a free port of the loopback and fill all of fixture but its
 * stream. */
void far_end_open(far_end *far, const char *host, conformance_stream *fixture);
void far_end_close(far_end *far);

#endif
