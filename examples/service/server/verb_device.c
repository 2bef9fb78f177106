/* SPDX-License-Identifier: MIT */
#include "admin.h"
#include "audit.h"
#include "registry.h"
#include "verbs.h"

static void show_device(show *s, sqlite3_stmt *rows)
{
    show_text(s, "device", db_text(rows, 0));
    show_text(s, "status", db_text(rows, 1));
    show_text(s, "version", db_text(rows, 2));
    show_int(s, "sequence", db_int(rows, 3));
    show_int(s, "security_counter", db_int(rows, 4));
    show_int(s, "trust_counter", db_int(rows, 5));
    show_int(s, "boot_count", db_int(rows, 6));
    show_int(s, "clone_signs", db_int(rows, 7));
    show_time(s, "registered", (uint64_t)db_int(rows, 8));
    show_time(s, "seen", (uint64_t)db_int(rows, 9));
    show_time(s, "certificate_until", (uint64_t)db_int(rows, 10));
}

#define COLUMNS                                                                \
    "SELECT id, status, version, sequence, security_counter, trust_counter,"   \
    " boot_count, clone_signs, registered_s, seen_s,"                          \
    " (SELECT coalesce(max(not_after_s), 0) FROM certificates"                 \
    "  WHERE device = devices.id) FROM devices"

static bool list(db *d, const cli_args *args, failure *f)
{
    sqlite3_stmt *rows = db_select(d, COLUMNS " ORDER BY id", "");
    show s = admin_list_start(args);
    while (db_next(rows)) {
        show_begin(&s, NULL);
        show_device(&s, rows);
        show_end(&s);
    }
    admin_list_finish(&s);
    return db_end(rows) || db_fail(d, f);
}

static bool run_list(const cli_args *args, failure *f)
{
    return admin_look(args, list, f);
}

static void show_certificates(db *d, const char *device, show *s)
{
    sqlite3_stmt *rows =
        db_select(d,
                  "SELECT serial, not_before_s, not_after_s FROM certificates"
                  " WHERE device = ?1 ORDER BY not_after_s DESC LIMIT 5",
                  "s", device);
    show_begin_array(s, "certificates");
    while (db_next(rows)) {
        show_begin(s, NULL);
        show_hex(s, "serial", db_blob(rows, 0));
        show_time(s, "not_before", (uint64_t)db_int(rows, 1));
        show_time(s, "not_after", (uint64_t)db_int(rows, 2));
        show_end(s);
    }
    show_end_array(s);
    (void)db_end(rows); /* a list cut short by an error is still true */
}

static bool show_one(db *d, const cli_args *args, failure *f)
{
    const char *device = cli_text(args, "DEVICE");
    sqlite3_stmt *rows = db_select(d, COLUMNS " WHERE id = ?1", "s", device);
    bool found = db_next(rows);
    if (found) {
        show s = show_start(cli_flag(args, "json") ? SHOW_JSON : SHOW_LINES);
        show_begin(&s, NULL);
        show_device(&s, rows);
        show_certificates(d, device, &s);
        show_end(&s);
        show_finish(&s);
    }
    if (!db_end(rows)) {
        return db_fail(d, f);
    }
    return found || fail(f, "no such device");
}

static bool run_show(const cli_args *args, failure *f)
{
    return admin_look(args, show_one, f);
}

static bool add(db *d, const cli_args *args, failure *f)
{
    return registry_add(d, admin_now(), cli_text(args, "DEVICE")) ||
           db_fail(d, f);
}

static bool run_add(const cli_args *args, failure *f)
{
    return admin_change(args, add, f);
}

static bool revoke(db *d, const cli_args *args, failure *f)
{
    const char *device = cli_text(args, "DEVICE");
    if (!db_do(d, "UPDATE devices SET status = 'revoked' WHERE id = ?1", "s",
               device)) {
        return db_fail(d, f);
    }
    if (db_changes(d) == 0) {
        return fail(f, "no such device");
    }
    return audit_note(d, admin_now(), device, "revoked", SIGNET_OK, "") ||
           db_fail(d, f);
}

static bool run_revoke(const cli_args *args, failure *f)
{
    return admin_change(args, revoke, f);
}

#define OPTION_DEVICE                                                          \
    {                                                                          \
        .name = "DEVICE", .help = "its id", .kind = CLI_ID, .required = true,  \
        .positional = true                                                     \
    }

static const cli_option list_options[] = {OPTION_DB, OPTION_JSON, {0}};
static const cli_option show_options[] = {
    OPTION_DB, OPTION_DEVICE, OPTION_JSON, {0}};
static const cli_option one_options[] = {OPTION_DB, OPTION_DEVICE, {0}};

const cli_verb verb_device_add = {
    "device add", "register a device before it first enrols",
    "Needed when the database was made with --registration listed.",
    one_options, run_add};
const cli_verb verb_device_list = {"device list", "all devices", NULL,
                                   list_options, run_list};
const cli_verb verb_device_show = {"device show",
                                   "one device and its newest certificates",
                                   NULL, show_options, run_show};
const cli_verb verb_device_revoke = {
    "device revoke", "give a device no certificate and end its sessions",
    "There is no way back: a device that comes back gets a new key.",
    one_options, run_revoke};
