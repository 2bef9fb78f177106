/* SPDX-License-Identifier: MIT */
/*
 * A mosquitto plugin that ends sessions whose certificate has expired or bears
 * a name in another spelling, or whose device was revoked. TLS looks at a
 * certificate once, at the handshake; a session may outlive it by weeks.
 *
 * It stands beside acl_file on each listener: it denies, or defers to
 * acl_file. Every ACL event is checked against the client's own certificate
 * and the revocation list, so a session that does anything is stopped at
 * once. Idle sessions are ended by a sweep over all that were seen, when the
 * service publishes its heartbeat, once a second (mosquitto 2.0.11 fires no
 * MOSQ_EVT_TICK under per_listener_settings). A session that never caused an
 * ACL event is not swept; it has not sent or received anything either.
 *
 * Options, on each listener:
 *   plugin_opt_revocation_file PATH   the list (revoked.h)
 *   plugin_opt_heartbeat_topic TOPIC  a publish to it by plugin_opt_service
 *   plugin_opt_service NAME           causes the sweep
 */
#include "revoked.h"
#include "sessions.h"

#include <errno.h>
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How long a certificate without a usable end may live: not at all. */
#define NEVER ((time_t)-1)

typedef struct guard {
    unsigned users; /* listeners that loaded the plugin */
    char *revocation_file;
    char *heartbeat_topic;
    char *service;
    bool list_failed; /* said once, not every second */
    revoked_list revoked;
    session_table sessions;
} guard;

typedef struct listener {
    mosquitto_plugin_id_t *id;
    guard *guard;
} listener;

/* The broker loads the plugin once a listener, each without knowing of the
 * others, while the heartbeat of one sweeps the sessions of all. */
static guard *shared;

static void refresh_list(guard *g)
{
    bool ok = revoked_refresh(&g->revoked, g->revocation_file);
    if (!ok && !g->list_failed) {
        mosquitto_log_printf(MOSQ_LOG_ERR,
                             "session guard: %s: %s; the former list stays",
                             g->revocation_file, strerror(errno));
    }
    g->list_failed = !ok;
}

static time_t not_after_of(const X509 *certificate)
{
    struct tm end;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) {
        return NEVER;
    }
    return timegm(&end);
}

static bool must_end(void *ctx, const session *s)
{
    const guard *g = ctx;
    const char *why = NULL;
    if (s->not_after <= time(NULL)) {
        why = "its certificate has expired or spells its name otherwise";
    } else if (revoked_has(&g->revoked, s->client_id)) {
        why = "it was revoked";
    }
    if (why == NULL) {
        return false;
    }
    /* The session may have ended by itself. Without its will: what an
     * unwelcome client left to be said is not said. */
    if (mosquitto_kick_client_by_clientid(s->client_id, false) ==
        MOSQ_ERR_SUCCESS) {
        mosquitto_log_printf(MOSQ_LOG_NOTICE, "session guard: ended %s: %s",
                             s->client_id, why);
    }
    return true;
}

/* Only from a PUBLISH of the service itself: during a delivery the broker
 * walks over the subscriptions that a kick may remove. */
static bool is_heartbeat(const guard *g,
                         const struct mosquitto_evt_acl_check *e,
                         const char *user)
{
    return e->access == MOSQ_ACL_WRITE && strcmp(user, g->service) == 0 &&
           strcmp(e->topic, g->heartbeat_topic) == 0;
}

/* Name constraints ignore case and surplus spaces (RFC 5280 s7.1), so a device
 * can bear its name in other spellings. The revocation list, access lists and
 * client ids do not ignore them: one spelling only. */
static bool is_canonical(const char *user)
{
    return user[strspn(user, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* Noted before it is judged: a session that is denied must be swept too. NULL
 * certificate: the client is offline and a message is queued for it. */
static bool is_welcome(guard *g, struct mosquitto *client, const char *user)
{
    X509 *certificate = mosquitto_client_certificate(client);
    if (certificate == NULL) {
        return !revoked_has(&g->revoked, user);
    }
    time_t end = not_after_of(certificate);
    X509_free(certificate);
    if (!is_canonical(user)) {
        end = NEVER; /* denied here, and ended by the next sweep */
    }
    const char *id = mosquitto_client_id(client);
    if (id == NULL || !sessions_note(&g->sessions, id, end)) {
        return false;
    }
    return end > time(NULL) && !revoked_has(&g->revoked, user);
}

static int on_acl_check(int event, void *data, void *ctx)
{
    (void)event;
    guard *g = ((listener *)ctx)->guard;
    const struct mosquitto_evt_acl_check *e = data;
    const char *user = mosquitto_client_username(e->client);
    if (user == NULL || !is_welcome(g, e->client, user)) {
        return MOSQ_ERR_ACL_DENIED;
    }
    if (is_heartbeat(g, e, user)) {
        refresh_list(g);
        sessions_sweep(&g->sessions, must_end, g);
    }
    return MOSQ_ERR_PLUGIN_DEFER;
}

static const char *option(const struct mosquitto_opt *options, int count,
                          const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(options[i].key, name) == 0) {
            return options[i].value;
        }
    }
    mosquitto_log_printf(MOSQ_LOG_ERR, "session guard: no plugin_opt_%s", name);
    return NULL;
}

static void guard_free(guard *g)
{
    free(g->revocation_file);
    free(g->heartbeat_topic);
    free(g->service);
    revoked_free(&g->revoked);
    sessions_free(&g->sessions);
    free(g);
}

static guard *guard_new(const struct mosquitto_opt *options, int count)
{
    const char *file = option(options, count, "revocation_file");
    const char *topic = option(options, count, "heartbeat_topic");
    const char *service = option(options, count, "service");
    guard *g = calloc(1, sizeof *g);
    if (g == NULL || file == NULL || topic == NULL || service == NULL) {
        free(g);
        return NULL;
    }
    g->revocation_file = strdup(file);
    g->heartbeat_topic = strdup(topic);
    g->service = strdup(service);
    refresh_list(g);
    if (g->revocation_file == NULL || g->heartbeat_topic == NULL ||
        g->service == NULL || g->list_failed) {
        guard_free(g);
        return NULL;
    }
    return g;
}

int mosquitto_plugin_version(int count, const int *versions)
{
    for (int i = 0; i < count; i++) {
        if (versions[i] == 5) {
            return 5;
        }
    }
    return -1;
}

static void release(listener *l)
{
    if (--l->guard->users == 0) {
        guard_free(l->guard);
        shared = NULL;
    }
    free(l);
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *id, void **user_data,
                          struct mosquitto_opt *options, int option_count)
{
    listener *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return MOSQ_ERR_NOMEM;
    }
    if (shared == NULL) {
        shared = guard_new(options, option_count);
    }
    if (shared == NULL) {
        free(l);
        return MOSQ_ERR_INVAL; /* the broker does not start unguarded */
    }
    l->id = id;
    l->guard = shared;
    l->guard->users++;
    int rc = mosquitto_callback_register(id, MOSQ_EVT_ACL_CHECK, on_acl_check,
                                         NULL, l);
    if (rc != MOSQ_ERR_SUCCESS) {
        release(l);
        return rc;
    }
    *user_data = l;
    return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void *user_data, struct mosquitto_opt *options,
                             int option_count)
{
    (void)options;
    (void)option_count;
    listener *l = user_data;
    mosquitto_callback_unregister(l->id, MOSQ_EVT_ACL_CHECK, on_acl_check,
                                  NULL);
    release(l);
    return MOSQ_ERR_SUCCESS;
}
