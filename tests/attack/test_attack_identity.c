/* SPDX-License-Identifier: MIT */
/*
 * What is thrown at an enrolling device and at a verifier of its evidence.
 * Nothing may be accepted, each refusal has its own status, and a device whose
 * certificate was not replaced keeps the former one.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "identity_device.h"
#include "identity_service.h"
#include "signet/cose.h"

static struct kit_key root;
static struct kit_key stranger;
static struct kit_service service;
static struct kit_device device;
static signet_enrol enrol;    /* a certificate is asked for */
static signet_enrol at_nonce; /* a nonce is asked for */
static struct kit_request request;
static uint8_t operational_key[64];
static const signet_time now = {1000, 0};
static unsigned long inputs;
static unsigned long accepted;

static signet_bytes text_view(const char *text)
{
    return signet_view((const uint8_t *)text, strlen(text));
}

static signet_status begin(signet_enrol *with)
{
    return signet_enrol_begin(
        with, &device.identity,
        signet_view(service.issuer_cert, service.issuer_cert_len),
        service.key.public_key, now);
}

/* One exchange that goes well. */
static signet_status exchange(void)
{
    uint8_t reply[KIT_REPLY_MAX];
    signet_bytes message;
    size_t len = 0;

    if (signet_enrol_output(&enrol, now, &message) != SIGNET_OK) {
        return SIGNET_ERR_NOT_FOUND;
    }
    len = kit_service_answer(&service, device.identity.device_id, message,
                             reply, sizeof(reply));
    return signet_enrol_input(&enrol, signet_view(reply, len), now);
}

/* A device with a certificate that is in the middle of renewing it. */
static int start(void **state)
{
    signet_csr csr;
    (void)state;

    kit_key_make(&root);
    kit_key_make(&stranger);
    kit_service_make(&service);
    kit_device_make(&device);
    kit_device_provision(&device, &root);
    if (kit_device_start(&device) != SIGNET_OK || begin(&enrol) != SIGNET_OK ||
        exchange() != SIGNET_OK || exchange() != SIGNET_OK ||
        signet_enrol_commit(&enrol) != SIGNET_OK) {
        return -1;
    }
    service.time_s += 3600;
    if (begin(&at_nonce) != SIGNET_OK || begin(&enrol) != SIGNET_OK ||
        exchange() != SIGNET_OK ||
        !kit_request_read(signet_view(enrol.message, enrol.message_len),
                          &request) ||
        signet_csr_read(request.csr, &csr) != SIGNET_OK) {
        return -1;
    }
    memcpy(operational_key, csr.key, 64);
    return 0;
}

static int end(void **state)
{
    (void)state;
    printf("attack.identity.inputs %lu count\n", inputs);
    printf("attack.identity.accepted %lu count\n", accepted);
    kit_device_free(&device);
    return accepted == 0 ? 0 : -1;
}

/* The former certificate is what the device goes on with. */
static void assert_former_in_force(void)
{
    signet_key key;
    signet_bytes certificate;
    signet_x509 read;

    assert_int_equal(
        signet_identity_operational(&device.identity, now, &key, &certificate),
        SIGNET_OK);
    assert_int_equal(signet_x509_read(certificate, &read), SIGNET_OK);
    assert_memory_not_equal(read.key, operational_key, 64);
}

/* ---- replies: ignored, and the request stays outstanding ---- */

static signet_status throw_reply(const signet_enrol *at, const uint8_t *reply,
                                 size_t len)
{
    static signet_enrol copy;
    signet_status status = SIGNET_OK;

    copy = *at;
    status = signet_enrol_input(&copy, signet_view(reply, len), now);
    inputs++;
    if (status == SIGNET_OK || copy.state == SIGNET_ENROL_DONE) {
        accepted++;
    }
    assert_int_equal(copy.state, at->state);
    return status;
}

static struct kit_reply good_reply(uint8_t der[SIGNET_X509_MAX_SIZE])
{
    struct kit_reply reply =
        kit_reply_to(&service, &request, device.identity.device_id);
    signet_x509_template t =
        kit_operational(&service, operational_key, device.identity.device_id);
    size_t len = 0;

    assert_int_equal(signet_x509_write(&t, &service.issuer.handle, der,
                                       SIGNET_X509_MAX_SIZE, &len),
                     SIGNET_OK);
    reply.certificate = signet_view(der, len);
    return reply;
}

static void assert_ignored(const struct kit_reply *reply,
                           const struct kit_key *signer, signet_status expected)
{
    uint8_t bytes[KIT_REPLY_MAX];
    size_t len = kit_reply_sign(reply, signer, bytes, sizeof(bytes));
    signet_status status = throw_reply(&enrol, bytes, len);

    if (status != expected) {
        fail_msg("%s, not %s", signet_status_name(status),
                 signet_status_name(expected));
    }
}

