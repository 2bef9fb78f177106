/* SPDX-License-Identifier: MIT */
/* init: a blank device. Made aside and renamed, so that DIR is a whole device
 * or not there. */
#define _GNU_SOURCE
#include "geometry.h"
#include "launcher.h"
#include "signet/port/posix/counter.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/layout.h"
#include "signet/port/posix/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const file_names[] = {
    "secret", "counters", SIGNET_POSIX_FLASH_NAME, SIGNET_POSIX_LOCK_NAME};

static signet_status make_lock(int fd)
{
    int lock = openat(fd, SIGNET_POSIX_LOCK_NAME,
                      O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (lock < 0) {
        return SIGNET_ERR_IO;
    }
    (void)close(lock);
    return SIGNET_OK;
}

static signet_status make_files(int fd)
{
    signet_entropy rng = signet_posix_entropy();
    signet_status status = signet_posix_secret_create(fd, &rng);
    if (status == SIGNET_OK) {
        status = signet_posix_counter_create(fd);
    }
    if (status == SIGNET_OK) {
        status = signet_posix_flash_create(fd, SIGNET_POSIX_FLASH_NAME,
                                           &signet_posix_device_geometry);
    }
    return status == SIGNET_OK ? make_lock(fd) : status;
}

static void remove_aside(int fd, const char *path)
{
    for (size_t i = 0; i < sizeof file_names / sizeof file_names[0]; i++) {
        (void)unlinkat(fd, file_names[i], 0);
    }
    (void)rmdir(path);
}

/* rename() replaces an empty directory and nothing else. */
static int fill_and_rename(int fd, const char *aside, const char *dir)
{
    signet_status status = make_files(fd);
    if (status != SIGNET_OK) {
        remove_aside(fd, aside);
        return launcher_complain_status(dir, status);
    }
    if (rename(aside, dir) != 0) {
        int error = errno;
        remove_aside(fd, aside);
        return launcher_complain("cannot make %s: %s", dir,
                                 error == ENOTEMPTY || error == EEXIST
                                     ? "it exists and is not empty"
                                     : strerror(error));
    }
    return EXIT_SUCCESS;
}

int launcher_init(const launcher_options *options)
{
    char aside[PATH_MAX];
    size_t len = strlen(options->dir);
    while (len > 1 && options->dir[len - 1] == '/') {
        len--;
    }
    int n = snprintf(aside, sizeof aside, "%.*s.new-XXXXXX", (int)len,
                     options->dir);
    if (n < 0 || (size_t)n >= sizeof aside) {
        return launcher_complain("cannot make %s: name too long", options->dir);
    }
    if (mkdtemp(aside) == NULL) {
        return launcher_complain("cannot make %s: %s", options->dir,
                                 strerror(errno));
    }
    int fd = open(aside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        (void)rmdir(aside);
        return launcher_complain("cannot make %s: %s", options->dir,
                                 strerror(errno));
    }
    int status = fill_and_rename(fd, aside, options->dir);
    (void)close(fd);
    return status;
}
