/* SPDX-License-Identifier: MIT */
/**
 * The revocation list that the service writes and the broker's plugin reads:
 * one device id a line, sorted in memory; `#` starts a comment.
 */
#ifndef REVOKED_H
#define REVOKED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/** Longest name in the list: a device id has 32 characters. */
#define REVOKED_NAME_SIZE 64u

typedef struct revoked_list {
    char (*names)[REVOKED_NAME_SIZE]; /**< sorted */
    size_t count;
    struct stat read_from; /**< what the file was when it was read */
} revoked_list;

/**
 * Read the list again if the file changed.
 *
 * @return false when the file cannot be read or has a line that is too long:
 *         the list is then what it was, and errno says why.
 */
bool revoked_refresh(revoked_list *list, const char *path);

/** Is this user, "<id>" or "enrol-<id>", on the list? */
bool revoked_has(const revoked_list *list, const char *user);

void revoked_free(revoked_list *list);

#endif
