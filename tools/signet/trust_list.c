/* SPDX-License-Identifier: MIT */
#include "material.h"
#include "verbs.h"

#include <string.h>

/* An entry and the bytes that its view points to. */
typedef struct list {
    size_t count;
    signing_trust_entry entries[SIGNET_TRUST_MAX_ENTRIES];
    uint8_t keys[SIGNET_TRUST_MAX_ENTRIES][64];
    material_certificate certificates[SIGNET_TRUST_MAX_ENTRIES];
} list;

typedef struct source {
    const char *option;
    uint32_t purpose;
    bool certificate;
} source;

static const source sources[] = {
    {"firmware", SIGNET_PURPOSE_FIRMWARE, false},
    {"broker-ca", SIGNET_PURPOSE_BROKER_CA, true},
    {"operational-issuer", SIGNET_PURPOSE_OPERATIONAL_ISSUER, true},
    {"service", SIGNET_PURPOSE_SERVICE, false},
    {"time", SIGNET_PURPOSE_TIME, false},
    {"unlock", SIGNET_PURPOSE_UNLOCK, false},
    {"ownership", SIGNET_PURPOSE_OWNERSHIP, false},
};

static bool read_certificate(const char *path, material_certificate *out,
                             signet_bytes *key, failure *f)
{
    if (!material_certificate_read(path, out, f)) {
        return false;
    }
    if (!out->fields.ca) {
        return fail(f, "%s: is not the certificate of a CA", path);
    }
    *key = signet_view(out->der, out->len);
    return true;
}

/* One key with several purposes is one entry. */
static bool joined(list *l, const source *s, const uint8_t key[64])
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->entries[i].key.ptr == l->keys[i] &&
            memcmp(l->keys[i], key, 64) == 0) {
            l->entries[i].purposes |= s->purpose;
            return true;
        }
    }
    return false;
}

static bool add(list *l, const source *s, const char *path, failure *f)
{
    if (l->count == SIGNET_TRUST_MAX_ENTRIES) {
        return fail(f, "more than %u entries", SIGNET_TRUST_MAX_ENTRIES);
    }
    size_t i = l->count;
    signing_trust_entry *entry = &l->entries[i];
    entry->purposes = s->purpose;
    entry->algorithm = SIGNET_COSE_ES256;
    if (s->certificate) {
        l->count++;
        return read_certificate(path, &l->certificates[i], &entry->key, f);
    }
    if (!material_public_key(path, l->keys[i], f)) {
        return false;
    }
    if (!joined(l, s, l->keys[i])) {
        entry->key = signet_view(l->keys[i], 64);
        l->count++;
    }
    return true;
}

static bool collect(const cli_args *args, list *l, failure *f)
{
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        const source *s = &sources[i];
        for (size_t n = 0; n < cli_count(args, s->option); n++) {
            if (!add(l, s, cli_nth(args, s->option, n), f)) {
                return false;
            }
        }
    }
    for (size_t i = 0; cli_flag(args, "development") && i < l->count; i++) {
        l->entries[i].flags = SIGNET_TRUST_DEVELOPMENT;
    }
    return true;
}

static bool readable(const signet_key *root, const signing_buffer *list_bytes,
                     failure *f)
{
    uint8_t key[64];
    signet_trust trust;
    signet_status status = signing_public_key(root, key);
    if (status == SIGNET_OK) {
        status = signet_trust_open(signing_view(list_bytes), key, 0, &trust);
    }
    return status == SIGNET_OK ||
           fail_status(f, "devices would refuse this list", status);
}

static bool write_list(const cli_args *args, const list *l,
                       signing_host_key *root, failure *f)
{
    signing_buffer out = {0};
    signet_key handle = signing_host_key_handle(root);
    signet_status status =
        signing_trust_list_write((uint32_t)cli_number(args, "counter", 0),
                                 l->entries, l->count, &handle, &out);
    if (status != SIGNET_OK) {
        return fail_status(f, "trust list", status);
    }
    bool ok = readable(&handle, &out, f) &&
              file_write(cli_text(args, "out"), signing_view(&out), 0644, f);
    signing_buffer_free(&out);
    return ok;
}

static bool run(const cli_args *args, failure *f)
{
    signing_host_key root;
    list l = {0};
    uint64_t counter = cli_number(args, "counter", 0);
    if (counter == 0 || counter == UINT32_MAX) {
        return fail(f, "--counter: is 1..2^32-2");
    }
    if (!collect(args, &l, f) ||
        !material_private_key(cli_text(args, "root-key"), &root, f)) {
        return false;
    }
    bool ok = write_list(args, &l, &root, f);
    signing_host_key_wipe(&root);
    if (ok) {
        printf("trust list %s: counter %s, %zu entries\n",
               cli_text(args, "out"), cli_text(args, "counter"), l.count);
    }
    return ok;
}

#define OPTION_KEYS(name_, help_)                                              \
    {                                                                          \
        .name = name_, .value = "PUB", .help = help_, .repeated = true         \
    }

static const cli_option options[] = {
    {.name = "root-key",
     .value = "FILE",
     .help = "private key that signs trust lists",
     .required = true},
    {.name = "counter",
     .value = "N",
     .help = "higher than that of every list before",
     .kind = CLI_U32,
     .required = true},
    {.name = "firmware",
     .value = "PUB",
     .help = "keys that sign manifests",
     .required = true,
     .repeated = true},
    {.name = "broker-ca",
     .value = "CERT",
     .help = "CAs of TLS servers",
     .required = true,
     .repeated = true},
    {.name = "operational-issuer",
     .value = "CERT",
     .help = "CA of devices' operational certificates",
     .required = true,
     .repeated = true},
    {.name = "service",
     .value = "PUB",
     .help = "keys that sign the service's replies",
     .required = true,
     .repeated = true},
    OPTION_KEYS("time", "keys that sign the time"),
    OPTION_KEYS("unlock", "keys that sign unlock tokens"),
    OPTION_KEYS("ownership", "keys that sign ownership transfers"),
    {.name = "development",
     .help = "mark all entries: production builds refuse them",
     .kind = CLI_FLAG},
    {.name = "out", .value = "FILE", .help = "the list", .required = true},
    {0},
};

const cli_verb verb_trust_list = {
    "trust-list", "make a signed trust list: what devices believe in",
    "PUB is a public key (PEM or DER), a certificate, or a private key of\n"
    "which the public part is taken. At most 12 entries and 2,048 bytes.",
    options, run};
