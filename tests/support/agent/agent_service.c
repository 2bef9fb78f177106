/* SPDX-License-Identifier: MIT */
#include "agent_service.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.pb.h"
#include "cmocka_all.h"
#include "identity.pb.h"
#include "report.pb.h"
#include "signet/cose.h"

/* ---- set-up ---- */

void agent_service_new(struct agent_service *service)
{
    memset(service, 0, sizeof *service);
    kit_service_make(&service->kit);
    kit_key_make(&service->manufacturer);
    kit_key_make(&service->foreign);
    service->records =
        calloc(AGENT_SERVICE_RECORDS, sizeof service->records[0]);
    assert_non_null(service->records);
}

void agent_service_free(struct agent_service *service)
{
    free(service->records);
    service->records = NULL;
}

signing_buffer agent_service_list_but(const struct agent_service *service,
                                      uint32_t counter, uint32_t without,
                                      uint32_t development)
{
    struct release_key root;
    struct release_key firmware;
    uint8_t broker[SIGNET_X509_MAX_SIZE];
    signing_trust_entry entries[4];
    signing_buffer out = {NULL, 0};
    size_t count = 0;

    release_key_new(&root, KEY_ROOT);
    release_key_new(&firmware, KEY_FIRMWARE);
    const signing_trust_entry all[] = {
        {SIGNET_PURPOSE_FIRMWARE, SIGNET_COSE_ES256,
         signet_view(firmware.public_key, 64), 0},
        {SIGNET_PURPOSE_BROKER_CA, SIGNET_COSE_ES256,
         signet_view(broker, kit_root(&service->kit.issuer, "Broker CA", broker,
                                      sizeof broker)),
         0},
        {SIGNET_PURPOSE_OPERATIONAL_ISSUER, SIGNET_COSE_ES256,
         signet_view(service->kit.issuer_cert, service->kit.issuer_cert_len),
         0},
        {SIGNET_PURPOSE_SERVICE, SIGNET_COSE_ES256,
         signet_view(service->kit.key.public_key, 64), 0},
    };
    for (size_t i = 0; i < 4; i++) {
        if (all[i].purposes != without) {
            entries[count] = all[i];
            entries[count].flags =
                all[i].purposes == development ? SIGNET_TRUST_DEVELOPMENT : 0;
            count++;
        }
    }
    assert_int_equal(
        signing_trust_list_write(counter, entries, count, &root.key, &out),
        SIGNET_OK);
    return out;
}

signing_buffer agent_service_list(const struct agent_service *service,
                                  uint32_t counter)
{
    return agent_service_list_but(service, counter, 0, 0);
}

/* ---- protobuf ---- */

static bool take_view(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    signet_bytes *view = *arg;

    (void)field;
    *view = signet_view(stream->state, stream->bytes_left);
    return pb_read(stream, NULL, stream->bytes_left);
}

static void decode(signet_bytes input, const pb_msgdesc_t *fields, void *out)
{
    pb_istream_t stream = pb_istream_from_buffer(input.ptr, input.len);

    assert_true(pb_decode_ex(&stream, fields, out, PB_DECODE_NOINIT));
}

static bool put_view(pb_ostream_t *stream, const pb_field_t *field,
                     void *const *arg)
{
    const signet_bytes *view = *arg;

    return view->len == 0 || (pb_encode_tag_for_field(stream, field) &&
                              pb_encode_string(stream, view->ptr, view->len));
}

static size_t encode(const pb_msgdesc_t *fields, const void *message,
                     uint8_t *out, size_t cap)
{
    pb_ostream_t stream = pb_ostream_from_buffer(out, cap);

    assert_true(pb_encode(&stream, fields, message));
    return stream.bytes_written;
}

