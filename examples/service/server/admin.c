/* SPDX-License-Identifier: MIT */
#include "admin.h"

#include "files.h"

#include <string.h>
#include <time.h>

bool admin_change(const cli_args *args, admin_job job, failure *f)
{
    db d;
    if (!db_open(&d, cli_text(args, "db"), f)) {
        return false;
    }
    bool ok = db_begin(&d) || db_fail(&d, f);
    if (ok) {
        ok = job(&d, args, f) && (db_commit(&d) || db_fail(&d, f));
        if (!ok) {
            db_rollback(&d);
        }
    }
    db_close(&d);
    return ok;
}

bool admin_look(const cli_args *args, admin_job job, failure *f)
{
    db d;
    if (!db_open(&d, cli_text(args, "db"), f)) {
        return false;
    }
    bool ok = job(&d, args, f);
    db_close(&d);
    return ok;
}

show admin_list_start(const cli_args *args)
{
    show s = show_start(cli_flag(args, "json") ? SHOW_JSON : SHOW_ROWS);
    show_begin_array(&s, NULL);
    return s;
}

void admin_list_finish(show *s)
{
    show_end_array(s);
    show_finish(s);
}

int64_t admin_now(void)
{
    return (int64_t)time(NULL);
}

static bool root_key(db *d, uint8_t key[64], failure *f)
{
    sqlite3_stmt *rows =
        db_select(d, "SELECT value FROM settings WHERE name = 'root_key'", "");
    bool ok = db_next(rows) && cli_hex(db_text(rows, 0), key, 64);
    if (!db_end(rows)) {
        return db_fail(d, f);
    }
    return ok || fail(f, "database: has no root key");
}

bool admin_trust(db *d, uint8_t encoded[SIGNET_TRUST_MAX_SIZE],
                 signet_trust *trust, failure *f)
{
    uint8_t key[64];
    size_t len = 0;
    if (!root_key(d, key, f)) {
        return false;
    }
    sqlite3_stmt *rows = db_select(
        d, "SELECT encoded FROM trust_lists ORDER BY counter DESC LIMIT 1", "");
    if (db_next(rows) && db_blob(rows, 0).len <= SIGNET_TRUST_MAX_SIZE) {
        len = db_blob(rows, 0).len;
        memcpy(encoded, db_blob(rows, 0).ptr, len);
    }
    if (!db_end(rows)) {
        return db_fail(d, f);
    }
    if (len == 0) {
        return fail(f, "no trust list yet; see 'trust-list add'");
    }
    signet_status status =
        signet_trust_open(signet_view(encoded, len), key, 0, trust);
    return status == SIGNET_OK || fail_status(f, "trust list", status);
}

/* How many signatures are enough is the devices' policy, not ours. */
bool admin_manifest_read(db *d, const char *path, admin_manifest *out,
                         failure *f)
{
    const signet_signature_policy policy = {.min_es256 = 1,
                                            .accept_development = true};
    uint8_t list[SIGNET_TRUST_MAX_SIZE];
    signet_trust trust;
    file_data file;
    if (!admin_trust(d, list, &trust, f) ||
        !file_read(path, sizeof out->encoded, &file, f)) {
        return false;
    }
    memcpy(out->encoded, file.ptr, file.len);
    out->len = file.len;
    file_free(&file);
    signet_status status = signet_manifest_open(
        signet_view(out->encoded, out->len), &trust, &policy, &out->fields);
    return status == SIGNET_OK || fail_status(f, path, status);
}

bool admin_sequence(uint64_t sequence, int64_t *out, failure *f)
{
    *out = (int64_t)sequence;
    return sequence <= INT64_MAX || fail(f, "sequence: at most 2^63 - 1");
}
