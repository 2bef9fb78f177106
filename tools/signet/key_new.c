/* SPDX-License-Identifier: MIT */
#include "material.h"
#include "signet/cose.h"
#include "text.h"
#include "verbs.h"

#include <string.h>

static const char *const purposes[] = {"root", "firmware", "service",
                                       "time", "unlock",   "ownership"};

static bool purpose_known(const char *purpose, failure *f)
{
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++) {
        if (purpose == NULL || strcmp(purpose, purposes[i]) == 0) {
            return true;
        }
    }
    return fail(f,
                "--purpose: '%s' is not one of root, firmware, service, "
                "time, unlock, ownership",
                purpose);
}

static bool add_private(file_set *set, const char *path,
                        const signing_host_key *key, failure *f)
{
    signing_buffer pem = {0};
    signet_status status = signing_private_key_write(key, &pem);
    if (status != SIGNET_OK) {
        return fail_status(f, path, status);
    }
    bool ok = file_set_add(set, path, signing_view(&pem), 0600, f);
    signet_wipe(pem.ptr, pem.len);
    signing_buffer_free(&pem);
    return ok;
}

static bool add_public(file_set *set, const char *path,
                       const uint8_t public_key[64], failure *f)
{
    char pub[PATH_MAX];
    signing_buffer pem = {0};
    if (!material_path(path, ".pub", pub, f)) {
        return false;
    }
    signet_status status = signing_public_key_write(public_key, &pem);
    if (status != SIGNET_OK) {
        return fail_status(f, pub, status);
    }
    bool ok = file_set_add(set, pub, signing_view(&pem), 0644, f);
    signing_buffer_free(&pem);
    return ok;
}

static bool make(const cli_args *args, signing_host_key *key,
                 uint8_t public_key[64], failure *f)
{
    const char *path = cli_text(args, "out");
    signet_key handle = signing_host_key_handle(key);
    file_set set = {.keep = true};
    signet_status status = signing_public_key(&handle, public_key);
    if (status != SIGNET_OK) {
        return fail_status(f, "key", status);
    }
    bool ok = add_private(&set, path, key, f) &&
              add_public(&set, path, public_key, f) && file_set_commit(&set, f);
    file_set_end(&set);
    return ok;
}

static bool show(const char *purpose, const uint8_t public_key[64], failure *f)
{
    uint8_t kid[SIGNET_KID_SIZE];
    signet_status status = signet_kid(public_key, kid);
    if (status != SIGNET_OK) {
        return fail_status(f, "kid", status);
    }
    if (purpose != NULL) {
        printf("purpose %s\n", purpose);
    }
    printf("kid     ");
    text_hex(stdout, signet_view(kid, sizeof kid));
    printf("\npublic  ");
    text_hex(stdout, signet_view(public_key, 64));
    printf("\n");
    return true;
}

static bool run(const cli_args *args, failure *f)
{
    signing_host_key key;
    uint8_t public_key[64];
    if (!purpose_known(cli_text(args, "purpose"), f)) {
        return false;
    }
    signet_status status = signing_host_key_generate(&key);
    if (status != SIGNET_OK) {
        return fail_status(f, "key", status);
    }
    bool ok = make(args, &key, public_key, f);
    signing_host_key_wipe(&key);
    return ok && show(cli_text(args, "purpose"), public_key, f);
}

static const cli_option options[] = {
    {.name = "out",
     .value = "FILE",
     .help = "private key (PKCS#8 PEM, 0600); FILE.pub: the public one",
     .required = true},
    {.name = "purpose",
     .value = "WHAT",
     .help = "root, firmware, service, time, unlock or ownership; only shown"},
    {0},
};

const cli_verb verb_key_new = {
    "key new", "make a P-256 signing key; prints its kid and public part",
    "What a key may be used for is not in its file: the trust list says it.\n"
    "Existing files are never replaced.",
    options, run};
