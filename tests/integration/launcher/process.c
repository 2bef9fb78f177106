/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "process.h"

#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 50
#define WAIT_STEPS (10000 / STEP_MS)
#define FINISH_STEPS (20000 / STEP_MS)

static void become(const char *const *argv, const int out[2], const int err[2])
{
    int null = open("/dev/null", O_RDONLY);
    (void)dup2(null, STDIN_FILENO);
    (void)dup2(out[1], STDOUT_FILENO);
    (void)dup2(err[1], STDERR_FILENO);
    (void)execv(argv[0], (char *const *)(uintptr_t)argv);
    perror(argv[0]);
    _exit(127);
}

void process_start(process *p, const char *const *argv)
{
    int out[2];
    int err[2];
    memset(p, 0, sizeof *p);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    p->pid = fork();
    assert_true(p->pid >= 0);
    if (p->pid == 0) {
        become(argv, out, err);
    }
    (void)close(out[1]);
    (void)close(err[1]);
    p->out_fd = out[0];
    p->err_fd = err[0];
}

/* Take what has arrived; false: no writer is left. */
static bool drain(int fd, char *buffer)
{
    size_t used = strlen(buffer);
    struct pollfd entry = {fd, POLLIN, 0};
    if (poll(&entry, 1, STEP_MS) <= 0) {
        return true;
    }
    ssize_t n = read(fd, buffer + used, PROCESS_OUTPUT - 1 - used);
    return n > 0;
}

bool process_wait_for(process *p, const char *text)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        if (strstr(p->out, text) != NULL) {
            return true;
        }
        if (!drain(p->out_fd, p->out)) {
            return strstr(p->out, text) != NULL;
        }
    }
    return false;
}

static void drain_both(process *p)
{
    bool out = true;
    bool err = true;
    for (int i = 0; (out || err) && i < FINISH_STEPS; i++) {
        out = out && drain(p->out_fd, p->out);
        err = err && drain(p->err_fd, p->err);
    }
    if (out || err) {
        (void)kill(p->pid, SIGKILL);
    }
}

int process_finish(process *p)
{
    drain_both(p);
    while (waitpid(p->pid, &p->status, 0) < 0 && errno == EINTR) {
    }
    (void)close(p->out_fd);
    (void)close(p->err_fd);
    return WIFEXITED(p->status) ? WEXITSTATUS(p->status)
                                : 128 + WTERMSIG(p->status);
}

int process_run(process *p, const char *const *argv)
{
    process_start(p, argv);
    return process_finish(p);
}

bool process_gone(pid_t pid)
{
    const struct timespec pause = {0, 10000000L};
    for (int i = 0; i < 500; i++) {
        if (kill(pid, 0) != 0 && errno == ESRCH) {
            return true;
        }
        (void)nanosleep(&pause, NULL);
    }
    return false;
}
