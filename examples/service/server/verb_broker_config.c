/* SPDX-License-Identifier: MIT */
/*
 * mosquitto's configuration: three listeners with a root of their own each.
 * The name in a client's certificate is its user name and client id; the
 * access lists give it the topics that bear this name.
 */
#include "broker_link.h"
#include "material.h"
#include "verbs.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct listener {
    const char *name;   /**< of its access list */
    const char *port;   /**< option */
    const char *ca;     /**< option */
    const char *access; /**< the list */
} listener;

static const listener listeners[] = {
    {"enrolment", "enrolment-port", "manufacturer-ca",
     "pattern write signet/enrol/%u/req\n"
     "pattern read signet/enrol/%u/rsp\n"},
    {"operation", "operation-port", "operational-ca",
     "pattern write signet/dev/%u/up/#\n"
     "pattern read signet/dev/%u/down/#\n"},
    {"service", "service-port", "service-ca",
     "user service\n"
     "topic read signet/enrol/+/req\n"
     "topic write signet/enrol/+/rsp\n"
     "topic read signet/dev/+/up/#\n"
     "topic write signet/dev/+/down/#\n"
     "topic write " HEARTBEAT_TOPIC "\n"
     "\n"
     "user observer\n"
     "topic read signet/dev/+/up/#\n"},
};

#define LISTENERS (sizeof listeners / sizeof listeners[0])

/** Absolute paths of everything that the configuration names. */
typedef struct config {
    char *dir;
    char *certificate;
    char *key;
    char *plugin;
    char *ca[LISTENERS];
} config;

/* ---- inputs ---- */

static bool absolute(const char *path, char **out, failure *f)
{
    *out = realpath(path, NULL);
    if (*out == NULL) {
        return fail_errno(f, path);
    }
    return strpbrk(*out, "\r\n") == NULL ||
           fail(f, "%s: mosquitto cannot read such a name", path);
}

/* mosquitto reads PEM only, and says little about anything else. */
static bool pem_path(const char *path, char **out, failure *f)
{
    file_data file;
    if (!file_read(path, 65536u, &file, f)) {
        return false;
    }
    bool pem = strstr((const char *)file.ptr, "-----BEGIN ") != NULL;
    file_free(&file);
    return pem ? absolute(path, out, f) : fail(f, "%s: is not PEM", path);
}

static bool root_path(const char *path, char **out, failure *f)
{
    material_certificate certificate;
    if (!material_certificate_read(path, &certificate, f)) {
        return false;
    }
    /* mosquitto builds no partial chains: an intermediate admits nobody. */
    if (!certificate.fields.ca ||
        !signet_equal(certificate.fields.issuer, certificate.fields.subject)) {
        return fail(f, "%s: is not the certificate of a root CA", path);
    }
    return pem_path(path, out, f);
}

static bool server_paths(const cli_args *args, config *c, failure *f)
{
    const char *certificate_path = cli_text(args, "server-cert");
    const char *key_path = cli_text(args, "server-key");
    material_certificate certificate;
    signing_host_key key;
    if (!material_certificate_read(certificate_path, &certificate, f) ||
        !material_private_key(key_path, &key, f)) {
        return false;
    }
    signing_host_key_wipe(&key);
    return pem_path(certificate_path, &c->certificate, f) &&
           pem_path(key_path, &c->key, f);
}

static bool paths(const cli_args *args, config *c, failure *f)
{
    for (size_t i = 0; i < LISTENERS; i++) {
        if (!root_path(cli_text(args, listeners[i].ca), &c->ca[i], f)) {
            return false;
        }
    }
    return server_paths(args, c, f) &&
           absolute(cli_text(args, "plugin"), &c->plugin, f) &&
           absolute(cli_text(args, "dir"), &c->dir, f);
}

static void config_free(config *c)
{
    for (size_t i = 0; i < LISTENERS; i++) {
        free(c->ca[i]);
    }
    free(c->dir);
    free(c->certificate);
    free(c->key);
    free(c->plugin);
}

static bool ports_differ(const cli_args *args, failure *f)
{
    for (size_t i = 0; i < LISTENERS; i++) {
        for (size_t j = 0; j < i; j++) {
            if (cli_number(args, listeners[i].port, 0) ==
                cli_number(args, listeners[j].port, 0)) {
                return fail(f, "--%s and --%s are the same", listeners[j].port,
                            listeners[i].port);
            }
        }
    }
    return true;
}

/* ---- output ---- */

/* What is queued for a client that does not read, and its session, are
 * memory of the broker that the client decides about. Both ends ask again for
 * what is dropped: the device for replies, its outbox for acknowledgements. */
