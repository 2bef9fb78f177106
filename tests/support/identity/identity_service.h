/* SPDX-License-Identifier: MIT */
/* A service as an enrolling device sees one. It does what its fields say, the
 * wrong thing included; examples/service is the one that checks. */
#ifndef SIGNET_TEST_IDENTITY_SERVICE_H
#define SIGNET_TEST_IDENTITY_SERVICE_H

#include "identity_kit.h"
#include "signet/identity.h"

#define KIT_REPLY_MAX 2048u

struct kit_service {
    struct kit_key issuer;
    struct kit_key key; /**< signs replies */
    uint8_t issuer_cert[SIGNET_X509_MAX_SIZE];
    size_t issuer_cert_len;
    uint8_t nonce[32];
    uint64_t time_s;
};

void kit_service_make(struct kit_service *service);

/** What the service saw in a request; views point into it. */
struct kit_request {
    uint8_t transaction[16];
    uint8_t digest[32]; /**< of the whole request */
    uint32_t version;
    signet_bytes csr;
    signet_bytes evidence;
    signet_bytes chain[2];
    size_t chain_count;
};

/** Decode a request; false when malformed. */
bool kit_request_read(signet_bytes message, struct kit_request *request);

/** A reply before it is signed: change what a test is about. */
struct kit_reply {
    uint32_t version;
    const char *device_id;
    uint8_t transaction[16];
    uint8_t digest[32];
    uint64_t time_s;
    signet_bytes nonce;
    signet_bytes certificate;
    int32_t status;
    const char *text;
};

/** The reply that names this request and nothing else yet. */
struct kit_reply kit_reply_to(const struct kit_service *service,
                              const struct kit_request *request,
                              const char *device_id);

/** Encode and sign; returns the length. */
size_t kit_reply_sign(const struct kit_reply *reply, const struct kit_key *key,
                      uint8_t *out, size_t cap);

/** The operational certificate that the service would issue for 24 hours. */
signet_x509_template kit_operational(const struct kit_service *service,
                                     const uint8_t key[64], const char *id);

/** The right answer to a message, checked, signed, in out. */
size_t kit_service_answer(const struct kit_service *service,
                          const char *device_id, signet_bytes message,
                          uint8_t *out, size_t cap);

#endif
