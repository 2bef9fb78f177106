/* SPDX-License-Identifier: MIT */
/**
 * Whole files in and out. Output is written to a temporary file beside its
 * target, synced and renamed: it is there whole or not at all.
 */
#ifndef HOST_FILES_H
#define HOST_FILES_H

#include "failure.h"
#include "signet/bytes.h"

#include <stdio.h>
#include <sys/types.h>

/** Bytes read from a file; always followed by a NUL that len leaves out. */
typedef struct file_data {
    uint8_t *ptr;
    size_t len;
} file_data;

/**
 * Read a regular file, or standard input for "-".
 *
 * @param limit  bytes; a larger or empty file is refused.
 */
bool file_read(const char *path, size_t limit, file_data *out, failure *f);

/** Wipe and free. */
void file_free(file_data *data);

static inline signet_bytes file_view(const file_data *data)
{
    return signet_view(data->ptr, data->len);
}

/** Most files of one set. */
#define FILE_SET_MAX 8u

/** Files that belong together: none is renamed before all are written. */
typedef struct file_set {
    size_t count;
    bool keep; /**< refuse to replace what is there */
    struct {
        char *path;
        char *temporary;
    } files[FILE_SET_MAX];
} file_set;

/** Write one more file of the set beside its target; mode as in chmod. */
bool file_set_add(file_set *set, const char *path, signet_bytes data,
                  mode_t mode, failure *f);

/** Rename all of them into place. Call file_set_end in any case. */
bool file_set_commit(file_set *set, failure *f);

/** Remove what was not committed, and forget the set. */
void file_set_end(file_set *set);

/** A set of one file. */
bool file_write(const char *path, signet_bytes data, mode_t mode, failure *f);

/** Append a line (given without its newline) under a lock, and sync. */
bool file_append_line(const char *path, const char *line, failure *f);

#endif