size_t agent_service_sign(const struct agent_service *service, const char *aad,
                          signet_bytes payload, uint8_t *out, size_t cap)
{
    const struct kit_key *key =
        service->forge ? &service->foreign : &service->kit.key;
    size_t len = 0;

    assert_int_equal(
        signet_cose_sign1(&key->handle,
                          signet_view((const uint8_t *)aad, strlen(aad)),
                          payload, out, cap, &len),
        SIGNET_OK);
    return len;
}

static size_t sign_message(const struct agent_service *service, const char *aad,
                           const pb_msgdesc_t *fields, const void *message,
                           uint8_t *out)
{
    uint8_t payload[256];
    size_t len = encode(fields, message, payload, sizeof payload);

    return agent_service_sign(service, aad, signet_view(payload, len), out,
                              AGENT_SERVICE_REPLY);
}

static void name_device(const struct agent_service *service, char *out)
{
    (void)snprintf(out, 33, "%s",
                   service->other_name != NULL ? service->other_name
                                               : service->device_id);
}

static uint32_t version_of(const struct agent_service *service)
{
    return service->version != 0 ? service->version : 1;
}

/* ---- enrolment ---- */

static void note_evidence(struct agent_service *service,
                          const struct kit_request *request)
{
    signet_x509 alias;
    signet_evidence evidence;

    assert_int_equal(signet_x509_read(request->chain[0], &alias), SIGNET_OK);
    assert_int_equal(
        signet_evidence_open(request->evidence, alias.key, &evidence),
        SIGNET_OK);
    memcpy(service->measurement, evidence.measurement.ptr, 32);
    service->trust_counter = evidence.trust_counter;
}

static size_t issue(const struct agent_service *service,
                    const struct kit_request *request, struct kit_reply *reply,
                    uint8_t *out)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509_template t;
    signet_csr csr;
    size_t len = 0;

    assert_int_equal(signet_csr_read(request->csr, &csr), SIGNET_OK);
    t = kit_operational(&service->kit, csr.key, service->device_id);
    t.not_after_s = t.not_before_s + service->life_s;
    assert_int_equal(signet_x509_write(&t, &service->kit.issuer.handle, der,
                                       sizeof der, &len),
                     SIGNET_OK);
    reply->certificate = signet_view(der, len);
    return kit_reply_sign(reply, &service->kit.key, out, AGENT_SERVICE_REPLY);
}

static size_t answer_enrolment(struct agent_service *service,
                               signet_bytes message, uint8_t *out)
{
    struct kit_request request;
    struct kit_reply reply;

    assert_true(kit_request_read(message, &request));
    reply = kit_reply_to(&service->kit, &request, service->device_id);
    if (request.csr.len == 0) {
        service->nonces++;
    } else {
        service->certificates++;
        note_evidence(service, &request);
    }
    if (service->no_enrolment) {
        return 0;
    }
    if (request.csr.len != 0 && service->refusal != SIGNET_OK) {
        reply.status = service->refusal;
        reply.text = "because the test says so";
        return kit_reply_sign(&reply, &service->kit.key, out,
                              AGENT_SERVICE_REPLY);
    }
    if (request.csr.len != 0 && service->life_s != 0) {
        return issue(service, &request, &reply, out);
    }
    return kit_service_answer(&service->kit, service->device_id, message, out,
                              AGENT_SERVICE_REPLY);
}

static size_t take_enrolment(struct agent_service *service,
                             signet_bytes message, uint8_t *out)
{
    uint64_t time_s = service->kit.time_s;
    size_t len = 0;

    service->kit.time_s += (uint64_t)service->time_error_s;
    len = answer_enrolment(service, message, out);
    service->kit.time_s = time_s;
    return len;
}

/* ---- records ---- */

static struct agent_record *find(const struct agent_service *service,
                                 uint32_t log, uint32_t epoch,
                                 uint32_t sequence)
{
    for (size_t i = 0; i < service->record_count; i++) {
        struct agent_record *record = &service->records[i];

        if (record->log == log && record->sequence == sequence &&
            (epoch == 0 || record->epoch == epoch)) {
            return record;
        }
    }
    return NULL;
}

