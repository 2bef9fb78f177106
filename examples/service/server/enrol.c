/* SPDX-License-Identifier: MIT */
/*
 * Enrolment: a device asks for a nonce, then for a certificate. Each answer is
 * bound to the device, its transaction and the very request; each refusal
 * has its own status, there and in the audit log.
 */
#include "attest.h"
#include "audit.h"
#include "identity.pb.h"
#include "registry.h"
#include "service.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A request as read. */
typedef struct enrolment {
    signet_EnrolRequest message;
    signet_bytes csr;
    signet_bytes evidence;
    wire_views chain;
    uint8_t digest[32];
} enrolment;

/* Encoded again it must be what came: no field in another order, no unknown
 * field that some other reader would see. */
static bool is_canonical(const enrolment *e, signet_bytes input)
{
    reply again = {{0}, NULL, 0};
    signet_EnrolRequest m = signet_EnrolRequest_init_zero;
    m.version = e->message.version;
    memcpy(m.transaction, e->message.transaction, sizeof m.transaction);
    wire_encode_view(&m.csr, &e->csr);
    wire_encode_view(&m.evidence, &e->evidence);
    wire_encode_views(&m.chain, &e->chain);
    bool same =
        wire_reply(&again, "", "", "", signet_EnrolRequest_fields, &m) &&
        signet_equal(signet_view(again.ptr, again.len), input);
    reply_free(&again);
    return same;
}

static signet_status read_request(signet_bytes input, enrolment *e)
{
    memset(e, 0, sizeof *e);
    if (input.len > SIGNET_ENROL_MAX_SIZE) {
        return SIGNET_ERR_TOO_LARGE;
    }
    wire_decode_view(&e->message.csr, &e->csr);
    wire_decode_view(&e->message.evidence, &e->evidence);
    wire_decode_views(&e->message.chain, &e->chain);
    if (!wire_decode(input, signet_EnrolRequest_fields, &e->message)) {
        return SIGNET_ERR_TYPE;
    }
    if (e->message.version != WIRE_VERSION) {
        return SIGNET_ERR_VERSION;
    }
    if (!is_canonical(e, input)) {
        return SIGNET_ERR_NON_CANONICAL;
    }
    if (e->csr.len > 0 && (e->chain.count != 2u || e->evidence.len == 0)) {
        return SIGNET_ERR_MISSING;
    }
    return wire_digest(input, e->digest) ? SIGNET_OK : SIGNET_ERR_CRYPTO;
}

static void start_answer(const service *s, const message *m, const enrolment *e,
                         signet_EnrolReply *answer)
{
    *answer = (signet_EnrolReply)signet_EnrolReply_init_zero;
    answer->version = WIRE_VERSION;
    strcpy(answer->device_id, m->device);
    memcpy(answer->transaction, e->message.transaction,
           sizeof answer->transaction);
    memcpy(answer->request_digest, e->digest, sizeof answer->request_digest);
    answer->time = (uint64_t)s->now_s;
}

static bool send_answer(service *s, const message *m,
                        const signet_EnrolReply *answer, reply *out)
{
    return wire_reply_signed(s, out, SIGNET_AAD_ENROL_REPLY,
                             "signet/enrol/" SIGNET_ENROL_PREFIX, m->device,
                             "rsp", signet_EnrolReply_fields, answer);
}

static bool refuse(service *s, const message *m, const enrolment *e,
                   signet_status status, const char *event, const char *step,
                   reply *out)
{
    signet_EnrolReply answer;
    start_answer(s, m, e, &answer);
    answer.status = (int32_t)status;
    snprintf(answer.text, sizeof answer.text, "%s", signet_status_text(status));
    return audit_note(&s->database, s->now_s, m->device, event, status, step) &&
           send_answer(s, m, &answer, out);
}

