/* SPDX-License-Identifier: MIT */
/* records list and audit list. */
#include "admin.h"
#include "report_show.h"
#include "verbs.h"

#include <string.h>

/* ---- records ---- */

/* Messages are the application's; printable ones are shown as text too. */
static bool is_text(signet_bytes body)
{
    for (size_t i = 0; i < body.len; i++) {
        if (body.ptr[i] < 0x20u || body.ptr[i] > 0x7Eu) {
            return false;
        }
    }
    return body.len > 0;
}

static void show_body(show *s, int64_t log, signet_bytes body)
{
    if (log == 1 && report_show(s, body) == SIGNET_OK) {
        return;
    }
    if (is_text(body)) {
        show_bytes_text(s, "text", body);
    } else {
        show_hex(s, "body", body);
    }
}

static void show_record(show *s, sqlite3_stmt *rows)
{
    int64_t log = db_int(rows, 1);
    show_begin(s, NULL);
    show_text(s, "device", db_text(rows, 0));
    show_text(s, "log", log == 0 ? "messages" : "reports");
    show_int(s, "epoch", db_int(rows, 2));
    show_int(s, "sequence", db_int(rows, 3));
    show_int(s, "sent_in_boot", db_int(rows, 4));
    show_time(s, "received", (uint64_t)db_int(rows, 5));
    show_body(s, log, db_blob(rows, 6));
    show_end(s);
}

/* -1: both; -2: neither name. */
static int64_t log_of(const cli_args *args)
{
    const char *name = cli_text(args, "log");
    if (name == NULL) {
        return -1;
    }
    if (strcmp(name, "messages") == 0) {
        return 0;
    }
    return strcmp(name, "reports") == 0 ? 1 : -2;
}

static bool list_records(db *d, const cli_args *args, failure *f)
{
    const char *device = cli_text(args, "device");
    sqlite3_stmt *rows =
        db_select(d,
                  "SELECT device, log, epoch, sequence, boot, received_s, body"
                  " FROM records WHERE (?1 = '' OR device = ?1)"
                  " AND (?2 < 0 OR log = ?2) ORDER BY device, log, rowid",
                  "si", device != NULL ? device : "", log_of(args));
    show s = admin_list_start(args);
    while (db_next(rows)) {
        show_record(&s, rows);
    }
    admin_list_finish(&s);
    return db_end(rows) || db_fail(d, f);
}

static bool run_records(const cli_args *args, failure *f)
{
    if (log_of(args) == -2) {
        return fail(f, "--log: is messages or reports");
    }
    return admin_look(args, list_records, f);
}

/* ---- audit ---- */

static void show_event(show *s, sqlite3_stmt *rows)
{
    signet_status status = (signet_status)db_int(rows, 4);
    show_begin(s, NULL);
    show_time(s, "time", (uint64_t)db_int(rows, 1));
    show_text(s, "device", db_text(rows, 2));
    show_text(s, "event", db_text(rows, 3));
    show_text(s, "status", signet_status_name(status));
    show_text(s, "detail", db_text(rows, 5));
    show_int(s, "count", db_int(rows, 6));
    show_end(s);
}

static bool list_audit(db *d, const cli_args *args, failure *f)
{
    const char *device = cli_text(args, "device");
    sqlite3_stmt *rows =
        db_select(d,
                  "SELECT id, last_s, device, event, status, detail, count"
                  " FROM audit WHERE (?1 = '' OR device = ?1) ORDER BY id",
                  "s", device != NULL ? device : "");
    show s = admin_list_start(args);
    while (db_next(rows)) {
        show_event(&s, rows);
    }
    admin_list_finish(&s);
    return db_end(rows) || db_fail(d, f);
}

static bool run_audit(const cli_args *args, failure *f)
{
    return admin_look(args, list_audit, f);
}

#define OPTION_DEVICE                                                          \
    {                                                                          \
        .name = "device", .value = "ID", .help = "this one's only",            \
        .kind = CLI_ID                                                         \
    }

static const cli_option record_options[] = {
    OPTION_DB,
    OPTION_DEVICE,
    {.name = "log", .value = "WHICH", .help = "messages or reports"},
    OPTION_JSON,
    {0},
};

static const cli_option audit_options[] = {
    OPTION_DB, OPTION_DEVICE, OPTION_JSON, {0}};

const cli_verb verb_records_list = {
    "records list", "what devices sent: messages and decoded reports", NULL,
    record_options, run_records};
const cli_verb verb_audit_list = {
    "audit list", "certificates, refusals, outcomes of updates",
    "A row is an event; count says how often in a row it happened.",
    audit_options, run_audit};
