/* SPDX-License-Identifier: MIT */
#include "admin.h"
#include "files.h"
#include "material.h"
#include "signet/cose.h"
#include "verbs.h"
#include "wire.h"

#include <string.h>

#define IMAGE_LIMIT (256u * 1024u * 1024u)

typedef struct reference {
    uint8_t digest[32];
    uint8_t signer[32];
    uint8_t implementation[32]; /* SHA-256 of vendor id || class id */
    char version[33];
    int64_t minimum;
} reference;

static bool set_implementation(reference *r, const uint8_t vendor[16],
                               const uint8_t device_class[16], failure *f)
{
    uint8_t both[32];
    memcpy(both, vendor, 16);
    memcpy(both + 16, device_class, 16);
    return wire_digest(signet_view(both, sizeof both), r->implementation) ||
           fail(f, "cryptographic library failed");
}

static bool of_manifest(db *d, const cli_args *args, reference *r, failure *f)
{
    admin_manifest m;
    if (!admin_manifest_read(d, cli_text(args, "manifest"), &m, f)) {
        return false;
    }
    memcpy(r->digest, m.fields.digest.ptr, sizeof r->digest);
    memcpy(r->signer, m.fields.signer, sizeof r->signer);
    memcpy(r->version, m.fields.version, sizeof r->version);
    r->minimum = m.fields.security_counter;
    return set_implementation(r, m.fields.vendor_id.ptr, m.fields.class_id.ptr,
                              f);
}

static bool of_image(const cli_args *args, reference *r, failure *f)
{
    uint8_t key[64];
    uint8_t vendor[16];
    uint8_t device_class[16];
    file_data image;
    cli_uuid(args, "vendor", vendor);
    cli_uuid(args, "class", device_class);
    if (!material_public_key(cli_text(args, "signer"), key, f) ||
        !file_read(cli_text(args, "image"), IMAGE_LIMIT, &image, f)) {
        return false;
    }
    bool ok = wire_digest(file_view(&image), r->digest) &&
              signet_spki_digest(key, r->signer) == SIGNET_OK;
    file_free(&image);
    snprintf(r->version, sizeof r->version, "%s", cli_text(args, "version"));
    return ok ? set_implementation(r, vendor, device_class, f)
              : fail(f, "cryptographic library failed");
}

static bool one_source(const cli_args *args, failure *f)
{
    bool image = cli_count(args, "image") > 0;
    if (image == (cli_count(args, "manifest") > 0)) {
        return fail(f, "one of --manifest and --image is needed");
    }
    if (image &&
        (cli_count(args, "version") == 0 || cli_count(args, "signer") == 0 ||
         cli_count(args, "vendor") == 0 || cli_count(args, "class") == 0)) {
        return fail(f, "--image needs --version, --signer, --vendor, --class");
    }
    return !image || strlen(cli_text(args, "version")) <= 32u ||
           fail(f, "--version: longer than 32 characters");
}

static bool add(db *d, const cli_args *args, failure *f)
{
    reference r = {.minimum = 0};
    bool ok = cli_count(args, "image") > 0 ? of_image(args, &r, f)
                                           : of_manifest(d, args, &r, f);
    if (!ok) {
        return false;
    }
    r.minimum = (int64_t)cli_number(args, "minimum", (uint64_t)r.minimum);
    return db_do(d,
                 "INSERT OR REPLACE INTO measurements(digest, version, signer,"
                 " implementation, minimum, added_s)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                 "bsbbii", signet_view(r.digest, sizeof r.digest), r.version,
                 signet_view(r.signer, sizeof r.signer),
                 signet_view(r.implementation, sizeof r.implementation),
                 r.minimum, admin_now()) ||
           db_fail(d, f);
}

static bool run_add(const cli_args *args, failure *f)
{
    return one_source(args, f) && admin_change(args, add, f);
}

static bool list(db *d, const cli_args *args, failure *f)
{
    sqlite3_stmt *rows =
        db_select(d,
                  "SELECT digest, version, signer, minimum, added_s"
                  " FROM measurements ORDER BY added_s, digest",
                  "");
    show s = admin_list_start(args);
    while (db_next(rows)) {
        show_begin(&s, NULL);
        show_text(&s, "version", db_text(rows, 1));
        show_hex(&s, "digest", db_blob(rows, 0));
        show_hex(&s, "signer", db_blob(rows, 2));
        show_int(&s, "minimum", db_int(rows, 3));
        show_time(&s, "added", (uint64_t)db_int(rows, 4));
        show_end(&s);
    }
    admin_list_finish(&s);
    return db_end(rows) || db_fail(d, f);
}

static bool run_list(const cli_args *args, failure *f)
{
    return admin_look(args, list, f);
}

static bool retire(db *d, const cli_args *args, failure *f)
{
    uint8_t digest[32];
    if (!cli_hex(cli_text(args, "DIGEST"), digest, sizeof digest)) {
        return fail(f, "DIGEST: is not 64 hex digits");
    }
    if (!db_do(d, "DELETE FROM measurements WHERE digest = ?1", "b",
               signet_view(digest, sizeof digest))) {
        return db_fail(d, f);
    }
    return db_changes(d) > 0 || fail(f, "no such measurement");
}

static bool run_retire(const cli_args *args, failure *f)
{
    return admin_change(args, retire, f);
}

static const cli_option add_options[] = {
    OPTION_DB,
    {.name = "manifest",
     .value = "FILE",
     .help = "take image digest, version and signer from it"},
    {.name = "image", .value = "FILE", .help = "or hash this image"},
    {.name = "version", .value = "TEXT", .help = "with --image"},
    {.name = "signer", .value = "PUB", .help = "with --image"},
    {.name = "vendor",
     .value = "UUID",
     .help = "with --image",
     .kind = CLI_UUID},
    {.name = "class",
     .value = "UUID",
     .help = "with --image",
     .kind = CLI_UUID},
    {.name = "minimum",
     .value = "N",
     .help = "lowest security counter; the manifest's, or 0",
     .kind = CLI_U32},
    {0},
};

static const cli_option list_options[] = {OPTION_DB, OPTION_JSON, {0}};

static const cli_option retire_options[] = {
    OPTION_DB,
    {.name = "DIGEST",
     .help = "of the image, 64 hex digits",
     .required = true,
     .positional = true},
    {0},
};

const cli_verb verb_measurement_add = {
    "measurement add", "let devices that run this image have a certificate",
    NULL, add_options, run_add};
const cli_verb verb_measurement_list = {"measurement list",
                                        "the images that devices may run", NULL,
                                        list_options, run_list};
const cli_verb verb_measurement_retire = {
    "measurement retire", "give no more certificates to this image",
    "Devices that run it stay online until their certificate ends.",
    retire_options, run_retire};
