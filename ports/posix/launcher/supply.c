/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "supply.h"

#include "child.h"
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_NS 10000000L /* 10 ms: how late the watchdog may be */

/* Memory of the device that only the launcher keeps: gone with it. The size
 * is sealed, so that the device cannot make the launcher's mapping fault. */
static int make_memory(const char *name, off_t size)
{
    int fd = launcher_sealed_create(name, false);
    if (fd < 0) {
        return -1;
    }
    if (ftruncate(fd, size) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) !=
            0) {
        launcher_sealed_drop(&fd);
    }
    return fd;
}

/* Blocked while the device runs, so that sigtimedwait gets them. */
static void hold_signals(launcher_supply *supply)
{
    (void)sigemptyset(&supply->signals);
    (void)sigaddset(&supply->signals, SIGCHLD);
    (void)sigaddset(&supply->signals, SIGTERM);
    (void)sigaddset(&supply->signals, SIGINT);
    (void)sigaddset(&supply->signals, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &supply->signals, &supply->before);
}

signet_status launcher_supply_open(launcher_supply *supply,
                                   const launcher_directory *directory)
{
    memset(supply, 0, sizeof *supply);
    supply->directory = *directory;
    hold_signals(supply);
    supply->noinit_fd = make_memory("no-init", SIGNET_POSIX_NOINIT_SIZE);
    supply->watchdog_fd = make_memory("watchdog", SIGNET_POSIX_WATCHDOG_SIZE);
    signet_status status = SIGNET_ERR_IO;
    if (supply->noinit_fd >= 0 && supply->watchdog_fd >= 0) {
        status = signet_posix_watchdog_open(
            &supply->watchdog_ctx, supply->watchdog_fd, &supply->watchdog);
    }
    if (status != SIGNET_OK) {
        launcher_supply_close(supply);
    }
    return status;
}

void launcher_supply_close(launcher_supply *supply)
{
    signet_posix_watchdog_close(&supply->watchdog_ctx);
    launcher_sealed_drop(&supply->noinit_fd);
    launcher_sealed_drop(&supply->watchdog_fd);
    launcher_directory_close(&supply->directory);
    (void)sigprocmask(SIG_SETMASK, &supply->before, NULL);
}

/* A signal that a faulting instruction or abort() ends in; any other came
 * from outside, like a finger on the reset button. */
static bool is_fault(int number)
{
    return number == SIGSEGV || number == SIGBUS || number == SIGILL ||
           number == SIGFPE || number == SIGABRT || number == SIGTRAP ||
           number == SIGSYS;
}

/* A device whose main() returns anything but 0 has failed: a trial image that
 * cannot even start is reverted like one that crashes. */
static launcher_end judge(int status, signet_reset_reason *reason)
{
    if (WIFSIGNALED(status)) {
        *reason =
            is_fault(WTERMSIG(status)) ? SIGNET_RESET_FAULT : SIGNET_RESET_PIN;
        return LAUNCHER_END_RESET;
    }
    if (WEXITSTATUS(status) == SIGNET_POSIX_REBOOT_STATUS) {
        *reason = SIGNET_RESET_REQUESTED;
        return LAUNCHER_END_RESET;
    }
    *reason = SIGNET_RESET_FAULT;
    return WEXITSTATUS(status) == EXIT_SUCCESS ? LAUNCHER_END_OFF
                                               : LAUNCHER_END_RESET;
}

static void end_child(pid_t child)
{
    int status;
    (void)kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
}

static bool asked_to_switch_off(const launcher_supply *supply)
{
    const struct timespec poll = {0, POLL_NS};
    int number = sigtimedwait(&supply->signals, NULL, &poll);
    return number == SIGTERM || number == SIGINT || number == SIGHUP;
}

static launcher_end attend(launcher_supply *supply, pid_t child,
                           signet_reset_reason *reason)
{
    for (;;) {
        int status;
        if (asked_to_switch_off(supply)) {
            end_child(child);
            return LAUNCHER_END_OFF;
        }
        if (waitpid(child, &status, WNOHANG) == child) {
            return judge(status, reason);
        }
        if (signet_posix_watchdog_expired(&supply->watchdog_ctx)) {
            end_child(child);
            *reason = SIGNET_RESET_WATCHDOG;
            return LAUNCHER_END_RESET;
        }
    }
}

signet_status launcher_supply_run(launcher_supply *supply,
                                  const launcher_boot *boot,
                                  char *const *arguments, launcher_end *end,
                                  signet_reset_reason *reason)
{
    pid_t child = launcher_child_start(supply, boot, arguments);
    if (child < 0) {
        return SIGNET_ERR_IO;
    }
    *end = attend(supply, child, reason);
    signet_posix_watchdog_rearm(&supply->watchdog_ctx);
    return SIGNET_OK;
}
