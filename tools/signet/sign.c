/* SPDX-License-Identifier: MIT */
#include "material.h"
#include "verbs.h"

#include <string.h>

#define IMAGE_LIMIT (256u * 1024u * 1024u)
#define DEFAULT_CHUNK 4096u

typedef struct signers {
    size_t count;
    signing_host_key keys[SIGNET_COSE_MAX_SIGNATURES];
    signet_key handles[SIGNET_COSE_MAX_SIGNATURES];
} signers;

static bool signers_read(const cli_args *args, signers *s, failure *f)
{
    size_t count = cli_count(args, "key");
    if (count > SIGNET_COSE_MAX_SIGNATURES) {
        return fail(f, "--key: at most %u", SIGNET_COSE_MAX_SIGNATURES);
    }
    for (size_t i = 0; i < count; i++) {
        if (!material_private_key(cli_nth(args, "key", i), &s->keys[i], f)) {
            return false;
        }
        s->handles[i] = signing_host_key_handle(&s->keys[i]);
        s->count++;
    }
    return true;
}

static void signers_wipe(signers *s)
{
    for (size_t i = 0; i < s->count; i++) {
        signing_host_key_wipe(&s->keys[i]);
    }
}

static bool fields_of(const cli_args *args, signing_manifest *m, failure *f)
{
    uint64_t slot = cli_number(args, "slot", 0);
    size_t version_len = strlen(cli_text(args, "version"));
    memset(m, 0, sizeof *m);
    m->sequence = cli_number(args, "sequence", 0);
    m->security_counter = (uint32_t)cli_number(args, "security-counter", 0);
    if (slot >= SIGNET_SLOT_COUNT) {
        return fail(f, "--slot: is 0 or 1");
    }
    if (version_len > 32u) {
        return fail(f, "--version: longer than 32 characters");
    }
    if (m->sequence == 0 || m->sequence == UINT64_MAX) {
        return fail(f, "--sequence: is 1..2^64-2");
    }
    if (m->security_counter == UINT32_MAX) {
        return fail(f, "--security-counter: is 0..2^32-2");
    }
    m->slot = cli_count(args, "slot") > 0 ? (int32_t)slot : -1;
    m->version = cli_text(args, "version");
    m->component = (uint32_t)cli_number(args, "component", 0);
    m->not_after_s = cli_number(args, "not-after", 0);
    cli_uuid(args, "vendor", m->vendor_id);
    cli_uuid(args, "class", m->class_id);
    return material_name_ok("--version", m->version, f);
}

static bool write_both(const cli_args *args, const signing_buffer *manifest,
                       const signing_buffer *stream, failure *f)
{
    file_set set = {0};
    bool ok = file_set_add(&set, cli_text(args, "manifest"),
                           signing_view(manifest), 0644, f) &&
              file_set_add(&set, cli_text(args, "stream"), signing_view(stream),
                           0644, f) &&
              file_set_commit(&set, f);
    file_set_end(&set);
    return ok;
}

/* What is signed here, a device that trusts these keys can read: the writer's
 * limits and the reader's are held against each other. */
static bool readable(const signers *s, const signing_buffer *manifest,
                     failure *f)
{
    const signet_signature_policy policy = {.min_es256 = 1};
    uint8_t keys[SIGNET_COSE_MAX_SIGNATURES][64];
    signet_trust trust = {.counter = 1, .count = s->count};
    signet_manifest m;
    signet_status status = SIGNET_OK;
    for (size_t i = 0; i < s->count && status == SIGNET_OK; i++) {
        trust.entries[i].purposes = SIGNET_PURPOSE_FIRMWARE;
        trust.entries[i].algorithm = SIGNET_COSE_ES256;
        trust.entries[i].key = signet_view(keys[i], sizeof keys[i]);
        status = signing_public_key(&s->handles[i], keys[i]);
        if (status == SIGNET_OK) {
            status = signet_kid(keys[i], trust.entries[i].kid);
        }
    }
    if (status == SIGNET_OK) {
        status =
            signet_manifest_open(signing_view(manifest), &trust, &policy, &m);
    }
    return status == SIGNET_OK ||
           fail_status(f, "devices would refuse this manifest", status);
}

static bool make(const cli_args *args, signing_manifest *m, signet_bytes image,
                 const signers *s, failure *f)
{
    signing_buffer stream = {0};
    signing_buffer manifest = {0};
    uint32_t chunk = (uint32_t)cli_number(args, "chunk-size", DEFAULT_CHUNK);
    signet_status status = signing_stream_write(image, chunk, &stream, m);
    if (status != SIGNET_OK) {
        return fail_status(f, "payload stream", status);
    }
    status = signing_manifest_write(m, s->handles, s->count, &manifest);
    bool ok = (status == SIGNET_OK || fail_status(f, "manifest", status)) &&
              readable(s, &manifest, f) &&
              write_both(args, &manifest, &stream, f);
    signing_buffer_free(&stream);
    signing_buffer_free(&manifest);
    return ok;
}

static bool run(const cli_args *args, failure *f)
{
    signing_manifest m;
    signers s = {0};
    file_data image;
    if (!fields_of(args, &m, f) ||
        !file_read(cli_text(args, "image"), IMAGE_LIMIT, &image, f)) {
        return false;
    }
    bool ok =
        signers_read(args, &s, f) && make(args, &m, file_view(&image), &s, f);
    signers_wipe(&s);
    file_free(&image);
    if (ok) {
        printf("%s: version %s, sequence %s, %u bytes\n",
               cli_text(args, "manifest"), cli_text(args, "version"),
               cli_text(args, "sequence"), m.size);
    }
    return ok;
}

static const cli_option options[] = {
    {.name = "key",
     .value = "FILE",
     .help = "1..3 private keys that sign",
     .required = true,
     .repeated = true},
    {.name = "image", .value = "FILE", .help = "the payload", .required = true},
    {.name = "version",
     .value = "TEXT",
     .help = "for people, 1..32 characters",
     .required = true},
    {.name = "sequence",
     .value = "N",
     .help = "higher than that of every image before",
     .kind = CLI_U64,
     .required = true},
    {.name = "security-counter",
     .value = "N",
     .help = "devices never go back below it",
     .kind = CLI_U32,
     .required = true},
    {.name = "vendor",
     .value = "UUID",
     .help = "vendor id",
     .kind = CLI_UUID,
     .required = true},
    {.name = "class",
     .value = "UUID",
     .help = "device class id",
     .kind = CLI_UUID,
     .required = true},
    {.name = "component", .value = "N", .help = "0", .kind = CLI_U32},
    {.name = "slot", .value = "N", .help = "0 or 1; any", .kind = CLI_U32},
    {.name = "chunk-size",
     .value = "BYTES",
     .help = "a power of two, 256..65536; 4096",
     .kind = CLI_U32},
    {.name = "not-after",
     .value = "TIME",
     .help = "not to be installed later; none",
     .kind = CLI_TIME},
    {.name = "manifest",
     .value = "FILE",
     .help = "written: the signed manifest",
     .required = true},
    {.name = "stream",
     .value = "FILE",
     .help = "written: the hash-chained payload",
     .required = true},
    {0},
};

const cli_verb verb_sign = {
    "sign", "sign an update: manifest and hash-chained payload stream",
    "Both files are replaced together. See docs/wire-formats.md.", options,
    run};
