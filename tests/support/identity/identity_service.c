/* SPDX-License-Identifier: MIT */
#include "identity_service.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.pb.h"
#include "signet/cose.h"

static void must(bool ok, const char *what)
{
    if (!ok) {
        (void)fprintf(stderr, "service: %s\n", what);
        abort();
    }
}

void kit_service_make(struct kit_service *service)
{
    signet_entropy rng = kit_entropy();

    memset(service, 0, sizeof(*service));
    kit_key_make(&service->issuer);
    kit_key_make(&service->key);
    service->issuer_cert_len =
        kit_root(&service->issuer, "Operational issuer", service->issuer_cert,
                 sizeof(service->issuer_cert));
    must(rng.fill(rng.ctx, service->nonce, 32) == SIGNET_OK, "entropy");
    service->time_s = KIT_NOW;
}

static bool take(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    signet_bytes *view = *arg;

    (void)field;
    *view = signet_view(stream->state, stream->bytes_left);
    return pb_read(stream, NULL, stream->bytes_left);
}

static bool take_chain(pb_istream_t *stream, const pb_field_t *field,
                       void **arg)
{
    struct kit_request *request = *arg;
    void *view = &request->chain[request->chain_count & 1];

    request->chain_count++;
    return request->chain_count <= 2 && take(stream, field, &view);
}

bool kit_request_read(signet_bytes message, struct kit_request *request)
{
    signet_EnrolRequest decoded = signet_EnrolRequest_init_zero;
    pb_istream_t stream = pb_istream_from_buffer(message.ptr, message.len);
    signet_sha256 hash;

    memset(request, 0, sizeof(*request));
    decoded.csr.funcs.decode = take;
    decoded.csr.arg = &request->csr;
    decoded.evidence.funcs.decode = take;
    decoded.evidence.arg = &request->evidence;
    decoded.chain.funcs.decode = take_chain;
    decoded.chain.arg = request;
    if (!pb_decode(&stream, signet_EnrolRequest_fields, &decoded)) {
        return false;
    }
    request->version = decoded.version;
    memcpy(request->transaction, decoded.transaction, 16);
    return signet_sha256_init(&hash) == SIGNET_OK &&
           signet_sha256_update(&hash, message.ptr, message.len) == SIGNET_OK &&
           signet_sha256_final(&hash, request->digest) == SIGNET_OK;
}

struct kit_reply kit_reply_to(const struct kit_service *service,
                              const struct kit_request *request,
                              const char *device_id)
{
    struct kit_reply reply;

    memset(&reply, 0, sizeof(reply));
    reply.version = 1;
    reply.device_id = device_id;
    memcpy(reply.transaction, request->transaction, 16);
    memcpy(reply.digest, request->digest, 32);
    reply.time_s = service->time_s;
    reply.text = "";
    return reply;
}

static bool put(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const signet_bytes *bytes = *arg;

    return bytes->len == 0 ||
           (pb_encode_tag_for_field(stream, field) &&
            pb_encode_string(stream, bytes->ptr, bytes->len));
}

size_t kit_reply_sign(const struct kit_reply *reply, const struct kit_key *key,
                      uint8_t *out, size_t cap)
{
    signet_EnrolReply message = signet_EnrolReply_init_zero;
    signet_bytes certificate = reply->certificate;
    uint8_t payload[KIT_REPLY_MAX];
    pb_ostream_t stream = pb_ostream_from_buffer(payload, sizeof(payload));
    static const uint8_t aad[] = SIGNET_AAD_ENROL_REPLY;
    size_t len = 0;

    message.version = reply->version;
    (void)snprintf(message.device_id, sizeof(message.device_id), "%s",
                   reply->device_id);
    memcpy(message.transaction, reply->transaction, 16);
    memcpy(message.request_digest, reply->digest, 32);
    message.time = reply->time_s;
    message.nonce.size = (pb_size_t)reply->nonce.len;
    if (reply->nonce.len > 0) {
        memcpy(message.nonce.bytes, reply->nonce.ptr, reply->nonce.len);
    }
    message.certificate.funcs.encode = put;
    message.certificate.arg = &certificate;
    message.status = reply->status;
    (void)snprintf(message.text, sizeof(message.text), "%s", reply->text);
    must(pb_encode(&stream, signet_EnrolReply_fields, &message), "encode");
    must(signet_cose_sign1(&key->handle, signet_view(aad, sizeof(aad) - 1),
                           signet_view(payload, stream.bytes_written), out, cap,
                           &len) == SIGNET_OK,
         "sign");
    return len;
}

signet_x509_template kit_operational(const struct kit_service *service,
                                     const uint8_t key[64], const char *id)
{
    signet_x509_template t = kit_template(&service->issuer, &service->issuer);

    t.issuer_cn = "Operational issuer";
    t.subject_cn = id;
    t.subject_alt_dns = id;
    t.subject_key = key;
    t.not_before_s = service->time_s - 60;
    t.not_after_s = t.not_before_s + SIGNET_CERT_MAX_LIFE_S;
    t.key_usage = SIGNET_KEY_USAGE_SIGN;
    t.extended_usage = SIGNET_EKU_CLIENT;
    return t;
}

/* The challenge is that of our nonce and this CSR. */
static void check_evidence(const struct kit_service *service,
                           const char *device_id,
                           const struct kit_request *request)
{
    signet_x509 alias;
    signet_evidence evidence;
    uint8_t challenge[32];

    must(request->chain_count == 2, "chain");
    must(signet_x509_read(request->chain[0], &alias) == SIGNET_OK, "alias");
    must(signet_evidence_open(request->evidence, alias.key, &evidence) ==
             SIGNET_OK,
         "evidence");
    must(signet_identity_challenge(service->nonce, request->csr, device_id,
                                   challenge) == SIGNET_OK,
         "challenge");
    must(memcmp(evidence.challenge.ptr, challenge, 32) == 0, "challenge");
}

size_t kit_service_answer(const struct kit_service *service,
                          const char *device_id, signet_bytes message,
                          uint8_t *out, size_t cap)
{
    struct kit_request request;
    struct kit_reply reply;
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509_template t;
    signet_csr csr;
    size_t len = 0;

    must(kit_request_read(message, &request), "request");
    reply = kit_reply_to(service, &request, device_id);
    if (request.csr.len == 0) {
        reply.nonce = signet_view(service->nonce, 32);
        return kit_reply_sign(&reply, &service->key, out, cap);
    }
    check_evidence(service, device_id, &request);
    must(signet_csr_read(request.csr, &csr) == SIGNET_OK, "CSR");
    t = kit_operational(service, csr.key, device_id);
    must(signet_x509_write(&t, &service->issuer.handle, der, sizeof(der),
                           &len) == SIGNET_OK,
         "certificate");
    reply.certificate = signet_view(der, len);
    return kit_reply_sign(&reply, &service->key, out, cap);
}
