/* SPDX-License-Identifier: MIT */
/**
 * What the plugin remembers of each session: client id and the end of its
 * certificate. A hash table; the broker is single-threaded.
 */
#ifndef SESSIONS_H
#define SESSIONS_H

#include <stdbool.h>
#include <time.h>

#define SESSION_BUCKETS 4096u

typedef struct session {
    struct session *next;
    time_t not_after;
    char client_id[]; /**< also the user name (use_username_as_clientid) */
} session;

typedef struct session_table {
    session *buckets[SESSION_BUCKETS];
} session_table;

/** Remember a session, or what is new about it. False: no memory. */
bool sessions_note(session_table *table, const char *client_id,
                   time_t not_after);

/** Call end for every session that it must end, and forget those. */
typedef bool (*session_must_end)(void *ctx, const session *session);
void sessions_sweep(session_table *table, session_must_end must_end, void *ctx);

void sessions_free(session_table *table);

#endif
