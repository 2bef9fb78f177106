/* SPDX-License-Identifier: MIT */
#include "sessions.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: names come from verified certificates, an adversary's choice of
 * them is what the manufacturer endorsed. */
static session **bucket_of(session_table *table, const char *client_id)
{
    uint32_t hash = 2166136261u;
    for (const char *c = client_id; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    }
    return &table->buckets[hash % SESSION_BUCKETS];
}

bool sessions_note(session_table *table, const char *client_id,
                   time_t not_after)
{
    session **bucket = bucket_of(table, client_id);
    for (session *s = *bucket; s != NULL; s = s->next) {
        if (strcmp(s->client_id, client_id) == 0) {
            s->not_after = not_after;
            return true;
        }
    }
    size_t size = strlen(client_id) + 1u;
    session *s = malloc(sizeof *s + size);
    if (s == NULL) {
        return false;
    }
    memcpy(s->client_id, client_id, size);
    s->not_after = not_after;
    s->next = *bucket;
    *bucket = s;
    return true;
}

static void sweep_bucket(session **link, session_must_end must_end, void *ctx)
{
    while (*link != NULL) {
        session *s = *link;
        if (must_end(ctx, s)) {
            *link = s->next;
            free(s);
        } else {
            link = &s->next;
        }
    }
}

void sessions_sweep(session_table *table, session_must_end must_end, void *ctx)
{
    for (size_t i = 0; i < SESSION_BUCKETS; i++) {
        sweep_bucket(&table->buckets[i], must_end, ctx);
    }
}

static bool every(void *ctx, const session *s)
{
    (void)ctx;
    (void)s;
    return true;
}

void sessions_free(session_table *table)
{
    sessions_sweep(table, every, NULL);
}
