/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int fd, const char *path, size_t limit, file_data *out,
                     failure *f)
{
    size_t cap = 0;
    for (;;) {
        if (out->len == cap) {
            cap = cap == 0 ? 4096u : cap * 2u;
            uint8_t *grown = realloc(out->ptr, cap + 1u);
            if (grown == NULL) {
                return fail(f, "%s: out of memory", path);
            }
            out->ptr = grown;
        }
        ssize_t n = read(fd, out->ptr + out->len, cap - out->len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail_errno(f, path);
        }
        out->len += (size_t)n;
        out->ptr[out->len] = 0;
        if (out->len > limit) {
            return fail(f, "%s: larger than %zu bytes", path, limit);
        }
        if (n == 0) {
            return out->len > 0 || fail(f, "%s: is empty", path);
        }
    }
}

static int open_input(const char *path, failure *f)
{
    if (strcmp(path, "-") == 0) {
        return dup(STDIN_FILENO);
    }
    /* Not blocking: a FIFO that nobody writes to must not hang us. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        fail_errno(f, path);
        return -1;
    }
    struct stat s;
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) {
        fail(f, "%s: is not a regular file", path);
        close(fd);
        return -1;
    }
    return fd;
}

bool file_read(const char *path, size_t limit, file_data *out, failure *f)
{
    *out = (file_data){0};
    int fd = open_input(path, f);
    if (fd < 0) {
        return false;
    }
    bool ok = read_all(fd, path, limit, out, f);
    close(fd);
    if (!ok) {
        file_free(out);
    }
    return ok;
}

void file_free(file_data *data)
{
    if (data->ptr != NULL) {
        signet_wipe(data->ptr, data->len);
    }
    free(data->ptr);
    *data = (file_data){0};
}

static bool write_all(int fd, signet_bytes data)
{
    while (data.len > 0) {
        ssize_t n = write(fd, data.ptr, data.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        data.ptr += n;
        data.len -= (size_t)n;
    }
    return true;
}

static char *join(const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b) + 1u;
    char *s = malloc(size);
    if (s != NULL) {
        snprintf(s, size, "%s%s", a, b);
    }
    return s;
}

static bool write_temporary(char *path, signet_bytes data, mode_t mode,
                            const char *target, failure *f)
{
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        path[0] = '\0'; /* nothing to remove */
        return fail_errno(f, target);
    }
    bool ok = fchmod(fd, mode) == 0 && write_all(fd, data) && fsync(fd) == 0;
    if (!ok) {
        fail_errno(f, target);
    }
    return (close(fd) == 0 || fail_errno(f, target)) && ok;
}

/* A directory would only show at the rename, when others are in place. */
static bool may_replace(const file_set *set, const char *path, failure *f)
{
    struct stat s;
    if (lstat(path, &s) != 0) {
        return errno == ENOENT || fail_errno(f, path);
    }
    if (set->keep) {
        return fail(f, "%s: exists already; it is not replaced", path);
    }
    return S_ISREG(s.st_mode) || fail(f, "%s: is not a regular file", path);
}

bool file_set_add(file_set *set, const char *path, signet_bytes data,
                  mode_t mode, failure *f)
{
    if (set->count == FILE_SET_MAX) {
        return fail(f, "%s: too many files", path);
    }
    if (!may_replace(set, path, f)) {
        return false;
    }
    char *target = join(path, "");
    char *temporary = join(path, ".XXXXXX");
    set->files[set->count].path = target;
    set->files[set->count].temporary = temporary;
    set->count++;
    if (target == NULL || temporary == NULL) {
        return fail(f, "%s: out of memory", path);
    }
    return write_temporary(temporary, data, mode, path, f);
}

bool file_set_commit(file_set *set, failure *f)
{
    for (size_t i = 0; i < set->count; i++) {
        if (rename(set->files[i].temporary, set->files[i].path) != 0) {
            return fail_errno(f, set->files[i].path);
        }
        set->files[i].temporary[0] = '\0';
    }
    return true;
}

void file_set_end(file_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        char *temporary = set->files[i].temporary;
        if (temporary != NULL && temporary[0] != '\0') {
            unlink(temporary);
        }
        free(temporary);
        free(set->files[i].path);
    }
    set->count = 0;
}

bool file_write(const char *path, signet_bytes data, mode_t mode, failure *f)
{
    file_set set = {0};
    bool ok =
        file_set_add(&set, path, data, mode, f) && file_set_commit(&set, f);
    file_set_end(&set);
    return ok;
}

static bool append(int fd, const char *line)
{
    /* One write, so that a reader never sees half of a line. */
    char *text = join(line, "\n");
    if (text == NULL) {
        return false;
    }
    signet_bytes bytes = signet_view((const uint8_t *)text, strlen(text));
    bool ok = flock(fd, LOCK_EX) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
    free(text);
    return ok;
}

bool file_append_line(const char *path, const char *line, failure *f)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0) {
        return fail_errno(f, path);
    }
    bool ok = append(fd, line) || fail_errno(f, path);
    close(fd);
    return ok;
}