static void replies_that_are_not_for_us_are_ignored(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    struct kit_reply good = good_reply(der);
    struct kit_reply reply = good;
    (void)state;

    assert_ignored(&good, &stranger, SIGNET_ERR_KEY_ID);
    assert_ignored(&good, &service.issuer, SIGNET_ERR_KEY_ID);
    reply.device_id = "ffffffffffffffffffffffffffffffff";
    assert_ignored(&reply, &service.key, SIGNET_ERR_DEVICE_ID);
    reply.device_id = "";
    assert_ignored(&reply, &service.key, SIGNET_ERR_DEVICE_ID);
    reply = good;
    reply.transaction[15] ^= 1;
    assert_ignored(&reply, &service.key, SIGNET_ERR_TRANSACTION);
    reply = good;
    reply.digest[0] ^= 1;
    assert_ignored(&reply, &service.key, SIGNET_ERR_REQUEST);
    reply = good;
    reply.version = 2;
    assert_ignored(&reply, &service.key, SIGNET_ERR_VERSION);
    reply = good;
    reply.time_s = device.identity.time_floor_s - 1;
    assert_ignored(&reply, &service.key, SIGNET_ERR_CLOCK);
    assert_former_in_force();
}

/* Not exactly one of nonce, certificate and refusal, or the wrong one. */
static void replies_that_say_two_things_are_ignored(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    uint8_t bytes[KIT_REPLY_MAX];
    struct kit_reply good = good_reply(der);
    struct kit_reply reply = good;
    (void)state;

    reply.status = SIGNET_ERR_REVOKED;
    assert_ignored(&reply, &service.key, SIGNET_ERR_TYPE);
    reply = good;
    reply.nonce = signet_view(service.nonce, 32);
    assert_ignored(&reply, &service.key, SIGNET_ERR_TYPE);
    reply.certificate = signet_view(NULL, 0);
    assert_ignored(&reply, &service.key, SIGNET_ERR_TYPE);
    reply.nonce = signet_view(NULL, 0);
    assert_ignored(&reply, &service.key, SIGNET_ERR_TYPE);
    reply.status = 1;
    assert_ignored(&reply, &service.key, SIGNET_ERR_TYPE);
    /* A certificate, and a short nonce, before evidence was given. */
    reply = good;
    memcpy(reply.digest, at_nonce.request_digest, 32);
    memcpy(reply.transaction, at_nonce.transaction, 16);
    assert_int_equal(
        throw_reply(&at_nonce, bytes,
                    kit_reply_sign(&reply, &service.key, bytes, sizeof(bytes))),
        SIGNET_ERR_TYPE);
    reply.certificate = signet_view(NULL, 0);
    reply.nonce = signet_view(service.nonce, 31);
    assert_int_equal(
        throw_reply(&at_nonce, bytes,
                    kit_reply_sign(&reply, &service.key, bytes, sizeof(bytes))),
        SIGNET_ERR_TYPE);
}

/* Signed by the service, for another purpose. */
static void signatures_for_other_purposes_are_ignored(void **state)
{
    static const char *const aads[] = {
        SIGNET_AAD_LOG_ACK,  SIGNET_AAD_TIME_REPLY, SIGNET_AAD_EVIDENCE,
        SIGNET_AAD_MANIFEST, SIGNET_AAD_TRUST_LIST, ""};
    uint8_t der[SIGNET_X509_MAX_SIZE];
    uint8_t bytes[KIT_REPLY_MAX];
    uint8_t forged[KIT_REPLY_MAX];
    struct kit_reply good = good_reply(der);
    signet_cose_object object;
    size_t len = kit_reply_sign(&good, &service.key, bytes, sizeof(bytes));
    (void)state;

    assert_int_equal(signet_cose_parse(signet_view(bytes, len), &object),
                     SIGNET_OK);
    for (size_t i = 0; i < sizeof(aads) / sizeof(aads[0]); i++) {
        assert_int_equal(signet_cose_sign1(&service.key.handle,
                                           text_view(aads[i]), object.payload,
                                           forged, sizeof(forged), &len),
                         SIGNET_OK);
        assert_int_equal(throw_reply(&enrol, forged, len),
                         SIGNET_ERR_SIGNATURE);
    }
}

