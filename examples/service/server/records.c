/* SPDX-License-Identifier: MIT */
/*
 * Records of devices' durable logs: stored, then acknowledged. A record that
 * is repeated is stored once; the acknowledgement says up to where everything
 * is stored, so that losing one does no harm.
 */
#include "agent.pb.h"
#include "audit.h"
#include "service.h"
#include "wire.h"

#include <string.h>

enum {
    LOG_MESSAGES = 0,
    LOG_REPORTS = 1
};

#define RECORD_LIMIT 16384u

typedef struct record {
    const char *device;
    int64_t log;
    int64_t epoch;
    int64_t sequence;
    int64_t oldest;
    int64_t boot;
    signet_bytes body;
} record;

static signet_status read_record(const message *m, record *out)
{
    signet_LogRecord r = signet_LogRecord_init_zero;
    if (m->payload.len > RECORD_LIMIT) {
        return SIGNET_ERR_TOO_LARGE;
    }
    wire_decode_view(&r.body, &out->body);
    if (!wire_decode(m->payload, signet_LogRecord_fields, &r)) {
        return SIGNET_ERR_TYPE;
    }
    if (r.version != WIRE_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    out->epoch = r.epoch;
    out->sequence = r.sequence;
    out->oldest = r.oldest;
    out->boot = r.boot;
    return r.oldest <= r.sequence ? SIGNET_OK : SIGNET_ERR_TYPE;
}

/* (epoch, sequence) never repeats with other bytes; if it does, the first
 * stays, and the log says so. */
static bool note_conflict(service *s, const record *r)
{
    int64_t same = 0;
    if (!db_number(&s->database, &same, 0,
                   "SELECT count(*) FROM records WHERE device = ?1 AND log = ?2"
                   " AND epoch = ?3 AND sequence = ?4 AND body = ?5",
                   "siiib", r->device, r->log, r->epoch, r->sequence,
                   r->body)) {
        return false;
    }
    return same > 0 ||
           audit_note(&s->database, s->now_s, r->device, "record",
                      SIGNET_ERR_DUPLICATE, "a sequence with other contents");
}

static bool store(service *s, const record *r)
{
    if (!db_do(&s->database,
               "INSERT INTO records(device, log, epoch, sequence, boot,"
               " received_s, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
               " ON CONFLICT DO NOTHING",
               "siiiiib", r->device, r->log, r->epoch, r->sequence, r->boot,
               s->now_s, r->body)) {
        return false;
    }
    return db_changes(&s->database) > 0 || note_conflict(s, r);
}

/* Highest N such that from..N are all stored; from - 1 when from is not. */
static bool stored_up_to(service *s, const record *r, int64_t from,
                         int64_t *out)
{
    sqlite3_stmt *rows =
        db_select(&s->database,
                  "SELECT sequence FROM records WHERE device = ?1 AND log = ?2"
                  " AND epoch = ?3 AND sequence >= ?4 ORDER BY sequence",
                  "siii", r->device, r->log, r->epoch, from);
    *out = from - 1;
    while (db_next(rows) && db_int(rows, 0) == *out + 1) {
        (*out)++;
    }
    return db_end(rows);
}

/* What the device dropped before it was sent (oldest went past it) is not
 * waited for. */
static bool advance(service *s, const record *r, int64_t *acknowledged)
{
    int64_t before = -1;
    if (!db_number(&s->database, &before, -1,
                   "SELECT acknowledged FROM heads WHERE device = ?1"
                   " AND log = ?2 AND epoch = ?3",
                   "sii", r->device, r->log, r->epoch)) {
        return false;
    }
    int64_t from = before + 1 > r->oldest ? before + 1 : r->oldest;
    if (!stored_up_to(s, r, from, acknowledged)) {
        return false;
    }
    if (*acknowledged < from) {
        *acknowledged = before;
        return true;
    }
    return db_do(&s->database,
                 "INSERT INTO heads(device, log, epoch, acknowledged)"
                 " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(device, log, epoch)"
                 " DO UPDATE SET acknowledged = ?4",
                 "siii", r->device, r->log, r->epoch, *acknowledged);
}

static bool acknowledge(service *s, const record *r, int64_t up_to, reply *out)
{
    signet_LogAck ack = signet_LogAck_init_zero;
    ack.version = WIRE_VERSION;
    strcpy(ack.device_id, r->device);
    ack.log = (uint32_t)r->log;
    ack.epoch = (uint32_t)r->epoch;
    ack.sequence = (uint32_t)up_to;
    return wire_reply_signed(s, out, SIGNET_AAD_LOG_ACK, "signet/dev/",
                             r->device, "down/ack", signet_LogAck_fields, &ack);
}

static bool handle(service *s, const message *m, int64_t log, reply *out)
{
    record r = {.device = m->device, .log = log};
    int64_t acknowledged = -1;
    signet_status status = read_record(m, &r);
    if (status != SIGNET_OK) {
        return audit_note(&s->database, s->now_s, m->device, "record", status,
                          "not a log record");
    }
    if (!store(s, &r) || !advance(s, &r, &acknowledged)) {
        return false;
    }
    return acknowledged < 0 || acknowledge(s, &r, acknowledged, out);
}

bool records_handle_message(service *s, const message *m, reply *out)
{
    return handle(s, m, LOG_MESSAGES, out);
}

bool records_handle_report(service *s, const message *m, reply *out)
{
    return handle(s, m, LOG_REPORTS, out);
}
