/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Above what a device inherits, so that moving one does not hit another. */
#define ASIDE 64
#define CANNOT_START 127
#define MOST_ARGUMENTS 64

typedef struct inherited {
    int from;
    int to;
} inherited;

/* dup2 clears close-on-exec; everything else of the launcher has it set. */
static bool hand_over(inherited *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        list[i].from = fcntl(list[i].from, F_DUPFD_CLOEXEC, ASIDE);
        if (list[i].from < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (dup2(list[i].from, list[i].to) < 0) {
            return false;
        }
    }
    return true;
}

/* PR_SET_PDEATHSIG does not see a parent that is already gone. */
static bool die_with(pid_t launcher)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == launcher;
}

static void execute(int image_fd, char *const *arguments)
{
    char name[] = "signet-device";
    char *argv[MOST_ARGUMENTS + 2];
    size_t n = 0;
    argv[n++] = name;
    for (size_t i = 0; arguments[i] != NULL && n <= MOST_ARGUMENTS; i++) {
        argv[n++] = arguments[i];
    }
    argv[n] = NULL;
    (void)fexecve(image_fd, argv, environ);
    (void)fprintf(stderr, "signet-launcher: the image cannot be started: %s\n",
                  strerror(errno));
}

static void become_device(const launcher_supply *supply,
                          const launcher_boot *boot, char *const *arguments,
                          pid_t launcher)
{
    inherited list[] = {
        {supply->directory.fd, SIGNET_POSIX_FD_DIR},
        {boot->handoff_fd, SIGNET_POSIX_FD_HANDOFF},
        {supply->noinit_fd, SIGNET_POSIX_FD_NOINIT},
        {supply->watchdog_fd, SIGNET_POSIX_FD_WATCHDOG},
        {supply->directory.lock_fd, SIGNET_POSIX_FD_LOCK},
    };
    int image_fd = fcntl(boot->image_fd, F_DUPFD_CLOEXEC, ASIDE);
    if (image_fd >= 0 && die_with(launcher) &&
        hand_over(list, sizeof list / sizeof list[0])) {
        (void)sigprocmask(SIG_SETMASK, &supply->before, NULL);
        execute(image_fd, arguments);
    }
}

pid_t launcher_child_start(const launcher_supply *supply,
                           const launcher_boot *boot, char *const *arguments)
{
    pid_t launcher = getpid();
    pid_t child = fork();
    if (child == 0) {
        become_device(supply, boot, arguments, launcher);
        _exit(CANNOT_START);
    }
    return child;
}
