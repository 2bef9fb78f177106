/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "input.h"

#include "launcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool complain_errno(const char *path)
{
    (void)launcher_complain("cannot read %s: %s", path, strerror(errno));
    return false;
}

/* Asked of the open file: a folder opens, and a FIFO has no size. */
static bool regular_size(FILE *file, const char *path, size_t limit,
                         size_t *size)
{
    struct stat info;
    if (fstat(fileno(file), &info) != 0) {
        return complain_errno(path);
    }
    if (!S_ISREG(info.st_mode)) {
        (void)launcher_complain("cannot read %s: not a regular file", path);
        return false;
    }
    if (info.st_size == 0 || (uint64_t)info.st_size > limit) {
        (void)launcher_complain("%s: %s", path,
                                info.st_size == 0 ? "empty" : "too long");
        return false;
    }
    *size = (size_t)info.st_size;
    return true;
}

static bool read_open(FILE *file, const char *path, size_t limit,
                      uint8_t **data, size_t *len)
{
    if (!regular_size(file, path, limit, len)) {
        return false;
    }
    *data = malloc(*len);
    if (*data == NULL || fread(*data, 1, *len, file) != *len) {
        free(*data);
        *data = NULL;
        return complain_errno(path);
    }
    return true;
}

bool launcher_read_file(const char *path, size_t limit, uint8_t **data,
                        size_t *len)
{
    *data = NULL;
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return complain_errno(path);
    }
    bool done = read_open(file, path, limit, data, len);
    (void)fclose(file);
    return done;
}

/* DER of a P-256 SubjectPublicKeyInfo (RFC 5480) up to the point's X. */
static const uint8_t spki_head[27] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A,
                                      0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
                                      0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03,
                                      0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

static bool take_key(const uint8_t *data, size_t len, uint8_t key[64])
{
    if (len == sizeof spki_head + 64u &&
        memcmp(data, spki_head, sizeof spki_head) == 0) {
        data += sizeof spki_head;
        len = 64;
    }
    if (len == 64) {
        memcpy(key, data, 64);
    }
    return len == 64;
}

bool launcher_read_public_key(const char *path, uint8_t key[64])
{
    uint8_t *data;
    size_t len;
    if (!launcher_read_file(path, 4096, &data, &len)) {
        return false;
    }
    bool good = launcher_unwrap_pem(data, &len) && take_key(data, len, key);
    free(data);
    if (!good) {
        (void)launcher_complain("%s: not a P-256 public key", path);
    }
    return good;
}
