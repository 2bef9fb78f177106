/* SPDX-License-Identifier: MIT */
#include "admin.h"
#include "files.h"
#include "registry.h"
#include "verbs.h"
#include "wire.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_LIMIT (512u * 1024u * 1024u)
#define DIGEST_SIZE 32u

/* ---- the stream fits the manifest: every block, and the whole ---- */

static bool block_ok(signet_bytes block, const uint8_t expected[32])
{
    uint8_t digest[32];
    return wire_digest(block, digest) && memcmp(digest, expected, 32) == 0;
}

static bool chain_ok(const signet_manifest *m, signet_bytes stream,
                     signet_sha256 *whole)
{
    uint8_t expected[32];
    size_t at = 0;
    memcpy(expected, m->first_chunk.ptr, sizeof expected);
    for (uint32_t offset = 0; offset < m->size; offset += m->chunk_size) {
        uint32_t rest = m->size - offset;
        bool last = rest <= m->chunk_size;
        size_t chunk = last ? rest : m->chunk_size;
        size_t len = last ? chunk : chunk + DIGEST_SIZE;
        if (len > stream.len - at ||
            !block_ok(signet_view(stream.ptr + at, len), expected) ||
            signet_sha256_update(whole, stream.ptr + at, chunk) != SIGNET_OK) {
            return false;
        }
        if (last) {
            return at + len == stream.len;
        }
        memcpy(expected, stream.ptr + at + chunk, sizeof expected);
        at += len;
    }
    return false;
}

static bool stream_ok(const signet_manifest *m, const char *path, failure *f)
{
    file_data file;
    signet_sha256 whole;
    uint8_t digest[32];
    if (!file_read(path, STREAM_LIMIT, &file, f)) {
        return false;
    }
    bool ok = signet_sha256_init(&whole) == SIGNET_OK &&
              chain_ok(m, file_view(&file), &whole) &&
              signet_sha256_final(&whole, digest) == SIGNET_OK &&
              signet_equal(m->digest, signet_view(digest, sizeof digest));
    file_free(&file);
    return ok || fail(f, "%s: is not the payload stream of the manifest", path);
}

/* ---- add ---- */

static bool known_device(db *d, const char *device, failure *f)
{
    registry_standing standing = REGISTRY_UNKNOWN;
    if (device == NULL) {
        return true;
    }
    if (!registry_standing_of(d, device, &standing)) {
        return db_fail(d, f);
    }
    return standing != REGISTRY_UNKNOWN || fail(f, "--for: no such device");
}

static bool insert(db *d, const cli_args *args, const admin_manifest *m,
                   const char *stream, failure *f)
{
    const char *device = cli_text(args, "for");
    const signet_bytes encoded = signet_view(m->encoded, m->len);
    uint8_t digest[32];
    int64_t sequence = 0;
    if (!wire_digest(encoded, digest)) {
        return fail(f, "cryptographic library failed");
    }
    if (!admin_sequence(m->fields.sequence, &sequence, f)) {
        return false;
    }
    return db_do(d,
                 "INSERT OR REPLACE INTO releases(manifest, manifest_digest,"
                 " stream, device, forced, component, sequence,"
                 " security_counter, version, size, chunk_size, added_s)"
                 " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
                 "bbssiiiisiii", encoded, signet_view(digest, sizeof digest),
                 stream, device != NULL ? device : "",
                 (int64_t)cli_flag(args, "force"), (int64_t)m->fields.component,
                 sequence, (int64_t)m->fields.security_counter,
                 m->fields.version, (int64_t)m->fields.size,
                 (int64_t)m->fields.chunk_size, admin_now()) ||
           db_fail(d, f);
}

/* A manifest that is not even authentic has no fields: it is offered, and no
 * block of it is served. */
static bool read_forced(db *d, const char *path, admin_manifest *m, failure *f)
{
    file_data file;
    failure ignored;
    if (admin_manifest_read(d, path, m, &ignored)) {
        return true;
    }
    memset(m, 0, sizeof *m);
    if (!file_read(path, sizeof m->encoded, &file, f)) {
        return false;
    }
    memcpy(m->encoded, file.ptr, file.len);
    m->len = file.len;
    file_free(&file);
    return true;
}

