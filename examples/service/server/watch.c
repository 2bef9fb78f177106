/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include "files.h"

#include <stdio.h>
#include <stdlib.h>

static bool list_revoked(service *s, FILE *out)
{
    sqlite3_stmt *rows = db_select(
        &s->database,
        "SELECT id FROM devices WHERE status = 'revoked' ORDER BY id", "");
    fputs("# devices whose sessions the broker ends\n", out);
    while (db_next(rows)) {
        fprintf(out, "%s\n", db_text(rows, 0));
    }
    return db_end(rows);
}

bool watch_write_revoked(service *s, failure *f)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return fail(f, "out of memory");
    }
    bool ok = list_revoked(s, out) || db_fail(&s->database, f);
    ok = fclose(out) == 0 && ok;
    ok = ok && file_write(s->revocation_file,
                          signet_view((const uint8_t *)text, len), 0644, f);
    free(text);
    return ok;
}

static bool offer_news(service *s, updates_send send, void *ctx)
{
    int64_t release = 0;
    int64_t trust = 0;
    if (!db_number(&s->database, &release, 0, "SELECT max(id) FROM releases",
                   "") ||
        !db_number(&s->database, &trust, 0,
                   "SELECT max(counter) FROM trust_lists", "")) {
        return false;
    }
    if (release <= s->announced_release && trust <= s->announced_trust) {
        return true;
    }
    if (!updates_push(s, s->announced_release, s->announced_trust, send, ctx)) {
        return false;
    }
    s->announced_release = release;
    s->announced_trust = trust;
    return true;
}

bool watch_step(service *s, updates_send send, void *ctx, failure *f)
{
    /* Changes when another connection commits; our own do not count. */
    int64_t version = 0;
    if (!db_number(&s->database, &version, 0, "PRAGMA data_version", "")) {
        return db_fail(&s->database, f);
    }
    if (version == s->data_version) {
        return true;
    }
    if (!watch_write_revoked(s, f)) {
        return false;
    }
    if (!offer_news(s, send, ctx)) {
        return db_fail(&s->database, f);
    }
    s->data_version = version;
    return true;
}