const struct agent_record *
agent_service_find(const struct agent_service *service, uint32_t log,
                   uint32_t sequence)
{
    return find(service, log, 0, sequence);
}

unsigned agent_service_reports(const struct agent_service *service,
                               int32_t code)
{
    unsigned count = 0;

    for (size_t i = 0; i < service->record_count; i++) {
        const struct agent_record *record = &service->records[i];
        signet_ReportRecord report = signet_ReportRecord_init_zero;

        if (record->log == 1) {
            decode(signet_view(record->body, record->len),
                   signet_ReportRecord_fields, &report);
            count += report.code == code ? 1 : 0;
        }
    }
    return count;
}

static void keep(struct agent_service *service, uint32_t log,
                 const signet_LogRecord *message, signet_bytes body)
{
    struct agent_record *record =
        find(service, log, message->epoch, message->sequence);

    if (record != NULL) {
        assert_int_equal(record->len, body.len);
        assert_memory_equal(record->body, body.ptr, body.len);
        record->times++;
        return;
    }
    assert_true(service->record_count < AGENT_SERVICE_RECORDS);
    assert_true(body.len <= AGENT_SERVICE_BODY);
    record = &service->records[service->record_count++];
    record->log = log;
    record->epoch = message->epoch;
    record->sequence = message->sequence;
    record->times = 1;
    record->len = body.len;
    memcpy(record->body, body.ptr, body.len);
}

static size_t take_record(struct agent_service *service, uint32_t log,
                          signet_bytes input, uint8_t *out)
{
    signet_LogRecord message = signet_LogRecord_init_zero;
    signet_LogAck ack = signet_LogAck_init_zero;
    signet_bytes body = {NULL, 0};

    message.body.funcs.decode = take_view;
    message.body.arg = &body;
    decode(input, signet_LogRecord_fields, &message);
    assert_int_equal(message.version, 1);
    assert_true(message.oldest <= message.sequence);
    if (service->silent) {
        return 0;
    }
    keep(service, log, &message, body);
    /* What the device no longer holds will not come. */
    if (message.oldest > service->committed[log] + 1) {
        service->committed[log] = message.oldest - 1;
    }
    while (find(service, log, message.epoch, service->committed[log] + 1) !=
           NULL) {
        service->committed[log]++;
    }
    ack.version = version_of(service);
    name_device(service, ack.device_id);
    ack.log = log;
    ack.epoch = message.epoch;
    ack.sequence = service->committed[log];
    return sign_message(service, SIGNET_AAD_LOG_ACK, signet_LogAck_fields, &ack,
                        out);
}

/* ---- time ---- */

static size_t take_time(struct agent_service *service, signet_bytes input,
                        uint8_t *out)
{
    signet_TimeRequest request = signet_TimeRequest_init_zero;
    signet_TimeReply reply = signet_TimeReply_init_zero;

    decode(input, signet_TimeRequest_fields, &request);
    service->times++;
    if (service->silent) {
        return 0;
    }
    reply.version = version_of(service);
    name_device(service, reply.device_id);
    memcpy(reply.nonce, request.nonce, sizeof reply.nonce);
    reply.nonce[0] ^= service->stale_time ? 1 : 0;
    reply.time = service->kit.time_s + (uint64_t)service->time_error_s;
    return sign_message(service, SIGNET_AAD_TIME_REPLY, signet_TimeReply_fields,
                        &reply, out);
}

/* ---- updates ---- */

static size_t write_reply(signet_UpdateReply *reply, signet_bytes manifest,
                          signet_bytes list, signet_bytes data, uint8_t *out)
{
    reply->version = 1;
    reply->manifest.funcs.encode = put_view;
    reply->manifest.arg = &manifest;
    reply->trust_list.funcs.encode = put_view;
    reply->trust_list.arg = &list;
    reply->data.funcs.encode = put_view;
    reply->data.arg = &data;
    return encode(signet_UpdateReply_fields, reply, out, AGENT_SERVICE_REPLY);
}

