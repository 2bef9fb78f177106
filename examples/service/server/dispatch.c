/* SPDX-License-Identifier: MIT */
#include "audit.h"
#include "registry.h"
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Topics of docs/wire-formats.md: prefix, device id, suffix. */
typedef struct route {
    const char *prefix;
    const char *suffix;
    bool enrolled; /* only devices that are registered and not revoked */
    handler handle;
} route;

static const route routes[] = {
    {"signet/enrol/" SIGNET_ENROL_PREFIX, "/req", false, enrol_handle},
    {"signet/dev/", "/up/message", true, records_handle_message},
    {"signet/dev/", "/up/report", true, records_handle_report},
    {"signet/dev/", "/up/time", true, time_handle},
    {"signet/dev/", "/up/update", true, updates_handle},
};

/* The access list ties this part of a topic to the client's certificate; the
 * form is checked because ids go into file names and other topics. */
static bool take_id(const char *text, char id[SIGNET_DEVICE_ID_LEN + 1u])
{
    if (strspn(text, "0123456789abcdef") < SIGNET_DEVICE_ID_LEN) {
        return false;
    }
    memcpy(id, text, SIGNET_DEVICE_ID_LEN);
    id[SIGNET_DEVICE_ID_LEN] = '\0';
    return true;
}

static const route *find(const char *topic, char id[SIGNET_DEVICE_ID_LEN + 1u])
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        size_t len = strlen(routes[i].prefix);
        if (strncmp(topic, routes[i].prefix, len) == 0 &&
            take_id(topic + len, id) &&
            strcmp(topic + len + SIGNET_DEVICE_ID_LEN, routes[i].suffix) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

void reply_free(reply *r)
{
    free(r->ptr);
    r->ptr = NULL;
    r->len = 0;
}

static bool handle(service *s, const route *r, const message *m, reply *out)
{
    registry_standing standing = REGISTRY_UNKNOWN;
    if (!r->enrolled) {
        return r->handle(s, m, out);
    }
    if (!registry_standing_of(&s->database, m->device, &standing)) {
        return false;
    }
    if (standing != REGISTRY_ACTIVE) {
        return audit_note(&s->database, s->now_s, m->device, "message",
                          standing == REGISTRY_REVOKED
                              ? SIGNET_ERR_DEVICE_REVOKED
                              : SIGNET_ERR_UNKNOWN_DEVICE,
                          r->suffix);
    }
    return registry_seen(&s->database, s->now_s, m->device) &&
           r->handle(s, m, out);
}

void dispatch(service *s, const char *topic, signet_bytes payload, reply *out)
{
    message m;
    const route *r = find(topic, m.device);
    memset(out, 0, sizeof *out);
    if (r == NULL) {
        return; /* up/... that no version of ours knows */
    }
    m.payload = payload;
    if (!db_begin(&s->database)) {
        fprintf(stderr, "signet-service: database: %s\n",
                sqlite3_errmsg(s->database.handle));
        return;
    }
    if (handle(s, r, &m, out) && db_commit(&s->database)) {
        return;
    }
    fprintf(stderr, "signet-service: %s: not handled: %s\n", topic,
            sqlite3_errmsg(s->database.handle));
    db_rollback(&s->database);
    reply_free(out);
}
