/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "directory.h"

#include "launcher.h"
#include "signet/port/posix/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES 200
#define LOCK_PAUSE_NS 10000000L /* 10 ms */

/* A device holds the lock too, so that a launcher that was killed is not
 * followed by a second one while the first one's device still runs. */
static int take_lock(int fd)
{
    const struct timespec pause = {0, LOCK_PAUSE_NS};
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return 0;
        }
        (void)nanosleep(&pause, NULL);
    }
    return -1;
}

int launcher_directory_open(const char *path, launcher_directory *out)
{
    out->lock_fd = -1;
    out->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->fd < 0) {
        return launcher_complain("cannot open %s: %s", path, strerror(errno));
    }
    out->lock_fd = openat(out->fd, SIGNET_POSIX_LOCK_NAME, O_RDWR | O_CLOEXEC);
    if (out->lock_fd < 0) {
        launcher_directory_close(out);
        return launcher_complain("%s is not a device; make one with init",
                                 path);
    }
    if (take_lock(out->lock_fd) != 0) {
        launcher_directory_close(out);
        return launcher_complain("%s: the device is already running", path);
    }
    return 0;
}

void launcher_directory_close(launcher_directory *directory)
{
    if (directory->lock_fd >= 0) {
        (void)close(directory->lock_fd);
    }
    if (directory->fd >= 0) {
        (void)close(directory->fd);
    }
    directory->lock_fd = -1;
    directory->fd = -1;
}
