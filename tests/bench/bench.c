/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPETITIONS 1000

/* The one function whose instructions are collected. The call through a
 * pointer and the return are the method's own: under five instructions. */
__attribute__((noinline)) void bench_measured(void (*measured)(void));

void bench_measured(void (*measured)(void))
{
    measured();
    /* Not a tail call: the function must be left by returning. */
    __asm__ volatile("" ::: "memory");
}

void bench_expect(int holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

static void run(const bench_operation *operation)
{
    operation->set_up(operation->size);
    for (int i = 0; i < REPETITIONS; i++) {
        if (operation->prepare != NULL) {
            operation->prepare();
        }
        bench_measured(operation->measured);
    }
}

int bench_run(int argc, char **argv, const bench_operation *operations,
              size_t count)
{
    if (argc != 2) {
        for (size_t i = 0; i < count; i++) {
            (void)puts(operations[i].name);
        }
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(argv[1], operations[i].name) == 0) {
            run(&operations[i]);
            return 0;
        }
    }
    (void)fprintf(stderr, "bench: no operation %s\n", argv[1]);
    return 2;
}