static bool give_nonce(service *s, const message *m, const enrolment *e,
                       const nonce_request *request, reply *out)
{
    signet_EnrolReply answer;
    signet_status status = SIGNET_OK;
    start_answer(s, m, e, &answer);
    if (!nonces_give(s, request, answer.nonce.bytes, &status)) {
        return false;
    }
    if (status != SIGNET_OK) {
        return refuse(s, m, e, status, "nonce", "", out);
    }
    answer.nonce.size = NONCE_SIZE;
    return send_answer(s, m, &answer, out);
}

static bool note_device(service *s, attempt *a)
{
    const registry_boot boot = {
        .certificate = a->certificates[1],
        .boot_seed = a->claims.boot_seed,
        .boot_count = a->claims.boot_count,
        .assurance = a->claims.assurance,
    };
    bool clone = false;
    if (!registry_add(&s->database, s->now_s, a->request.device) ||
        !registry_seen(&s->database, s->now_s, a->request.device) ||
        !registry_note_boot(&s->database, a->request.device, &boot, &clone)) {
        return false;
    }
    /* Told, not refused: a restored backup looks the same as a clone. */
    return !clone ||
           audit_note(&s->database, s->now_s, a->request.device, "clone sign",
                      SIGNET_OK, "boot count or boot seed of another device");
}

static bool give_certificate(service *s, const message *m, const enrolment *e,
                             const attempt *a, reply *out)
{
    signet_EnrolReply answer;
    const signet_bytes der =
        signet_view(a->certificate.der, a->certificate.len);
    char version[33] = "";
    snprintf(version, sizeof version, "%.*s", (int)a->claims.version.len,
             (const char *)a->claims.version.ptr);
    start_answer(s, m, e, &answer);
    wire_encode_view(&answer.certificate, &der);
    return audit_note(&s->database, s->now_s, m->device,
                      a->repeated ? "certificate again" : "certificate",
                      SIGNET_OK, version) &&
           send_answer(s, m, &answer, out);
}

/* Which check refused; of an image, also which one, to look for or to add to
 * the reference set. */
static void describe(const attempt *a, signet_status status, const char *step,
                     char out[128])
{
    size_t len = (size_t)snprintf(out, 128, "%s", step);
    if (status != SIGNET_ERR_MEASUREMENT) {
        return;
    }
    len += (size_t)snprintf(out + len, 128 - len, " ");
    for (size_t i = 0; i < a->claims.measurement.len; i++) {
        len += (size_t)snprintf(out + len, 128 - len, "%02x",
                                (unsigned)a->claims.measurement.ptr[i]);
    }
}

static bool certify(service *s, const message *m, const enrolment *e,
                    attempt *a, reply *out)
{
    signet_status status = SIGNET_OK;
    const char *step = "";
    char detail[128];
    if (!attest_check(s, a, &status, &step)) {
        return false;
    }
    if (status == SIGNET_OK && !a->repeated) {
        step = "issue";
        if (!note_device(s, a) ||
            !issue_make(s, &a->request, a->new_key, &a->certificate, &status)) {
            return false;
        }
    }
    if (status == SIGNET_OK) {
        return give_certificate(s, m, e, a, out);
    }
    describe(a, status, step, detail);
    return refuse(s, m, e, status, "certificate", detail, out);
}

bool enrol_handle(service *s, const message *m, reply *out)
{
    enrolment e;
    signet_status status = read_request(m->payload, &e);
    if (status != SIGNET_OK) {
        /* Without a transaction there is nobody to answer. */
        return audit_note(&s->database, s->now_s, m->device, "enrolment",
                          status, "format");
    }
    const nonce_request request = {
        .device = m->device,
        .transaction =
            signet_view(e.message.transaction, sizeof e.message.transaction),
        .digest = signet_view(e.digest, sizeof e.digest),
    };
    if (e.csr.len == 0) {
        return give_nonce(s, m, &e, &request, out);
    }
    attempt a = {.request = request,
                 .certificates = {e.chain.views[0], e.chain.views[1]},
                 .csr = e.csr,
                 .evidence = e.evidence};
    return certify(s, m, &e, &a, out);
}
