/* SPDX-License-Identifier: MIT */
#include "nonces.h"

#include <string.h>

static bool copy_nonce(sqlite3_stmt *rows, uint8_t nonce[NONCE_SIZE],
                       bool *found)
{
    *found = db_next(rows) && db_blob(rows, 0).len == NONCE_SIZE;
    if (*found) {
        memcpy(nonce, db_blob(rows, 0).ptr, NONCE_SIZE);
    }
    return db_end(rows);
}

/* A clock that was set back must not make nonces live longer. */
#define STILL_GOOD " AND issued_s > ?3 AND issued_s <= ?4"

bool nonces_find(service *s, const nonce_request *request,
                 uint8_t nonce[NONCE_SIZE], bool *found)
{
    return copy_nonce(db_select(&s->database,
                                "SELECT nonce FROM nonces WHERE device = ?1"
                                " AND transaction_id = ?2" STILL_GOOD,
                                "sbii", request->device, request->transaction,
                                s->now_s - NONCE_LIFE_S, s->now_s),
                      nonce, found);
}

static bool find_repeated(service *s, const nonce_request *request,
                          uint8_t nonce[NONCE_SIZE], bool *found)
{
    return copy_nonce(db_select(&s->database,
                                "SELECT nonce FROM nonces WHERE device = ?1"
                                " AND transaction_id = ?2" STILL_GOOD
                                " AND request_digest = ?5",
                                "sbiib", request->device, request->transaction,
                                s->now_s - NONCE_LIFE_S, s->now_s,
                                request->digest),
                      nonce, found);
}

static bool count_request(service *s, const char *device, bool *allowed)
{
    int64_t count = 0;
    bool ok = db_do(&s->database,
                    "INSERT INTO nonce_rates(device, window_s, count)"
                    " VALUES(?1, ?2, 1) ON CONFLICT(device) DO UPDATE SET"
                    " count = CASE WHEN window_s > ?3 AND window_s <= ?2"
                    " THEN count + 1 ELSE 1 END,"
                    " window_s = CASE WHEN window_s > ?3 AND window_s <= ?2"
                    " THEN window_s ELSE ?2 END",
                    "sii", device, s->now_s, s->now_s - NONCE_LIFE_S) &&
              db_number(&s->database, &count, 0,
                        "SELECT count FROM nonce_rates WHERE device = ?1", "s",
                        device);
    *allowed = count <= (int64_t)s->nonces_per_window;
    return ok;
}

static bool make(service *s, const nonce_request *request,
                 uint8_t nonce[NONCE_SIZE], signet_status *status)
{
    signet_entropy rng = signing_host_entropy();
    *status = rng.fill(rng.ctx, nonce, NONCE_SIZE);
    if (*status != SIGNET_OK) {
        return true;
    }
    return db_do(&s->database,
                 "INSERT OR REPLACE INTO nonces(device, transaction_id,"
                 " request_digest, nonce, issued_s)"
                 " VALUES(?1, ?2, ?3, ?4, ?5)",
                 "sbbbi", request->device, request->transaction,
                 request->digest, signet_view(nonce, NONCE_SIZE), s->now_s);
}

bool nonces_give(service *s, const nonce_request *request,
                 uint8_t nonce[NONCE_SIZE], signet_status *status)
{
    bool found = false;
    bool allowed = false;
    *status = SIGNET_OK;
    if (!find_repeated(s, request, nonce, &found)) {
        return false;
    }
    if (found) {
        return true;
    }
    if (!count_request(s, request->device, &allowed)) {
        return false;
    }
    if (!allowed) {
        *status = SIGNET_ERR_RATE;
        return true;
    }
    return make(s, request, nonce, status);
}

bool nonces_consume(service *s, const char *device,
                    const uint8_t nonce[NONCE_SIZE], bool *consumed)
{
    bool ok = db_do(&s->database,
                    "DELETE FROM nonces WHERE device = ?1 AND nonce = ?2", "sb",
                    device, signet_view(nonce, NONCE_SIZE));
    *consumed = ok && db_changes(&s->database) == 1;
    return ok;
}
