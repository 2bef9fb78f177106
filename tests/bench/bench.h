/* SPDX-License-Identifier: MIT */
/**
 * Instruction counts. A program lists its operations; called with one it runs
 * prepare, measured and finish 1,000 times. tools/dev/bench.sh counts what
 * callgrind sees inside bench_measured, libc included, and prints the
 * thousandth part.
 */
#ifndef SIGNET_TESTS_BENCH_H
#define SIGNET_TESTS_BENCH_H

#include <stddef.h>

typedef struct bench_operation {
    const char *name; /**< of the figure */
    void (*set_up)(size_t size);
    void (*prepare)(void); /**< before each call, not counted; may be NULL */
    void (*measured)(void);
    size_t size;
} bench_operation;

/** main of each program. */
int bench_run(int argc, char **argv, const bench_operation *operations,
              size_t count);

/** A failed expectation ends the program: wrong work is not measured. */
void bench_expect(int holds, const char *what);

#endif
