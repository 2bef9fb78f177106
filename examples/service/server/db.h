/* SPDX-License-Identifier: MIT */
/**
 * SQLite with less ceremony: bind by type letters, step, read columns.
 *
 * Type letters: i int64_t; s text; b signet_bytes; each optional '?' form is
 * written as n (no argument): NULL.
 */
#ifndef DB_H
#define DB_H

#include "failure.h"
#include "signet/bytes.h"

#include <sqlite3.h>

typedef struct db {
    sqlite3 *handle;
} db;

/** Make a new database with the schema; an existing file is refused. */
bool db_create(const char *path, bool (*fill)(db *d, void *ctx, failure *f),
               void *ctx, failure *f);

/** Open an existing one; of another format it is refused. */
bool db_open(db *d, const char *path, failure *f);
void db_close(db *d);

/** Run a statement that gives no rows. */
bool db_do(db *d, const char *sql, const char *types, ...);

/** Rows that the last db_do changed. */
int64_t db_changes(const db *d);

/** Start a query; NULL when it cannot be. End it with db_end. */
sqlite3_stmt *db_select(db *d, const char *sql, const char *types, ...);

/** Next row; false at the end and on errors (db_end tells them apart). */
bool db_next(sqlite3_stmt *rows);

/** Finish a query; NULL is an error. */
bool db_end(sqlite3_stmt *rows);

/** Columns; views are valid until the next db_next. Text is never NULL. */
int64_t db_int(sqlite3_stmt *rows, int column);
const char *db_text(sqlite3_stmt *rows, int column);
signet_bytes db_blob(sqlite3_stmt *rows, int column);

/** The one number of a query, or otherwise when there is no row or a NULL. */
bool db_number(db *d, int64_t *out, int64_t otherwise, const char *sql,
               const char *types, ...);

/** "database: ..."; always false. */
bool db_fail(const db *d, failure *f);

/** Everything between them is kept together or not at all. */
bool db_begin(db *d);
bool db_commit(db *d);
void db_rollback(db *d);

#endif
