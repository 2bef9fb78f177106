/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void become(char *const argv[], int out)
{
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
        dup2(out, STDOUT_FILENO) >= 0) {
        execv(argv[0], argv);
    }
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static bool collect(int fd, const char *name, size_t limit, file_data *out,
                    failure *f)
{
    out->ptr = malloc(limit + 2u);
    if (out->ptr == NULL) {
        return fail(f, "%s: out of memory", name);
    }
    for (;;) {
        ssize_t n = read(fd, out->ptr + out->len, limit + 1u - out->len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail_errno(f, name);
        }
        out->len += (size_t)n;
        out->ptr[out->len] = 0;
        if (out->len > limit) {
            return fail(f, "%s: printed more than %zu bytes", name, limit);
        }
        if (n == 0) {
            return true;
        }
    }
}

static bool ended_well(pid_t pid, const char *const argv[], failure *f)
{
    int status = 0;
    pid_t done;
    do {
        done = waitpid(pid, &status, 0);
    } while (done < 0 && errno == EINTR);
    if (done == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    if (done == pid && WIFEXITED(status)) {
        return fail(f, "%s %s: exited with %d", argv[0], argv[1],
                    WEXITSTATUS(status));
    }
    return fail(f, "%s %s: did not end by itself", argv[0], argv[1]);
}

bool child_run(char *const argv[], size_t limit, file_data *out, failure *f)
{
    int pipe_fd[2];
    *out = (file_data){0};
    if (access(argv[0], X_OK) != 0 || pipe2(pipe_fd, O_CLOEXEC) != 0) {
        return fail_errno(f, argv[0]);
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(argv, pipe_fd[1]);
    }
    close(pipe_fd[1]);
    if (pid < 0) {
        close(pipe_fd[0]);
        return fail_errno(f, argv[0]);
    }
    bool ok = collect(pipe_fd[0], argv[0], limit, out, f);
    close(pipe_fd[0]);
    failure end;
    if (!ended_well(pid, (const char *const *)argv, &end) && ok) {
        *f = end;
        ok = false;
    }
    if (!ok) {
        file_free(out);
    }
    return ok;
}
