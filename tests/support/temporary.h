/* SPDX-License-Identifier: MIT */
/** A temporary directory for a test, and its removal. */
#ifndef SIGNET_TESTS_TEMPORARY_H
#define SIGNET_TESTS_TEMPORARY_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TEMPORARY_SIZE 64

/** Make one; returns it open, its path in path[TEMPORARY_SIZE]. */
static inline int temporary_make(char *path)
{
    (void)snprintf(path, TEMPORARY_SIZE, "/tmp/signet-test-XXXXXX");
    if (mkdtemp(path) == NULL) {
        perror("mkdtemp");
        exit(1);
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        perror(path);
        exit(1);
    }
    return fd;
}

/** Remove it with the files in it (no folders), and close it. */
static inline void temporary_remove(const char *path, int fd)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        (void)unlinkat(fd, entry->d_name, 0);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)close(fd);
    (void)rmdir(path);
}

#endif
