/* SPDX-License-Identifier: MIT */
/*
 * Offers, blocks and outcomes. Nothing here is signed by the service: the
 * manifest, the trust list and each block prove themselves to the device.
 */
#include "updates.h"

#include "agent.pb.h"
#include "audit.h"
#include "releases.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool send_offer(const char *device, const offer *o, reply *out)
{
    signet_UpdateReply answer = signet_UpdateReply_init_zero;
    answer.version = WIRE_VERSION;
    wire_encode_view(&answer.manifest, &o->manifest);
    wire_encode_view(&answer.trust_list, &o->trust_list);
    return wire_reply(out, "signet/dev/", device, "down/update",
                      signet_UpdateReply_fields, &answer);
}

static bool query(service *s, const message *m, const signet_UpdateQuery *q,
                  reply *out)
{
    const registry_image image = {
        .component = q->component,
        .sequence = q->sequence < INT64_MAX ? (int64_t)q->sequence : INT64_MAX,
        .security_counter = q->security_counter,
        .trust_counter = q->trust_counter,
        .version = q->version,
        .state = q->state,
    };
    offer o;
    if (!registry_note_image(&s->database, s->now_s, m->device, &image) ||
        !releases_offer(&s->database, m->device, &image, &o)) {
        return false;
    }
    bool ok = (o.release == 0 && o.trust_counter == 0) ||
              send_offer(m->device, &o, out);
    offer_free(&o);
    return ok;
}

static bool send_block(const message *m, const signet_BlockRequest *request,
                       signet_bytes data, reply *out)
{
    signet_UpdateReply answer = signet_UpdateReply_init_zero;
    answer.version = WIRE_VERSION;
    answer.manifest_digest.size = sizeof request->manifest_digest;
    memcpy(answer.manifest_digest.bytes, request->manifest_digest,
           sizeof request->manifest_digest);
    answer.offset = request->offset;
    wire_encode_view(&answer.data, &data);
    return wire_reply(out, "signet/dev/", m->device, "down/update",
                      signet_UpdateReply_fields, &answer);
}

static bool block(service *s, const message *m,
                  const signet_BlockRequest *request, reply *out)
{
    release r;
    bool found = false;
    uint8_t *data = NULL;
    signet_bytes digest =
        signet_view(request->manifest_digest, sizeof request->manifest_digest);
    if (!releases_find(&s->database, m->device, digest, &r, &found)) {
        return false;
    }
    signet_status status =
        found ? releases_block(&r, request->offset, request->length, &data)
              : SIGNET_ERR_MANIFEST_DIGEST;
    if (status != SIGNET_OK) {
        return audit_note(&s->database, s->now_s, m->device, "block", status,
                          found ? r.stream : "no such release");
    }
    bool ok = send_block(m, request, signet_view(data, request->length), out);
    free(data);
    return ok;
}

static bool outcome(service *s, const message *m, const signet_UpdateOutcome *o)
{
    char digest[65];
    signet_hex(o->manifest_digest, sizeof o->manifest_digest, digest);
    return audit_note(&s->database, s->now_s, m->device, "update outcome",
                      (signet_status)o->status, digest);
}

bool updates_handle(service *s, const message *m, reply *out)
{
    signet_UpdateRequest request = signet_UpdateRequest_init_zero;
    bool read =
        wire_decode(m->payload, signet_UpdateRequest_fields, &request) &&
        request.version == WIRE_VERSION;
    switch (read ? request.which_body : 0) {
    case signet_UpdateRequest_query_tag:
        return query(s, m, &request.body.query, out);
    case signet_UpdateRequest_block_tag:
        return block(s, m, &request.body.block, out);
    case signet_UpdateRequest_outcome_tag:
        return outcome(s, m, &request.body.outcome);
    default:
        return audit_note(&s->database, s->now_s, m->device, "update",
                          SIGNET_ERR_TYPE, "not an update request");
    }
}

/* ---- push ---- */

typedef struct push {
    service *service;
    int64_t release_id;
    int64_t trust_counter;
    updates_send send;
    void *ctx;
} push;

static bool push_one(const push *p, const char *device,
                     const registry_image *image)
{
    offer o;
    reply r = {{0}, NULL, 0};
    if (!releases_offer(&p->service->database, device, image, &o)) {
        return false;
    }
    bool ok = true;
    if (o.release > p->release_id || o.trust_counter > p->trust_counter) {
        ok = send_offer(device, &o, &r);
    }
    if (ok && r.len > 0) {
        p->send(p->ctx, &r);
    }
    offer_free(&o);
    reply_free(&r);
    return ok;
}

bool updates_push(service *s, int64_t release_id, int64_t trust_counter,
                  updates_send send, void *ctx)
{
    const push p = {s, release_id, trust_counter, send, ctx};
    sqlite3_stmt *rows = db_select(
        &s->database,
        "SELECT id, component, sequence, security_counter, trust_counter"
        " FROM devices WHERE status = 'active' AND queried_s > 0",
        "");
    bool ok = true;
    while (ok && db_next(rows)) {
        const registry_image image = {.component = db_int(rows, 1),
                                      .sequence = db_int(rows, 2),
                                      .security_counter = db_int(rows, 3),
                                      .trust_counter = db_int(rows, 4)};
        ok = push_one(&p, db_text(rows, 0), &image);
    }
    return db_end(rows) && ok;
}
