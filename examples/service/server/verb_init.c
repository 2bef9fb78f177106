/* SPDX-License-Identifier: MIT */
#include "admin.h"
#include "material.h"
#include "verbs.h"

#include <string.h>

typedef struct first {
    char root_key[129];
    const char *registration;
    file_data trust_list;
    int64_t trust_counter;
    size_t count;
    material_certificate manufacturers[CLI_MAX_VALUES];
} first;

static bool set(db *d, const char *name, const char *value)
{
    return db_do(d, "INSERT INTO settings(name, value) VALUES(?1, ?2)", "ss",
                 name, value);
}

static bool fill(db *d, void *ctx, failure *f)
{
    const first *in = ctx;
    bool ok = set(d, "root_key", in->root_key) &&
              set(d, "registration", in->registration) &&
              db_do(d,
                    "INSERT INTO settings(name, value)"
                    " VALUES('trust_floor', 0)",
                    "") &&
              db_do(d,
                    "INSERT INTO trust_lists(counter, encoded, added_s)"
                    " VALUES(?1, ?2, ?3)",
                    "ibi", in->trust_counter, file_view(&in->trust_list),
                    admin_now());
    for (size_t i = 0; ok && i < in->count; i++) {
        const material_certificate *m = &in->manufacturers[i];
        ok = db_do(d,
                   "INSERT INTO manufacturers(certificate) VALUES(?1)"
                   " ON CONFLICT DO NOTHING",
                   "b", signet_view(m->der, m->len));
    }
    return ok || db_fail(d, f);
}

static bool read_manufacturers(const cli_args *args, first *in, failure *f)
{
    for (size_t i = 0; i < cli_count(args, "manufacturer-ca"); i++) {
        const char *path = cli_nth(args, "manufacturer-ca", i);
        material_certificate *m = &in->manufacturers[i];
        if (!material_certificate_read(path, m, f)) {
            return false;
        }
        if (!m->fields.ca) {
            return fail(f, "%s: is not the certificate of a CA", path);
        }
        in->count++;
    }
    return true;
}

static bool read_trust(const cli_args *args, first *in, failure *f)
{
    uint8_t key[64];
    signet_trust trust;
    const char *path = cli_text(args, "trust-list");
    if (!material_public_key(cli_text(args, "root-key"), key, f) ||
        !file_read(path, SIGNET_TRUST_MAX_SIZE, &in->trust_list, f)) {
        return false;
    }
    signet_hex(key, sizeof key, in->root_key);
    signet_status status =
        signet_trust_open(file_view(&in->trust_list), key, 0, &trust);
    in->trust_counter = trust.counter;
    return status == SIGNET_OK || fail_status(f, path, status);
}

static bool run(const cli_args *args, failure *f)
{
    first in = {.registration = cli_text(args, "registration")};
    if (in.registration == NULL) {
        in.registration = "automatic";
    }
    if (strcmp(in.registration, "automatic") != 0 &&
        strcmp(in.registration, "listed") != 0) {
        return fail(f, "--registration: is automatic or listed");
    }
    bool ok = read_trust(args, &in, f) && read_manufacturers(args, &in, f) &&
              db_create(cli_text(args, "db"), fill, &in, f);
    file_free(&in.trust_list);
    return ok;
}

static const cli_option options[] = {
    OPTION_DB,
    {.name = "root-key",
     .value = "PUB",
     .help = "public key that signs trust lists",
     .required = true},
    {.name = "trust-list",
     .value = "FILE",
     .help = "the first trust list",
     .required = true},
    {.name = "manufacturer-ca",
     .value = "CERT",
     .help = "roots whose devices may enrol",
     .required = true,
     .repeated = true},
    {.name = "registration",
     .value = "HOW",
     .help = "automatic (at first enrolment) or listed (by 'device add')"},
    {0},
};

const cli_verb verb_init = {"init", "make the service's database",
                            "An existing file is never replaced.", options,
                            run};
