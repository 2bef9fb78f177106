/* SPDX-License-Identifier: MIT */
/* cert server and cert client: a fresh key and a certificate of a CA. */
#include "certify.h"
#include "verbs.h"

#include <arpa/inet.h>

static bool issue(const cli_args *args, signet_x509_template *t,
                  material_ca *ca, signing_host_key *key, failure *f)
{
    uint8_t public_key[64];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 0;
    signet_key issuer = signing_host_key_handle(&ca->key);
    signet_key handle = signing_host_key_handle(key);
    signet_status status = signing_public_key(&handle, public_key);
    if (status != SIGNET_OK) {
        return fail_status(f, "key", status);
    }
    certify_by(t, ca);
    t->subject_key = public_key;
    t->subject_cn = cli_text(args, "name");
    t->key_usage = SIGNET_KEY_USAGE_SIGN;
    return certify_sign(t, &issuer, der, &len, f) &&
           material_write(cli_text(args, "out"), key, signet_view(der, len), f);
}

static bool with_key(const cli_args *args, signet_x509_template *t,
                     material_ca *ca, failure *f)
{
    signing_host_key key;
    signet_status status = signing_host_key_generate(&key);
    if (status != SIGNET_OK) {
        return fail_status(f, "key", status);
    }
    bool ok = issue(args, t, ca, &key, f);
    signing_host_key_wipe(&key);
    return ok;
}

static bool make(const cli_args *args, signet_x509_template *t, failure *f)
{
    material_ca ca;
    if (!material_name_ok("--name", cli_text(args, "name"), f) ||
        !material_ca_read(cli_text(args, "ca"), &ca, f)) {
        return false;
    }
    bool ok = with_key(args, t, &ca, f);
    material_ca_wipe(&ca);
    if (ok) {
        printf("\"%s\" by \"%s\": %s.key, .pem, .der\n", cli_text(args, "name"),
               ca.name, cli_text(args, "out"));
    }
    return ok;
}

static bool run_server(const cli_args *args, failure *f)
{
    struct in_addr address;
    signet_x509_template t;
    const char *ip = cli_text(args, "ip");
    if (ip != NULL && inet_pton(AF_INET, ip, &address) != 1) {
        return fail(f, "--ip: '%s' is not an IPv4 address", ip);
    }
    if (!certify_begin(&t, cli_number(args, "lifetime", CERTIFY_LEAF_LIFE_S),
                       f)) {
        return false;
    }
    t.subject_alt_dns = cli_text(args, "name");
    t.subject_alt_ip = ip;
    t.extended_usage = SIGNET_EKU_SERVER;
    return make(args, &t, f);
}

static bool run_client(const cli_args *args, failure *f)
{
    signet_x509_template t;
    if (!certify_begin(&t, cli_number(args, "lifetime", CERTIFY_LEAF_LIFE_S),
                       f)) {
        return false;
    }
    t.extended_usage = SIGNET_EKU_CLIENT;
    return make(args, &t, f);
}

#define OPTION_CA                                                              \
    {                                                                          \
        .name = "ca", .value = "NAME",                                         \
        .help = "the CA: NAME.key and NAME.der", .required = true              \
    }
#define OPTION_OUT                                                             \
    {                                                                          \
        .name = "out", .value = "NAME",                                        \
        .help = "writes NAME.key, NAME.pem and NAME.der", .required = true     \
    }
#define OPTION_LIFETIME                                                        \
    {                                                                          \
        .name = "lifetime", .value = "TIME",                                   \
        .help = "how long it is valid; 365d", .kind = CLI_DURATION             \
    }

static const cli_option server_options[] = {
    OPTION_CA,
    {.name = "name",
     .value = "HOST",
     .help = "the name that clients check",
     .required = true},
    {.name = "ip", .value = "ADDRESS", .help = "an IPv4 address besides"},
    OPTION_OUT,
    OPTION_LIFETIME,
    {0},
};

static const cli_option client_options[] = {
    OPTION_CA,
    {.name = "name",
     .value = "CN",
     .help = "the user that the broker sees (service, observer)",
     .required = true},
    OPTION_OUT,
    OPTION_LIFETIME,
    {0},
};

const cli_verb verb_cert_server = {
    "cert server", "make a TLS server's key and certificate (the broker's)",
    NULL, server_options, run_server};

const cli_verb verb_cert_client = {
    "cert client", "make a TLS client's key and certificate",
    "For programs on the broker's service listener. Devices get theirs from\n"
    "the service.",
    client_options, run_client};
