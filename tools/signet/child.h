/* SPDX-License-Identifier: MIT */
/** Another program, run to its end. */
#ifndef CHILD_H
#define CHILD_H

#include "files.h"

/**
 * Run argv[0] (a path) with the arguments of a NULL-terminated array and an
 * empty standard input. Its standard error is ours.
 *
 * @param limit     bytes of standard output that are kept; more is an error.
 * @param[out] out  its standard output; free it with file_free.
 * @return true when it exited with 0.
 */
bool child_run(char *const argv[], size_t limit, file_data *out, failure *f);

#endif
