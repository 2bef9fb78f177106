/* SPDX-License-Identifier: MIT */
#include "broker_link.h"
#include "cli_parse.h"
#include "credentials.h"
#include "material.h"
#include "verbs.h"
#include "watch.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_NONCES 60u
/* Between looks for a signal to stop. */
#define STEP_MS 200

/* Blocked and asked for, rather than handled: no state outside the loop. */
static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigprocmask(SIG_BLOCK, set, NULL);
}

static bool must_stop(const sigset_t *set)
{
    const struct timespec now = {0, 0};
    return sigtimedwait(set, NULL, &now) > 0;
}

/* Once a second. An error that stays is told once. */
static void every_second(broker_link *l, failure *told)
{
    failure f = {{0}};
    link_heartbeat(l, l->service->now_s);
    if (l->connected && !watch_step(l->service, link_send, l, &f) &&
        strcmp(f.text, told->text) != 0) {
        fprintf(stderr, "signet-service: %s\n", f.text);
    }
    *told = f;
}

static void loop(broker_link *l)
{
    sigset_t set;
    failure told = {{0}};
    int64_t last_s = 0;
    block_signals(&set);
    while (!must_stop(&set)) {
        int64_t now_s = (int64_t)time(NULL);
        l->service->now_s = now_s;
        if (now_s != last_s) {
            every_second(l, &told);
            last_s = now_s;
        }
        link_step(l, now_s, STEP_MS);
    }
}

static bool set_revocation_file(const cli_args *args, service *s, failure *f)
{
    const char *path = cli_text(args, "revocation-file");
    const char *database = cli_text(args, "db");
    const char *slash = strrchr(database, '/');
    int folder = slash != NULL ? (int)(slash - database) + 1 : 0;
    int len = path != NULL
                  ? snprintf(s->revocation_file, sizeof s->revocation_file,
                             "%s", path)
                  : snprintf(s->revocation_file, sizeof s->revocation_file,
                             "%.*srevoked", folder, database);
    return (len > 0 && (size_t)len < sizeof s->revocation_file) ||
           fail(f, "--revocation-file: name too long");
}

static bool read_settings(const cli_args *args, service *s, failure *f)
{
    int64_t automatic = 0;
    uint64_t life =
        cli_number(args, "certificate-life", SIGNET_CERT_MAX_LIFE_S);
    if (life > SIGNET_CERT_MAX_LIFE_S) {
        return fail(f, "--certificate-life: at most 24h");
    }
    if (!db_number(&s->database, &automatic, 0,
                   "SELECT value = 'automatic' FROM settings"
                   " WHERE name = 'registration'",
                   "")) {
        return db_fail(&s->database, f);
    }
    s->certificate_life_s = (uint32_t)life;
    s->nonces_per_window =
        (uint32_t)cli_number(args, "nonce-limit", DEFAULT_NONCES);
    s->register_automatically = automatic != 0;
    return set_revocation_file(args, s, f);
}

/* libmosquitto's own words for a missing file say nothing of which. */
static bool link_files(const cli_args *args, char name[65], failure *f)
{
    material_certificate own;
    material_certificate broker;
    signing_host_key private_key;
    const char *certificate = cli_text(args, "client-cert");
    if (!material_certificate_read(certificate, &own, f) ||
        !material_private_key(cli_text(args, "client-key"), &private_key, f) ||
        !material_certificate_read(cli_text(args, "broker-ca"), &broker, f)) {
        return false;
    }
    signing_host_key_wipe(&private_key);
    signet_bytes cn = own.fields.subject_cn;
    if (cn.len == 0 || cn.len > 64u) {
        return fail(f, "%s: has no CN", certificate);
    }
    snprintf(name, 65, "%.*s", (int)cn.len, (const char *)cn.ptr);
    return true;
}

/* HOST:PORT */
static bool split_endpoint(const char *text, char host[256], int *port,
                           failure *f)
{
    const char *colon = strrchr(text, ':');
    uint64_t number = 0;
    if (colon == NULL || colon == text || colon - text >= 256 ||
        !cli_parse_number(colon + 1, 65535u, &number) || number == 0) {
        return fail(f, "--broker: '%s' is not HOST:PORT", text);
    }
    snprintf(host, 256, "%.*s", (int)(colon - text), text);
    *port = (int)number;
    return true;
}

static bool serve(const cli_args *args, service *s, failure *f)
{
    char name[65];
    char host[256];
    broker_link l;
    const char *server = cli_text(args, "server-name");
    link_config config = {
        .host = host,
        .server_name = server != NULL ? server : host,
        .broker_ca = cli_text(args, "broker-ca"),
        .certificate = cli_text(args, "client-cert"),
        .key = cli_text(args, "client-key"),
        .client_id = name,
    };
    if (!split_endpoint(cli_text(args, "broker"), host, &config.port, f) ||
        !link_files(args, name, f)) {
        return false;
    }
    bool ok = link_open(&l, s, &config, f);
    if (ok) {
        loop(&l);
    }
    link_close(&l);
    return ok;
}

static bool run(const cli_args *args, failure *f)
{
    service s;
    memset(&s, 0, sizeof s);
    s.data_version = -1; /* the first look is a change */
    if (!db_open(&s.database, cli_text(args, "db"), f)) {
        return false;
    }
    bool ok = read_settings(args, &s, f) &&
              credentials_load(&s, cli_text(args, "service-key"),
                               cli_text(args, "issuer"), f) &&
              credentials_load_roots(&s, f) && watch_write_revoked(&s, f) &&
              serve(args, &s, f);
    credentials_free(&s);
    db_close(&s.database);
    return ok;
}

static const cli_option options[] = {
    OPTION_DB,
    {.name = "broker",
     .value = "HOST:PORT",
     .help = "the broker's service listener",
     .required = true},
    {.name = "server-name",
     .value = "NAME",
     .help = "that the broker's certificate must bear; HOST"},
    {.name = "broker-ca",
     .value = "PEM",
     .help = "CA of the broker's certificate",
     .required = true},
    {.name = "client-cert",
     .value = "PEM",
     .help = "our certificate for the service listener",
     .required = true},
    {.name = "client-key",
     .value = "PEM",
     .help = "its private key",
     .required = true},
    {.name = "service-key",
     .value = "FILE",
     .help = "private key that signs replies",
     .required = true},
    {.name = "issuer",
     .value = "NAME",
     .help = "operational CA: NAME.key and NAME.der",
     .required = true},
    {.name = "revocation-file",
     .value = "FILE",
     .help = "written for the broker's plugin; 'revoked' beside the database"},
    {.name = "certificate-life",
     .value = "TIME",
     .help = "of operational certificates; 24h",
     .kind = CLI_DURATION},
    {.name = "nonce-limit",
     .value = "N",
     .help = "a device's nonces in 5 minutes; 60",
     .kind = CLI_U32},
    {0},
};

const cli_verb verb_run = {
    "run", "serve devices until SIGTERM or SIGINT",
    "What the other verbs change takes effect within a second or two.", options,
    run};