static void write_head(FILE *out, const config *c)
{
    const struct passwd *user = getpwuid(geteuid());
    fputs("# Written by signet-service broker-config.\n"
          "per_listener_settings true\n",
          out);
    /* Started by root, mosquitto would become another user, who may not read
     * the keys. */
    if (user != NULL) {
        fprintf(out, "user %s\n", user->pw_name);
    }
    fprintf(out,
            "persistence true\n"
            "persistence_location %s/\n"
            "autosave_on_changes true\n"
            "autosave_interval 1\n"
            "retain_available false\n"
            "set_tcp_nodelay true\n"
            "max_packet_size 131072\n"
            "max_queued_messages 10000\n"
            "max_queued_bytes 4194304\n"
            "persistent_client_expiration 7d\n"
            "log_dest stderr\n"
            "log_type error\n"
            "log_type warning\n"
            "log_type notice\n"
            "log_type information\n"
            "connection_messages true\n",
            c->dir);
}

static void write_listener(FILE *out, const config *c, size_t i,
                           const char *port, const char *revoked)
{
    fprintf(out,
            "\nlistener %s 127.0.0.1\n"
            "cafile %s\n"
            "certfile %s\n"
            "keyfile %s\n"
            "require_certificate true\n"
            "use_identity_as_username true\n"
            "use_username_as_clientid true\n"
            "allow_anonymous false\n"
            "acl_file %s/%s.acl\n"
            "plugin %s\n"
            "plugin_opt_revocation_file %s\n"
            "plugin_opt_heartbeat_topic " HEARTBEAT_TOPIC "\n"
            "plugin_opt_service service\n",
            port, c->ca[i], c->certificate, c->key, c->dir, listeners[i].name,
            c->plugin, revoked);
}

static bool add_config(const cli_args *args, const config *c, file_set *set,
                       const char *revoked, failure *f)
{
    char path[PATH_MAX];
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL || !material_path(c->dir, "/mosquitto.conf", path, f)) {
        return fail(f, "out of memory");
    }
    write_head(out, c);
    for (size_t i = 0; i < LISTENERS; i++) {
        write_listener(out, c, i, cli_text(args, listeners[i].port), revoked);
    }
    fclose(out);
    bool ok = file_set_add(set, path, signet_view((const uint8_t *)text, len),
                           0600, f);
    free(text);
    return ok;
}

static bool add_lists(const config *c, file_set *set, failure *f)
{
    char path[PATH_MAX];
    char ending[32];
    for (size_t i = 0; i < LISTENERS; i++) {
        const char *access = listeners[i].access;
        snprintf(ending, sizeof ending, "/%s.acl", listeners[i].name);
        /* mosquitto warns of lists that others may change. */
        if (!material_path(c->dir, ending, path, f) ||
            !file_set_add(set, path,
                          signet_view((const uint8_t *)access, strlen(access)),
                          0700, f)) {
            return false;
        }
    }
    return true;
}

/* A list that is there stays: it may name devices. */
static bool add_revoked(file_set *set, const char *path, failure *f)
{
    static const char empty[] = "# devices whose sessions the broker ends\n";
    return access(path, F_OK) == 0 ||
           file_set_add(set, path,
                        signet_view((const uint8_t *)empty, sizeof empty - 1u),
                        0644, f);
}

static bool write_all(const cli_args *args, const config *c, failure *f)
{
    char revoked[PATH_MAX];
    file_set set = {0};
    bool ok = material_path(c->dir, "/revoked", revoked, f) &&
              add_revoked(&set, revoked, f) && add_lists(c, &set, f) &&
              add_config(args, c, &set, revoked, f) && file_set_commit(&set, f);
    file_set_end(&set);
    return ok;
}

static bool run(const cli_args *args, failure *f)
{
    config c = {0};
    bool ok =
        ports_differ(args, f) && paths(args, &c, f) && write_all(args, &c, f);
    config_free(&c);
    return ok;
}

#define OPTION_PORT(name_, help_)                                              \
    {                                                                          \
        .name = name_, .value = "N", .help = help_, .kind = CLI_PORT,          \
        .required = true                                                       \
    }
#define OPTION_ROOT(name_, help_)                                              \
    {                                                                          \
        .name = name_, .value = "PEM", .help = help_, .required = true         \
    }

static const cli_option options[] = {
    {.name = "dir",
     .value = "DIR",
     .help = "existing folder for configuration and the broker's data",
     .required = true},
    {.name = "server-cert",
     .value = "PEM",
     .help = "the broker's certificate",
     .required = true},
    {.name = "server-key",
     .value = "PEM",
     .help = "its private key",
     .required = true},
    {.name = "plugin",
     .value = "FILE",
     .help = "session_guard.so",
     .required = true},
    OPTION_PORT("enrolment-port", "of the enrolment listener"),
    OPTION_PORT("operation-port", "of the operational listener"),
    OPTION_PORT("service-port", "of the service's listener"),
    OPTION_ROOT("manufacturer-ca", "root of device certificates"),
    OPTION_ROOT("operational-ca", "root of operational certificates"),
    OPTION_ROOT("service-ca", "root of service and observer"),
    {0},
};

const cli_verb verb_broker_config = {
    "broker-config", "write mosquitto's configuration",
    "Writes DIR/mosquitto.conf, DIR/*.acl and, when it is not there,\n"
    "DIR/revoked (give it to 'run' as --revocation-file). Run the broker by\n"
    "'mosquitto -c DIR/mosquitto.conf'.",
    options, run};
