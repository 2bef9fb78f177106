/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWNER_ONLY 0600

signet_status signet_posix_read_at(int fd, off_t offset, uint8_t *out,
                                   size_t len)
{
    while (len > 0) {
        ssize_t n = pread(fd, out, len, offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return SIGNET_ERR_IO;
        }
        out += n;
        offset += n;
        len -= (size_t)n;
    }
    return SIGNET_OK;
}

signet_status signet_posix_write_at(int fd, off_t offset, const uint8_t *data,
                                    size_t len)
{
    while (len > 0) {
        ssize_t n = pwrite(fd, data, len, offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return SIGNET_ERR_IO;
        }
        data += n;
        offset += n;
        len -= (size_t)n;
    }
    return SIGNET_OK;
}

static signet_status load_open(int fd, uint8_t *out, size_t cap, size_t *len)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return SIGNET_ERR_IO;
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return SIGNET_ERR_KEY;
    }
    if ((uint64_t)info.st_size > cap) {
        return SIGNET_ERR_TOO_LARGE;
    }
    *len = (size_t)info.st_size;
    return signet_posix_read_at(fd, 0, out, *len);
}

signet_status signet_posix_file_load(int dir_fd, const char *name, uint8_t *out,
                                     size_t cap, size_t *len)
{
    int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT ? SIGNET_ERR_NOT_FOUND : SIGNET_ERR_IO;
    }
    signet_status status = load_open(fd, out, cap, len);
    (void)close(fd);
    return status;
}

static signet_status write_new(int dir_fd, const char *name,
                               const uint8_t *data, size_t len)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int fd = openat(dir_fd, name, flags, OWNER_ONLY);
    if (fd < 0) {
        return SIGNET_ERR_IO;
    }
    signet_status status = signet_posix_write_at(fd, 0, data, len);
    if (status == SIGNET_OK && fsync(fd) != 0) {
        status = SIGNET_ERR_IO;
    }
    if (close(fd) != 0 && status == SIGNET_OK) {
        status = SIGNET_ERR_IO;
    }
    return status;
}

/* What a killed predecessor left under the temporary name is dropped. */
static signet_status put(int dir_fd, const char *name, const uint8_t *data,
                         size_t len, unsigned rename_flags)
{
    char temporary[64];
    int n = snprintf(temporary, sizeof temporary, ".%s.new", name);
    if (n < 0 || (size_t)n >= sizeof temporary) {
        return SIGNET_ERR_ARGUMENT;
    }
    (void)unlinkat(dir_fd, temporary, 0);
    signet_status status = write_new(dir_fd, temporary, data, len);
    if (status == SIGNET_OK &&
        renameat2(dir_fd, temporary, dir_fd, name, rename_flags) != 0) {
        status = errno == EEXIST ? SIGNET_ERR_STATE : SIGNET_ERR_IO;
    }
    if (status != SIGNET_OK) {
        (void)unlinkat(dir_fd, temporary, 0);
        return status;
    }
    return fsync(dir_fd) == 0 ? SIGNET_OK : SIGNET_ERR_IO;
}

signet_status signet_posix_file_replace(int dir_fd, const char *name,
                                        const uint8_t *data, size_t len)
{
    return put(dir_fd, name, data, len, 0);
}

signet_status signet_posix_file_create(int dir_fd, const char *name,
                                       const uint8_t *data, size_t len)
{
    return put(dir_fd, name, data, len, RENAME_NOREPLACE);
}

int signet_posix_reopen_dir(int dir_fd)
{
    return openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
