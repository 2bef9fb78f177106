/* SPDX-License-Identifier: MIT */
#include "admin.h"
#include "files.h"
#include "verbs.h"

static bool check(db *d, signet_bytes encoded, const char *path,
                  signet_trust *trust, failure *f)
{
    uint8_t key[64];
    sqlite3_stmt *rows =
        db_select(d, "SELECT value FROM settings WHERE name = 'root_key'", "");
    bool ok = db_next(rows) && cli_hex(db_text(rows, 0), key, sizeof key);
    if (!db_end(rows) || !ok) {
        return fail(f, "database: has no root key");
    }
    signet_status status = signet_trust_open(encoded, key, 0, trust);
    return status == SIGNET_OK || fail_status(f, path, status);
}

static bool keep(db *d, signet_bytes encoded, int64_t counter, failure *f)
{
    int64_t newest = -1;
    if (!db_number(d, &newest, -1, "SELECT max(counter) FROM trust_lists",
                   "")) {
        return db_fail(d, f);
    }
    if (counter <= newest) {
        return fail(f, "counter %lld is not above %lld, the newest list's",
                    (long long)counter, (long long)newest);
    }
    return db_do(d,
                 "INSERT INTO trust_lists(counter, encoded, added_s)"
                 " VALUES(?1, ?2, ?3)",
                 "ibi", counter, encoded, admin_now()) ||
           db_fail(d, f);
}

static bool add(db *d, const cli_args *args, failure *f)
{
    const char *path = cli_text(args, "file");
    signet_trust trust;
    file_data file;
    if (!file_read(path, SIGNET_TRUST_MAX_SIZE, &file, f)) {
        return false;
    }
    bool ok = check(d, file_view(&file), path, &trust, f) &&
              keep(d, file_view(&file), (int64_t)trust.counter, f);
    file_free(&file);
    return ok;
}

static bool run_add(const cli_args *args, failure *f)
{
    return admin_change(args, add, f);
}

static bool set_floor(db *d, const cli_args *args, failure *f)
{
    int64_t newest = 0;
    int64_t floor = (int64_t)cli_number(args, "COUNTER", 0);
    if (!db_number(d, &newest, 0, "SELECT max(counter) FROM trust_lists", "")) {
        return db_fail(d, f);
    }
    if (floor > newest) {
        return fail(f, "no list has a counter of %lld: no device could enrol",
                    (long long)floor);
    }
    return db_do(d, "UPDATE settings SET value = ?1 WHERE name = 'trust_floor'",
                 "i", floor) ||
           db_fail(d, f);
}

static bool run_floor(const cli_args *args, failure *f)
{
    return admin_change(args, set_floor, f);
}

static const cli_option add_options[] = {
    OPTION_DB,
    {.name = "file", .value = "FILE", .help = "the list", .required = true},
    {0},
};

static const cli_option floor_options[] = {
    OPTION_DB,
    {.name = "COUNTER",
     .help = "devices with an older list get no certificate",
     .kind = CLI_U32,
     .required = true,
     .positional = true},
    {0},
};

const cli_verb verb_trust_list_add = {
    "trust-list add", "offer a new trust list to all devices",
    "It must be signed by the root key and newer than the others.", add_options,
    run_add};

const cli_verb verb_trust_list_floor = {
    "trust-list floor", "ask for a trust list of at least this counter",
    "Raise it when the fleet has the list: a device below it cannot come\n"
    "online to fetch one.",
    floor_options, run_floor};