static bool add_at(db *d, const cli_args *args, const char *stream, failure *f)
{
    admin_manifest m;
    const char *path = cli_text(args, "manifest");
    if (!known_device(d, cli_text(args, "for"), f)) {
        return false;
    }
    if (cli_flag(args, "force")) {
        return read_forced(d, path, &m, f) && insert(d, args, &m, stream, f);
    }
    return admin_manifest_read(d, path, &m, f) &&
           stream_ok(&m.fields, stream, f) && insert(d, args, &m, stream, f);
}

static bool add(db *d, const cli_args *args, failure *f)
{
    /* Absolute: the service may run elsewhere. */
    char *stream = realpath(cli_text(args, "stream"), NULL);
    if (stream == NULL) {
        return fail_errno(f, cli_text(args, "stream"));
    }
    bool ok = add_at(d, args, stream, f);
    free(stream);
    return ok;
}

static bool run_add(const cli_args *args, failure *f)
{
    return admin_change(args, add, f);
}

/* ---- list, withdraw ---- */

static bool list(db *d, const cli_args *args, failure *f)
{
    sqlite3_stmt *rows = db_select(
        d,
        "SELECT id, version, component, sequence, security_counter, size,"
        " device, forced, stream, manifest_digest, added_s FROM releases"
        " ORDER BY id",
        "");
    show s = admin_list_start(args);
    while (db_next(rows)) {
        show_begin(&s, NULL);
        show_int(&s, "id", db_int(rows, 0));
        show_text(&s, "version", db_text(rows, 1));
        show_int(&s, "component", db_int(rows, 2));
        show_int(&s, "sequence", db_int(rows, 3));
        show_int(&s, "security_counter", db_int(rows, 4));
        show_int(&s, "size", db_int(rows, 5));
        show_text(&s, "for", db_text(rows, 6));
        show_bool(&s, "forced", db_int(rows, 7) != 0);
        show_text(&s, "stream", db_text(rows, 8));
        show_hex(&s, "manifest_digest", db_blob(rows, 9));
        show_time(&s, "added", (uint64_t)db_int(rows, 10));
        show_end(&s);
    }
    admin_list_finish(&s);
    return db_end(rows) || db_fail(d, f);
}

static bool run_list(const cli_args *args, failure *f)
{
    return admin_look(args, list, f);
}

static bool withdraw(db *d, const cli_args *args, failure *f)
{
    if (!db_do(d, "DELETE FROM releases WHERE id = ?1", "i",
               (int64_t)cli_number(args, "ID", 0))) {
        return db_fail(d, f);
    }
    return db_changes(d) > 0 || fail(f, "no such release");
}

static bool run_withdraw(const cli_args *args, failure *f)
{
    return admin_change(args, withdraw, f);
}

static const cli_option add_options[] = {
    OPTION_DB,
    {.name = "manifest",
     .value = "FILE",
     .help = "the signed manifest",
     .required = true},
    {.name = "stream",
     .value = "FILE",
     .help = "its payload stream; must stay where it is",
     .required = true},
    {.name = "for",
     .value = "DEVICE",
     .help = "this device only",
     .kind = CLI_ID},
    {.name = "force",
     .help = "unchecked, and offered to devices that must refuse it",
     .kind = CLI_FLAG},
    {0},
};

static const cli_option list_options[] = {OPTION_DB, OPTION_JSON, {0}};

static const cli_option withdraw_options[] = {
    OPTION_DB,
    {.name = "ID",
     .help = "as 'release list' shows it",
     .kind = CLI_U32,
     .required = true,
     .positional = true},
    {0},
};

const cli_verb verb_release_add = {
    "release add", "offer an update",
    "The running service offers it at once to the devices that it knows, and\n"
    "to every other at its next query. The manifest must be signed by a key\n"
    "of the newest trust list and the stream must fit it; --force leaves that\n"
    "to the devices, to see that they check.",
    add_options, run_add};
const cli_verb verb_release_list = {"release list", "the updates on offer",
                                    NULL, list_options, run_list};
const cli_verb verb_release_withdraw = {
    "release withdraw", "offer an update no longer",
    "A download that is under way ends; what is installed stays.",
    withdraw_options, run_withdraw};
