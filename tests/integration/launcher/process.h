/* SPDX-License-Identifier: MIT */
/** Programs that a test starts: their output, and their end for sure. */
#ifndef SIGNET_TEST_LAUNCHER_PROCESS_H
#define SIGNET_TEST_LAUNCHER_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#define PROCESS_OUTPUT 65536

typedef struct process {
    pid_t pid;
    int out_fd;
    int err_fd;
    char out[PROCESS_OUTPUT];
    char err[PROCESS_OUTPUT];
    int status; /**< as waitpid's */
} process;

/** Start a program; argv ends with NULL. */
void process_start(process *p, const char *const *argv);

/** Read until text occurs in out, for at most 10 s. */
bool process_wait_for(process *p, const char *text);

/** Read to the end and reap; kills after 20 s. Returns the exit status, or
 * 128 + the signal's number. */
int process_finish(process *p);

/** Start and finish. */
int process_run(process *p, const char *const *argv);

/** Is there no such process any more, or within 5 s? */
bool process_gone(pid_t pid);

#endif