static void signed_nonsense_is_ignored(void **state)
{
    static const uint8_t aad[] = SIGNET_AAD_ENROL_REPLY;
    static const struct {
        uint8_t bytes[4];
        size_t len;
    } payloads[] = {
        {{0}, 0}, /* no version */
        {{0xFF, 0xFF, 0xFF, 0xFF}, 4},
        {{0x3A, 0x7F, 0x01, 0x02}, 4}, /* certificate of 127 bytes, cut */
        {{0x08, 0x01, 0x12, 0x40}, 4}, /* device id of 64 bytes, cut */
        {{0x38, 0x05}, 2},             /* certificate as a number */
    };
    uint8_t forged[256];
    size_t len = 0;
    (void)state;

    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
        assert_int_equal(
            signet_cose_sign1(&service.key.handle,
                              signet_view(aad, sizeof(aad) - 1),
                              signet_view(payloads[i].bytes, payloads[i].len),
                              forged, sizeof(forged), &len),
            SIGNET_OK);
        assert_int_equal(throw_reply(&enrol, forged, len),
                         i == 0 ? SIGNET_ERR_VERSION : SIGNET_ERR_TYPE);
    }
}

static void every_damaged_reply_is_ignored(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    uint8_t bytes[KIT_REPLY_MAX] = {0};
    struct kit_reply good = good_reply(der);
    size_t len = kit_reply_sign(&good, &service.key, bytes, sizeof(bytes));
    (void)state;

    for (size_t cut = 0; cut < len; cut++) {
        (void)throw_reply(&enrol, bytes, cut);
    }
    (void)throw_reply(&enrol, bytes, len + 1);
    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (void)throw_reply(&enrol, bytes, len);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(accepted, 0);
    assert_former_in_force();
}

/* ---- certificates in a reply that is the service's ---- */

static void assert_refused(const uint8_t *der, size_t len,
                           signet_status expected, const char *what)
{
    static signet_enrol copy;
    struct kit_reply reply =
        kit_reply_to(&service, &request, device.identity.device_id);
    uint8_t bytes[KIT_REPLY_MAX];
    signet_key key;
    signet_bytes certificate;
    signet_status status = SIGNET_OK;

    copy = enrol;
    reply.certificate = signet_view(der, len);
    len = kit_reply_sign(&reply, &service.key, bytes, sizeof(bytes));
    status = signet_enrol_input(&copy, signet_view(bytes, len), now);
    inputs++;
    if (status == SIGNET_OK || copy.state != SIGNET_ENROL_FAILED) {
        accepted++;
    }
    if (status != expected || copy.refusal != expected) {
        fail_msg("%s: %s, not %s", what, signet_status_name(status),
                 signet_status_name(expected));
    }
    assert_int_equal(signet_enrol_candidate(&copy, &key, &certificate),
                     SIGNET_ERR_STATE);
    assert_int_equal(signet_enrol_commit(&copy), SIGNET_ERR_STATE);
    assert_former_in_force();
}

static void refuse(const signet_x509_template *t, const struct kit_key *signer,
                   signet_status expected, const char *what)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len = 0;

    assert_int_equal(
        signet_x509_write(t, &signer->handle, der, sizeof(der), &len),
        SIGNET_OK);
    assert_refused(der, len, expected, what);
}

static signet_x509_template good_template(void)
{
    return kit_operational(&service, operational_key,
                           device.identity.device_id);
}

static void certificates_for_others_are_refused(void **state)
{
    static const char other[] = "ffffffffffffffffffffffffffffffff";
    signet_x509_template t = good_template();
    (void)state;

    t.subject_key = stranger.public_key;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_KEY, "another's key");
    t = good_template();
    t.subject_cn = other;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_SUBJECT, "another's name");
    t = good_template();
    t.subject_alt_dns = other;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_SUBJECT, "another's dNSName");
    t.subject_alt_dns = NULL;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_SUBJECT, "no dNSName");
    t = good_template();
    t.subject_alt_ip = "127.0.0.1";
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_SUBJECT, "a further name");
    t = good_template();
    t.subject_cn = NULL;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_SUBJECT, "no name");
}

static void certificates_of_other_issuers_are_refused(void **state)
{
    signet_x509_template t = good_template();
    (void)state;

    refuse(&t, &stranger, SIGNET_ERR_CERT_CHAIN, "a stranger's signature");
    refuse(&t, &service.key, SIGNET_ERR_CERT_CHAIN, "the reply key");
    t.issuer_cn = "operational issuer";
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_CHAIN, "another issuer name");
    t.issuer_cn = NULL;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_CHAIN, "no issuer name");
}