static size_t answer_query(struct agent_service *service,
                           const signet_UpdateQuery *query, uint8_t *out)
{
    signet_UpdateReply reply = signet_UpdateReply_init_zero;
    const signet_bytes none = {NULL, 0};
    signet_bytes manifest = none;

    service->queries++;
    if (service->offer != NULL &&
        service->offer->fields.sequence != query->sequence) {
        manifest = release_manifest(service->offer);
    }
    return write_reply(&reply, manifest, service->offer_list, none, out);
}

static size_t answer_block(struct agent_service *service,
                           const signet_BlockRequest *request, uint8_t *out)
{
    signet_UpdateReply reply = signet_UpdateReply_init_zero;
    const signet_bytes none = {NULL, 0};
    uint8_t bytes[AGENT_SERVICE_REPLY];
    signet_bytes block;

    service->blocks++;
    if (service->no_blocks || service->offer == NULL) {
        return 0;
    }
    block = release_block(service->offer, request->offset);
    assert_int_equal(block.len, request->length);
    assert_true(block.len <= sizeof bytes);
    memcpy(bytes, block.ptr, block.len);
    if (service->bad_blocks > 0) {
        service->bad_blocks--;
        bytes[block.len / 2] ^= 1;
    }
    reply.manifest_digest.size = 32;
    memcpy(reply.manifest_digest.bytes, request->manifest_digest, 32);
    reply.offset = request->offset;
    return write_reply(&reply, none, none, signet_view(bytes, block.len), out);
}

static size_t take_update(struct agent_service *service, signet_bytes input,
                          uint8_t *out)
{
    signet_UpdateRequest request = signet_UpdateRequest_init_zero;

    decode(input, signet_UpdateRequest_fields, &request);
    assert_int_equal(request.version, 1);
    if (request.which_body == signet_UpdateRequest_outcome_tag) {
        service->outcomes++;
        service->last_outcome = request.body.outcome.status;
        return 0;
    }
    if (service->silent) {
        service->queries +=
            request.which_body == signet_UpdateRequest_query_tag ? 1 : 0;
        service->blocks +=
            request.which_body == signet_UpdateRequest_block_tag ? 1 : 0;
        return 0;
    }
    if (request.which_body == signet_UpdateRequest_query_tag) {
        return answer_query(service, &request.body.query, out);
    }
    return answer_block(service, &request.body.block, out);
}

/* ---- topics ---- */

void agent_service_take(struct agent_service *service, const char *topic,
                        signet_bytes message, char *reply_topic, uint8_t *reply,
                        size_t *len)
{
    char base[64];
    const char *rest;

    (void)snprintf(base, sizeof base, "signet/enrol/enrol-%s/",
                   service->device_id);
    if (strncmp(topic, base, strlen(base)) == 0) {
        assert_string_equal(topic + strlen(base), "req");
        (void)snprintf(reply_topic, 80, "%srsp", base);
        *len = take_enrolment(service, message, reply);
        return;
    }
    (void)snprintf(base, sizeof base, "signet/dev/%s/up/", service->device_id);
    assert_memory_equal(topic, base, strlen(base));
    rest = topic + strlen(base);
    (void)snprintf(reply_topic, 80, "signet/dev/%s/down/%s", service->device_id,
                   strcmp(rest, "message") == 0 || strcmp(rest, "report") == 0
                       ? "ack"
                       : rest);
    if (strcmp(rest, "message") == 0) {
        *len = take_record(service, 0, message, reply);
    } else if (strcmp(rest, "report") == 0) {
        *len = take_record(service, 1, message, reply);
    } else if (strcmp(rest, "time") == 0) {
        *len = take_time(service, message, reply);
    } else {
        assert_string_equal(rest, "update");
        *len = take_update(service, message, reply);
    }
}
