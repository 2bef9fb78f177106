/* SPDX-License-Identifier: MIT */
#include "revoked.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENROL_PREFIX "enrol-"

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool add(revoked_list *list, const char *name)
{
    size_t size = (list->count + 1u) * sizeof *list->names;
    void *grown = realloc(list->names, size);
    if (grown == NULL) {
        return false;
    }
    list->names = grown;
    strcpy(list->names[list->count], name); /* fits: fgets bounded it */
    list->count++;
    return true;
}

/* A list with a line that cannot be held is refused whole: to step over it
 * would let a revoked device in. */
static bool read_lines(revoked_list *list, FILE *file)
{
    char line[REVOKED_NAME_SIZE];
    while (fgets(line, sizeof line, file) != NULL) {
        size_t len = strcspn(line, "\r\n");
        if (line[len] == '\0' && !feof(file)) {
            errno = EINVAL;
            return false;
        }
        line[len] = '\0';
        if (len > 0 && line[0] != '#' && !add(list, line)) {
            return false;
        }
    }
    return ferror(file) == 0;
}

static bool unchanged(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool read_file(revoked_list *list, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    bool ok =
        fstat(fileno(file), &list->read_from) == 0 && read_lines(list, file);
    int why = errno;
    fclose(file);
    errno = why;
    return ok;
}

bool revoked_refresh(revoked_list *list, const char *path)
{
    struct stat now;
    if (stat(path, &now) != 0) {
        return false;
    }
    if (unchanged(&now, &list->read_from)) {
        return true;
    }
    revoked_list fresh = {0};
    if (!read_file(&fresh, path)) {
        int why = errno;
        revoked_free(&fresh);
        errno = why;
        return false;
    }
    if (fresh.count > 1u) {
        qsort(fresh.names, fresh.count, sizeof *fresh.names, compare);
    }
    revoked_free(list);
    *list = fresh;
    return true;
}

bool revoked_has(const revoked_list *list, const char *user)
{
    size_t prefix = strlen(ENROL_PREFIX);
    if (strncmp(user, ENROL_PREFIX, prefix) == 0) {
        user += prefix;
    }
    return list->count > 0 && bsearch(user, list->names, list->count,
                                      sizeof *list->names, compare) != NULL;
}

void revoked_free(revoked_list *list)
{
    free(list->names);
    list->names = NULL;
    list->count = 0;
}