/* What is pinned must itself be a CA's certificate. */
static void a_pinned_issuer_that_is_no_ca_is_refused(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    signet_x509_template issuer =
        kit_template(&service.issuer, &service.issuer);
    signet_x509_template t = good_template();
    signet_bytes pinned = enrol.issuer;
    size_t len = 0;
    (void)state;

    issuer.issuer_cn = "Operational issuer";
    issuer.subject_cn = "Operational issuer";
    issuer.key_usage = SIGNET_KEY_USAGE_CERT_SIGN;
    assert_int_equal(signet_x509_write(&issuer, &service.issuer.handle, der,
                                       sizeof(der), &len),
                     SIGNET_OK);
    enrol.issuer = signet_view(der, len);
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_CHAIN, "not a CA");
    issuer.ca = true;
    issuer.key_usage = SIGNET_KEY_USAGE_SIGN;
    assert_int_equal(signet_x509_write(&issuer, &service.issuer.handle, der,
                                       sizeof(der), &len),
                     SIGNET_OK);
    enrol.issuer = signet_view(der, len);
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_CHAIN, "may not sign");
    enrol.issuer = signet_view(der, len - 1);
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_CHAIN, "malformed");
    enrol.issuer = pinned;
}

static void certificates_for_other_uses_are_refused(void **state)
{
    signet_x509_template t = good_template();
    (void)state;

    t.extended_usage = SIGNET_EKU_SERVER;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_USAGE, "server");
    t.extended_usage = SIGNET_EKU_SERVER | SIGNET_EKU_CLIENT;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_USAGE, "server too");
    t.extended_usage = 0;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_USAGE, "any");
    t = good_template();
    t.key_usage = 0;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_USAGE, "no key usage");
    t.key_usage = SIGNET_KEY_USAGE_SIGN | SIGNET_KEY_USAGE_CERT_SIGN;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_USAGE, "may issue");
    t = good_template();
    t.ca = true;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_USAGE, "a CA");
}

static void certificates_for_other_times_are_refused(void **state)
{
    signet_x509_template t = good_template();
    (void)state;

    t.not_after_s++;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_VALIDITY, "a second too long");
    t.not_after_s = SIGNET_X509_NO_END;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_VALIDITY, "without end");
    t = good_template();
    t.not_after_s = service.time_s;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_VALIDITY, "expired");
    t = good_template();
    t.not_before_s = service.time_s + 1;
    t.not_after_s = service.time_s + 3600;
    refuse(&t, &service.issuer, SIGNET_ERR_CERT_VALIDITY, "not yet");
}

static void malformed_certificates_are_refused(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE + 1] = {0};
    signet_x509_template t = good_template();
    size_t len = 0;
    (void)state;

    assert_int_equal(signet_x509_write(&t, &service.issuer.handle, der,
                                       SIGNET_X509_MAX_SIZE, &len),
                     SIGNET_OK);
    assert_refused(der, len - 1, SIGNET_ERR_CERTIFICATE, "cut short");
    assert_refused(der, len + 1, SIGNET_ERR_CERTIFICATE, "with a tail");
    assert_refused(der, sizeof(der), SIGNET_ERR_TOO_LARGE, "over the limit");
    assert_refused(device.identity.device_cert, device.identity.device_cert_len,
                   SIGNET_ERR_CERT_KEY, "the device's own");
}

/* A byte of the certificate changed, inside a reply that the service signed:
 * whatever it means, the issuer did not sign it. */
static void every_damaged_certificate_is_refused(void **state)
{
    static signet_enrol copy;
    uint8_t der[SIGNET_X509_MAX_SIZE];
    uint8_t bytes[KIT_REPLY_MAX];
    struct kit_reply reply = good_reply(der);
    size_t len = 0;
    (void)state;

    for (size_t i = 0; i < reply.certificate.len; i++) {
        copy = enrol;
        der[i] ^= (uint8_t)(1u << i % 8);
        len = kit_reply_sign(&reply, &service.key, bytes, sizeof(bytes));
        inputs++;
        if (signet_enrol_input(&copy, signet_view(bytes, len), now) ==
                SIGNET_OK ||
            copy.state != SIGNET_ENROL_FAILED) {
            accepted++;
        }
        der[i] ^= (uint8_t)(1u << i % 8);
    }
    assert_int_equal(accepted, 0);
    assert_former_in_force();
}

/* ---- evidence, as a verifier sees it ---- */

static signet_status throw_evidence(const uint8_t *bytes, size_t len,
                                    const uint8_t key[64])
{
    signet_evidence read;
    signet_status status =
        signet_evidence_open(signet_view(bytes, len), key, &read);

    inputs++;
    if (status == SIGNET_OK) {
        accepted++;
    }
    return status;
}

