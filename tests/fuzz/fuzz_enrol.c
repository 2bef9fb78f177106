/* SPDX-License-Identifier: MIT */
/*
 * Replies to an enrolling device. The first byte says what the rest is: a
 * reply as it arrives, the message inside one that the service signed, or the
 * certificate inside a reply that is right in all else. Only a certificate
 * that the issuer signed may be taken, and no input holds one.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "identity_device.h"
#include "identity_service.h"
#include "signet/cose.h"

#define SIGNED_MAX (FUZZ_SEED_MAX + 512u)

static struct kit_key root;
static struct kit_key stranger;
static struct kit_service service;
static struct kit_device device;
static signet_enrol waiting; /* for a certificate */
static struct kit_request request;
static const signet_time now = {1000, 0};

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static void start(void)
{
    uint8_t reply[KIT_REPLY_MAX];
    signet_bytes message;
    size_t len = 0;

    kit_key_make(&root);
    kit_key_make(&stranger);
    kit_service_make(&service);
    kit_device_make(&device);
    kit_device_provision(&device, &root);
    must(kit_device_start(&device) == SIGNET_OK);
    must(signet_enrol_begin(
             &waiting, &device.identity,
             signet_view(service.issuer_cert, service.issuer_cert_len),
             service.key.public_key, now) == SIGNET_OK);
    must(signet_enrol_output(&waiting, now, &message) == SIGNET_OK);
    len = kit_service_answer(&service, device.identity.device_id, message,
                             reply, sizeof(reply));
    must(signet_enrol_input(&waiting, signet_view(reply, len), now) ==
         SIGNET_OK);
    must(kit_request_read(signet_view(waiting.message, waiting.message_len),
                          &request));
}

static void prepare(void)
{
    if (device.items.flash == NULL) {
        start();
    }
}

/* The input, signed as far as its kind says. */
static size_t wrap(uint8_t kind, signet_bytes input, uint8_t *out)
{
    static const uint8_t aad[] = SIGNET_AAD_ENROL_REPLY;
    struct kit_reply reply =
        kit_reply_to(&service, &request, device.identity.device_id);
    size_t len = 0;

    if (kind % 3 == 0) {
        memcpy(out, input.ptr, input.len);
        return input.len;
    }
    if (kind % 3 == 1) {
        must(signet_cose_sign1(&service.key.handle,
                               signet_view(aad, sizeof(aad) - 1), input, out,
                               SIGNED_MAX, &len) == SIGNET_OK);
        return len;
    }
    reply.certificate = input;
    return kit_reply_sign(&reply, &service.key, out, SIGNED_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static signet_enrol enrol;
    static uint8_t reply[SIGNED_MAX];
    signet_bytes input;

    prepare();
    if (size < 1 || size > SIGNET_X509_MAX_SIZE + 256) {
        return 0;
    }
    input = signet_view(data + 1, size - 1);
    enrol = waiting;
    must(signet_enrol_input(&enrol,
                            signet_view(reply, wrap(data[0], input, reply)),
                            now) != SIGNET_OK);
    must(enrol.state == SIGNET_ENROL_CERTIFICATE ||
         enrol.state == SIGNET_ENROL_FAILED);
    return 0;
}

/* A certificate that is right but for its issuer's key, in each wrapping. */
size_t fuzz_seed(unsigned n, uint8_t *out)
{
    signet_x509_template t;
    struct kit_reply reply;
    signet_cose_object object;
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_csr csr;
    size_t len = 0;

    prepare();
    if (n > 2) {
        return 0;
    }
    must(signet_csr_read(request.csr, &csr) == SIGNET_OK);
    t = kit_operational(&service, csr.key, device.identity.device_id);
    must(signet_x509_write(&t, &stranger.handle, der, sizeof(der), &len) ==
         SIGNET_OK);
    out[0] = (uint8_t)n;
    if (n == 2) {
        memcpy(out + 1, der, len);
        return len + 1;
    }
    reply = kit_reply_to(&service, &request, device.identity.device_id);
    reply.certificate = signet_view(der, len);
    len = kit_reply_sign(&reply, &service.key, out + 1, FUZZ_SEED_MAX - 1);
    if (n == 0) {
        return len + 1;
    }
    must(signet_cose_parse(signet_view(out + 1, len), &object) == SIGNET_OK);
    memmove(out + 1, object.payload.ptr, object.payload.len);
    return object.payload.len + 1;
}
