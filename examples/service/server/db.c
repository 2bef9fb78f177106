/* SPDX-License-Identifier: MIT */
#include "db.h"

#include "schema.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 5000

bool db_fail(const db *d, failure *f)
{
    return fail(f, "database: %s", sqlite3_errmsg(d->handle));
}

static bool run_script(db *d, const char *sql)
{
    return sqlite3_exec(d->handle, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool open_handle(db *d, const char *path, failure *f)
{
    if (sqlite3_open_v2(path, &d->handle, SQLITE_OPEN_READWRITE, NULL) !=
            SQLITE_OK ||
        sqlite3_busy_timeout(d->handle, BUSY_TIMEOUT_MS) != SQLITE_OK) {
        fail(f, "%s: %s", path, sqlite3_errmsg(d->handle));
        db_close(d);
        return false;
    }
    return true;
}

/* Looked at before anything is set: a file of another program stays as it
 * was. */
static bool is_ours(db *d)
{
    int64_t version = 0;
    int64_t application = 0;
    return db_number(d, &version, 0, "PRAGMA user_version", "") &&
           db_number(d, &application, 0, "PRAGMA application_id", "") &&
           version == SCHEMA_VERSION && application == SCHEMA_APPLICATION;
}

/* FULL: what is acknowledged to a device survives a power cut here too. */
static bool configure(db *d)
{
    return run_script(d, "PRAGMA journal_mode = WAL;"
                         "PRAGMA synchronous = FULL;"
                         "PRAGMA trusted_schema = OFF;");
}

bool db_open(db *d, const char *path, failure *f)
{
    struct stat s;
    /* SQLite's own words for a missing file say less. */
    if (stat(path, &s) != 0) {
        return fail_errno(f, path);
    }
    if (!S_ISREG(s.st_mode)) {
        return fail(f, "%s: is not a regular file", path);
    }
    if (!open_handle(d, path, f)) {
        return false;
    }
    if (!is_ours(d)) {
        db_close(d);
        return fail(f, "%s: is not a database of this service", path);
    }
    if (!configure(d)) {
        db_fail(d, f);
        db_close(d);
        return false;
    }
    return true;
}

void db_close(db *d)
{
    sqlite3_close(d->handle);
    d->handle = NULL;
}

static bool fill_new(db *d, bool (*fill)(db *d, void *ctx, failure *f),
                     void *ctx, failure *f)
{
    char pragmas[96];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA user_version = %d; PRAGMA application_id = %d;",
             SCHEMA_VERSION, SCHEMA_APPLICATION);
    if (!configure(d) || !run_script(d, schema_sql) ||
        !run_script(d, pragmas)) {
        return db_fail(d, f);
    }
    return fill(d, ctx, f);
}

bool db_create(const char *path, bool (*fill)(db *d, void *ctx, failure *f),
               void *ctx, failure *f)
{
    char temporary[PATH_MAX];
    db d = {NULL};
    int len = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof temporary) {
        return fail(f, "%s: name too long", path);
    }
    if (access(path, F_OK) == 0) {
        return fail(f, "%s: exists already; it is not replaced", path);
    }
    unlink(temporary); /* of a run that was interrupted */
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail_errno(f, path);
    }
    close(fd);
    bool ok = open_handle(&d, temporary, f);
    if (ok) {
        ok = fill_new(&d, fill, ctx, f);
        db_close(&d);
    }
    if (ok && rename(temporary, path) != 0) {
        ok = fail_errno(f, path);
    }
    if (!ok) {
        unlink(temporary);
    }
    return ok;
}

static bool bind_one(sqlite3_stmt *s, int at, char type, va_list *args)
{
    signet_bytes bytes;
    switch (type) {
    case 'i':
        return sqlite3_bind_int64(s, at, va_arg(*args, int64_t)) == SQLITE_OK;
    case 's':
        return sqlite3_bind_text(s, at, va_arg(*args, const char *), -1,
                                 SQLITE_TRANSIENT) == SQLITE_OK;
    case 'b':
        bytes = va_arg(*args, signet_bytes);
        /* A NULL pointer would bind NULL rather than no bytes. */
        return sqlite3_bind_blob64(
                   s, at, bytes.len > 0 ? bytes.ptr : (const uint8_t *)"",
                   bytes.len, SQLITE_TRANSIENT) == SQLITE_OK;
    default:
        return false;
    }
}

static sqlite3_stmt *prepare(db *d, const char *sql, const char *types,
                             va_list *args)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(d->handle, sql, -1, &s, NULL) != SQLITE_OK) {
        return NULL;
    }
    for (int i = 0; types[i] != '\0'; i++) {
        if (!bind_one(s, i + 1, types[i], args)) {
            sqlite3_finalize(s);
            return NULL;
        }
    }
    return s;
}

bool db_do(db *d, const char *sql, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    sqlite3_stmt *s = prepare(d, sql, types, &args);
    va_end(args);
    if (s == NULL) {
        return false;
    }
    while (db_next(s)) {
    }
    return db_end(s);
}

int64_t db_changes(const db *d)
{
    return sqlite3_changes64(d->handle);
}

sqlite3_stmt *db_select(db *d, const char *sql, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    sqlite3_stmt *s = prepare(d, sql, types, &args);
    va_end(args);
    return s;
}

bool db_next(sqlite3_stmt *rows)
{
    return rows != NULL && sqlite3_step(rows) == SQLITE_ROW;
}

bool db_end(sqlite3_stmt *rows)
{
    /* finalize repeats the error of the last step. */
    return rows != NULL && sqlite3_finalize(rows) == SQLITE_OK;
}

int64_t db_int(sqlite3_stmt *rows, int column)
{
    return sqlite3_column_int64(rows, column);
}

const char *db_text(sqlite3_stmt *rows, int column)
{
    const unsigned char *text = sqlite3_column_text(rows, column);
    return text != NULL ? (const char *)text : "";
}

signet_bytes db_blob(sqlite3_stmt *rows, int column)
{
    const void *bytes = sqlite3_column_blob(rows, column);
    return signet_view(bytes, (size_t)sqlite3_column_bytes(rows, column));
}

bool db_number(db *d, int64_t *out, int64_t otherwise, const char *sql,
               const char *types, ...)
{
    va_list args;
    va_start(args, types);
    sqlite3_stmt *s = prepare(d, sql, types, &args);
    va_end(args);
    *out = otherwise;
    if (db_next(s) && sqlite3_column_type(s, 0) != SQLITE_NULL) {
        *out = db_int(s, 0);
    }
    return db_end(s);
}

bool db_begin(db *d)
{
    return run_script(d, "BEGIN IMMEDIATE");
}

bool db_commit(db *d)
{
    return run_script(d, "COMMIT");
}

void db_rollback(db *d)
{
    run_script(d, "ROLLBACK");
}