static void damaged_evidence_is_refused(void **state)
{
    uint8_t bytes[1024] = {0};
    size_t len = request.evidence.len;
    signet_x509 alias;
    signet_evidence read;
    (void)state;

    assert_true(len < sizeof(bytes));
    assert_int_equal(signet_x509_read(request.chain[0], &alias), SIGNET_OK);
    memcpy(bytes, request.evidence.ptr, len);
    assert_int_equal(
        signet_evidence_open(signet_view(bytes, len), alias.key, &read),
        SIGNET_OK);
    for (size_t cut = 0; cut < len; cut++) {
        (void)throw_evidence(bytes, cut, alias.key);
    }
    assert_int_equal(throw_evidence(bytes, len + 1, alias.key),
                     SIGNET_ERR_TRAILING);
    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (void)throw_evidence(bytes, len, alias.key);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(throw_evidence(bytes, len, operational_key),
                     SIGNET_ERR_KEY_ID);
    assert_int_equal(accepted, 0);
}

/* The same claims, re-signed with one head in a longer form, or with another
 * profile: the key is right, the encoding or its meaning is not. */
static void twisted_evidence_is_refused(void **state)
{
    static const uint8_t aad[] = SIGNET_AAD_EVIDENCE;
    uint8_t payload[640];
    uint8_t twisted[1024];
    signet_cose_object object;
    size_t len = 0;
    uint8_t *profile = NULL;
    (void)state;

    assert_int_equal(signet_cose_parse(request.evidence, &object), SIGNET_OK);
    assert_true(object.payload.len + 1 <= sizeof(payload));
    payload[0] = 0xB8; /* map, count in a byte of its own */
    payload[1] = 9;
    memcpy(payload + 2, object.payload.ptr + 1, object.payload.len - 1);
    assert_int_equal(
        signet_cose_sign1(&stranger.handle, signet_view(aad, sizeof(aad) - 1),
                          signet_view(payload, object.payload.len + 1), twisted,
                          sizeof(twisted), &len),
        SIGNET_OK);
    assert_int_equal(throw_evidence(twisted, len, stranger.public_key),
                     SIGNET_ERR_NON_CANONICAL);
    memcpy(payload, object.payload.ptr, object.payload.len);
    for (size_t i = 0; i + 8 <= object.payload.len; i++) {
        if (memcmp(payload + i, "tag:psac", 8) == 0) {
            profile = payload + i;
        }
    }
    assert_non_null(profile);
    profile[0] = 'T';
    assert_int_equal(signet_cose_sign1(&stranger.handle,
                                       signet_view(aad, sizeof(aad) - 1),
                                       signet_view(payload, object.payload.len),
                                       twisted, sizeof(twisted), &len),
                     SIGNET_OK);
    assert_int_equal(throw_evidence(twisted, len, stranger.public_key),
                     SIGNET_ERR_PROFILE);
}

/* Last, so that the others had the right one at hand: it is accepted. */
static void the_right_certificate_is_accepted(void **state)
{
    uint8_t der[SIGNET_X509_MAX_SIZE];
    uint8_t bytes[KIT_REPLY_MAX];
    struct kit_reply good = good_reply(der);
    size_t len = kit_reply_sign(&good, &service.key, bytes, sizeof(bytes));
    (void)state;

    assert_int_equal(signet_enrol_input(&enrol, signet_view(bytes, len), now),
                     SIGNET_OK);
    assert_int_equal(signet_enrol_commit(&enrol), SIGNET_OK);
    assert_memory_equal(device.identity.operational_cert, der,
                        good.certificate.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_that_are_not_for_us_are_ignored),
        cmocka_unit_test(replies_that_say_two_things_are_ignored),
        cmocka_unit_test(signatures_for_other_purposes_are_ignored),
        cmocka_unit_test(signed_nonsense_is_ignored),
        cmocka_unit_test(every_damaged_reply_is_ignored),
        cmocka_unit_test(certificates_for_others_are_refused),
        cmocka_unit_test(certificates_of_other_issuers_are_refused),
        cmocka_unit_test(a_pinned_issuer_that_is_no_ca_is_refused),
        cmocka_unit_test(certificates_for_other_uses_are_refused),
        cmocka_unit_test(certificates_for_other_times_are_refused),
        cmocka_unit_test(malformed_certificates_are_refused),
        cmocka_unit_test(every_damaged_certificate_is_refused),
        cmocka_unit_test(damaged_evidence_is_refused),
        cmocka_unit_test(twisted_evidence_is_refused),
        cmocka_unit_test(the_right_certificate_is_accepted),
    };
    return cmocka_run_group_tests(tests, start, end);
}
