/* SPDX-License-Identifier: MIT */
#include "certify.h"
#include "verbs.h"

static bool make(const cli_args *args, signing_host_key *key, failure *f)
{
    uint8_t public_key[64];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    signet_x509_template t;
    signet_key handle = signing_host_key_handle(key);
    signet_status status = signing_public_key(&handle, public_key);
    if (status != SIGNET_OK) {
        return fail_status(f, "key", status);
    }
    if (!certify_begin(&t, cli_number(args, "lifetime", CERTIFY_CA_LIFE_S),
                       f)) {
        return false;
    }
    t.issuer_cn = t.subject_cn = cli_text(args, "name");
    t.issuer_key = t.subject_key = public_key;
    t.ca = true;
    t.key_usage = SIGNET_KEY_USAGE_CERT_SIGN | SIGNET_KEY_USAGE_CRL_SIGN;
    return certify_sign(&t, &handle, der, &len, f) &&
           material_write(cli_text(args, "out"), key, signet_view(der, len), f);
}

static bool run(const cli_args *args, failure *f)
{
    signing_host_key key;
    if (!material_name_ok("--name", cli_text(args, "name"), f)) {
        return false;
    }
    signet_status status = signing_host_key_generate(&key);
    if (status != SIGNET_OK) {
        return fail_status(f, "key", status);
    }
    bool ok = make(args, &key, f);
    signing_host_key_wipe(&key);
    if (ok) {
        printf("CA \"%s\": %s.key, .pem, .der\n", cli_text(args, "name"),
               cli_text(args, "out"));
    }
    return ok;
}

static const cli_option options[] = {
    {.name = "name", .value = "CN", .help = "its name", .required = true},
    {.name = "out",
     .value = "NAME",
     .help = "writes NAME.key, NAME.pem and NAME.der",
     .required = true},
    {.name = "lifetime",
     .value = "TIME",
     .help = "how long it is valid; 3650d",
     .kind = CLI_DURATION},
    {0},
};

const cli_verb verb_ca_new = {
    "ca new", "make a certification authority: P-256 key and root certificate",
    "A fleet needs four that do not know of each other: manufacturer, broker,\n"
    "operational and service. Existing files are never replaced.",
    options, run};
