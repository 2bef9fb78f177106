/* SPDX-License-Identifier: MIT */
/* Evidence as made, as we read it, and as an independent decoder does. */
#define _GNU_SOURCE
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "identity_device.h"
#include "signet/cose.h"
#include "temporary.h"

#define EVIDENCE_MAX 640u

static struct kit_key root;
static struct kit_device device;
static uint8_t challenge[32];
static uint8_t evidence[EVIDENCE_MAX];
static size_t evidence_len;
static uint8_t alias_key[64];

static int start(void **state)
{
    signet_key alias;
    signet_bytes chain[2];
    (void)state;

    kit_key_make(&root);
    kit_device_make(&device);
    kit_device_provision(&device, &root);
    memset(challenge, 0xC7, sizeof(challenge));
    if (kit_device_start(&device) != SIGNET_OK) {
        return -1;
    }
    signet_identity_alias(&device.identity, &alias, chain);
    return alias.ops->public_key(alias.ctx, alias.slot, alias_key) ==
                       SIGNET_OK &&
                   signet_identity_evidence(&device.identity, challenge,
                                            evidence, sizeof(evidence),
                                            &evidence_len) == SIGNET_OK
               ? 0
               : -1;
}

static void the_claims_come_back(void **state)
{
    signet_evidence read;
    uint8_t ids[32];
    uint8_t implementation[32];
    signet_sha256 hash;
    (void)state;

    assert_int_equal(signet_evidence_open(signet_view(evidence, evidence_len),
                                          alias_key, &read),
                     SIGNET_OK);
    assert_memory_equal(read.challenge.ptr, challenge, 32);
    assert_memory_equal(read.ueid.ptr, device.identity.ueid, 33);
    assert_memory_equal(read.boot_seed.ptr, device.handoff.boot_seed, 32);
    assert_memory_equal(read.measurement.ptr, device.handoff.measurement, 32);
    assert_memory_equal(read.signer.ptr, device.handoff.signer, 32);
    assert_int_equal(read.version.len, 5);
    assert_memory_equal(read.version.ptr, "1.0.0", 5);
    assert_int_equal(read.life_cycle, SIGNET_LIFE_SECURED);
    assert_int_equal(read.trust_counter, 5);
    assert_int_equal(read.security_counter, 7);
    assert_int_equal(read.boot_count, 300);
    assert_int_equal(read.assurance, SIGNET_ASSURANCE_LOCKED);
    memset(ids, 0x11, 16);
    memset(ids + 16, 0x22, 16);
    assert_int_equal(signet_sha256_init(&hash), SIGNET_OK);
    assert_int_equal(signet_sha256_update(&hash, ids, 32), SIGNET_OK);
    assert_int_equal(signet_sha256_final(&hash, implementation), SIGNET_OK);
    assert_memory_equal(read.implementation.ptr, implementation, 32);
}

static void a_new_trust_list_shows(void **state)
{
    uint8_t out[EVIDENCE_MAX];
    signet_evidence read;
    size_t len = 0;
    (void)state;

    signet_identity_trust(&device.identity, 6);
    assert_int_equal(signet_identity_evidence(&device.identity, challenge, out,
                                              sizeof(out), &len),
                     SIGNET_OK);
    assert_int_equal(
        signet_evidence_open(signet_view(out, len), alias_key, &read),
        SIGNET_OK);
    assert_int_equal(read.trust_counter, 6);
    signet_identity_trust(&device.identity, 5);
}

/* The longest values still fit the library's buffer. */
static void the_longest_evidence_fits(void **state)
{
    uint8_t out[EVIDENCE_MAX];
    size_t len = 0;
    signet_handoff before = device.handoff;
    (void)state;

    memset(device.handoff.version, 'v', 32);
    device.handoff.version[32] = '\0';
    device.handoff.security_counter = UINT32_MAX;
    device.handoff.boot_count = UINT32_MAX;
    signet_identity_trust(&device.identity, UINT32_MAX);
    assert_int_equal(signet_identity_evidence(&device.identity, challenge, out,
                                              sizeof(out), &len),
                     SIGNET_OK);
    assert_true(len <= 576); /* what an enrolment has room for */
    signet_identity_trust(&device.identity, 5);
    device.handoff = before;
}

static void a_short_buffer_is_told(void **state)
{
    uint8_t out[EVIDENCE_MAX];
    size_t len = 0;
    (void)state;

    assert_int_equal(signet_identity_evidence(&device.identity, challenge, out,
                                              evidence_len - 1, &len),
                     SIGNET_ERR_TOO_SMALL);
}

static void an_independent_decoder_agrees(void **state)
{
    static const char script[] =
        "import sys, hashlib, cbor2\n"
        "from cryptography import x509\n"
        "from cryptography.hazmat.primitives import hashes\n"
        "from cryptography.hazmat.primitives.asymmetric import ec, utils\n"
        "from cryptography.hazmat.primitives.serialization import (\n"
        "    Encoding, PublicFormat)\n"
        "spki = lambda c: c.public_key().public_bytes(\n"
        "    Encoding.DER, PublicFormat.SubjectPublicKeyInfo)\n"
        "load = lambda p: x509.load_der_x509_certificate(\n"
        "    open(p, 'rb').read())\n"
        "raw = open(sys.argv[1], 'rb').read()\n"
        "alias, device = load(sys.argv[2]), load(sys.argv[3])\n"
        "tag = cbor2.loads(raw)\n"
        "assert tag.tag == 18\n"
        "assert cbor2.dumps(tag, canonical=True) == raw\n"
        "protected, unprotected, payload, sig = tag.value\n"
        "assert unprotected == {} and len(sig) == 64\n"
        "kid = hashlib.sha256(spki(alias)).digest()[:8]\n"
        "assert cbor2.loads(protected) == {1: -7, 4: kid}\n"
        "tbs = cbor2.dumps(['Signature1', protected,\n"
        "                   b'signet evidence 1', payload])\n"
        "r, s = (int.from_bytes(sig[i:i + 32], 'big') for i in (0, 32))\n"
        "alias.public_key().verify(utils.encode_dss_signature(r, s), tbs,\n"
        "                          ec.ECDSA(hashes.SHA256()))\n"
        "device.public_key().verify(\n"
        "    alias.signature, alias.tbs_certificate_bytes,\n"
        "    ec.ECDSA(hashes.SHA256()))\n"
        "c = cbor2.loads(payload)\n"
        "assert cbor2.dumps(c, canonical=True) == payload\n"
        "assert list(c) == [10, 256, 265, 268, 2394, 2395, 2396, 2399,\n"
        "                   -75000]\n"
        "assert c[10] == b'\\xc7' * 32\n"
        "assert c[256] == b'\\x01' + hashlib.sha256(spki(device)).digest()\n"
        "assert c[265] == 'tag:psacertified.org,2023:psa#tfm'\n"
        "assert len(c[268]) == 32 and c[2394] == 1 and c[2395] == 0x3000\n"
        "assert c[2396] == hashlib.sha256(b'\\x11' * 16 +\n"
        "                                 b'\\x22' * 16).digest()\n"
        "assert c[2399] == [{1: 'firmware', 2: b'\\xaa' * 32, 4: '1.0.0',\n"
        "                    5: b'\\xbb' * 32}]\n"
        "assert c[-75000] == {1: 5, 2: 7, 3: 300, 4: 1}\n"
        "print('agreed')\n";
    char folder[TEMPORARY_SIZE];
    char paths[3][TEMPORARY_SIZE + 16];
    char output[2048];
    const char *const argv[] = {"/usr/bin/python3", "-c",     script, paths[0],
                                paths[1],           paths[2], NULL};
    int fd = temporary_make(folder);
    int code = 0;
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(paths[i], sizeof(paths[i]), "%s/%zu", folder, i);
    }
    kit_write_file(paths[0], evidence, evidence_len);
    kit_write_file(paths[1], device.identity.alias_cert,
                   device.identity.alias_cert_len);
    kit_write_file(paths[2], device.identity.device_cert,
                   device.identity.device_cert_len);
    code = kit_run(argv, output, sizeof(output));
    temporary_remove(folder, fd);
    if (code != 0 || strcmp(output, "agreed\n") != 0) {
        fail_msg("%s", output);
    }
}

/* ---- what a verifier refuses, signature in order ---- */

enum twist {
    RIGHT,
    NINE_KEYS_ONE_OTHER,
    ONE_MORE,
    ONE_LESS,
    SHORT_NONCE,
    LONG_UEID,
    OTHER_PROFILE,
    OTHER_CLIENT,
    NO_COMPONENT,
    FIVE_COMPONENTS,
    TWO_COMPONENTS,
    SECOND_MALFORMED,
    HUGE_COUNTER,
    EMPTY_VERSION,
    WRONG_ORDER,
    TWICE,
    TRAILING
};

static void put_bytes(signet_cbor_writer *w, int64_t key, size_t len)
{
    uint8_t bytes[64] = {0};

    signet_cbor_put_int(w, key);
    signet_cbor_put_bytes(w, signet_view(bytes, len));
}

static void put_component(signet_cbor_writer *w, const char *version,
                          size_t digest_len)
{
    signet_cbor_put_map(w, 4);
    signet_cbor_put_int(w, 1);
    signet_cbor_put_text(w, "firmware");
    put_bytes(w, 2, digest_len);
    signet_cbor_put_int(w, 4);
    signet_cbor_put_text(w, version);
    put_bytes(w, 5, 32);
}

static void put_components(signet_cbor_writer *w, enum twist twist)
{
    size_t count = 1;

    count = twist == NO_COMPONENT ? 0 : count;
    count = twist == FIVE_COMPONENTS ? 5 : count;
    count = twist == TWO_COMPONENTS || twist == SECOND_MALFORMED ? 2 : count;
    signet_cbor_put_int(w, 2399);
    signet_cbor_put_array(w, count);
    for (size_t i = 0; i < count; i++) {
        put_component(w, twist == EMPTY_VERSION ? "" : "1",
                      twist == SECOND_MALFORMED && i == 1 ? 31 : 32);
    }
}

static void put_claims(signet_cbor_writer *w, enum twist twist)
{
    size_t count = 9;

    count = twist == ONE_MORE ? 10 : count;
    count = twist == ONE_LESS ? 8 : count;
    signet_cbor_put_map(w, count);
    put_bytes(w, 10, twist == SHORT_NONCE ? 31 : 32);
    put_bytes(w, twist == WRONG_ORDER ? 9 : 256, twist == LONG_UEID ? 34 : 33);
    signet_cbor_put_int(w, 265);
    signet_cbor_put_text(w, twist == OTHER_PROFILE
                                ? "tag:psacertified.org,2023:psa#tfn"
                                : "tag:psacertified.org,2023:psa#tfm");
    put_bytes(w, 268, 32);
    signet_cbor_put_int(w, 2394);
    signet_cbor_put_uint(w, twist == OTHER_CLIENT ? 2 : 1);
    signet_cbor_put_int(w, twist == TWICE ? 2394 : 2395);
    signet_cbor_put_uint(w, 0x3000);
    put_bytes(w, twist == NINE_KEYS_ONE_OTHER ? 2397 : 2396, 32);
    put_components(w, twist);
    if (twist == ONE_MORE) {
        signet_cbor_put_int(w, 2400);
        signet_cbor_put_uint(w, 0);
    }
    if (twist == ONE_LESS) {
        return;
    }
    signet_cbor_put_int(w, -75000);
    signet_cbor_put_map(w, 4);
    for (int64_t key = 1; key <= 4; key++) {
        signet_cbor_put_int(w, key);
        signet_cbor_put_uint(w, twist == HUGE_COUNTER ? 0x100000000u : 1);
    }
    if (twist == TRAILING) {
        signet_cbor_put_uint(w, 0);
    }
}

static signet_status open_twisted(enum twist twist)
{
    static const uint8_t aad[] = SIGNET_AAD_EVIDENCE;
    uint8_t payload[1024];
    uint8_t encoded[1200];
    signet_cbor_writer w;
    signet_evidence read;
    size_t len = 0;
    signet_status status = SIGNET_OK;

    signet_cbor_writer_init(&w, payload, sizeof(payload));
    put_claims(&w, twist);
    assert_int_equal(signet_cbor_writer_finish(&w, &len), SIGNET_OK);
    assert_int_equal(signet_cose_sign1(&root.handle,
                                       signet_view(aad, sizeof(aad) - 1),
                                       signet_view(payload, len), encoded,
                                       sizeof(encoded), &len),
                     SIGNET_OK);
    status =
        signet_evidence_open(signet_view(encoded, len), root.public_key, &read);
    assert_true((status == SIGNET_OK) == (read.ueid.ptr != NULL));
    return status;
}

static void malformed_claims_are_refused_by_name(void **state)
{
    static const struct {
        enum twist twist;
        signet_status status;
    } cases[] = {
        {RIGHT, SIGNET_OK},
        {TWO_COMPONENTS, SIGNET_OK},
        {NINE_KEYS_ONE_OTHER, SIGNET_ERR_MISSING},
        {ONE_MORE, SIGNET_ERR_UNKNOWN_CRITICAL},
        {ONE_LESS, SIGNET_ERR_MISSING},
        {SHORT_NONCE, SIGNET_ERR_TYPE},
        {LONG_UEID, SIGNET_ERR_TYPE},
        {OTHER_PROFILE, SIGNET_ERR_PROFILE},
        {OTHER_CLIENT, SIGNET_ERR_TYPE},
        {NO_COMPONENT, SIGNET_ERR_MISSING},
        {FIVE_COMPONENTS, SIGNET_ERR_TOO_LARGE},
        {SECOND_MALFORMED, SIGNET_ERR_TYPE},
        {HUGE_COUNTER, SIGNET_ERR_TYPE},
        {EMPTY_VERSION, SIGNET_ERR_TYPE},
        {WRONG_ORDER, SIGNET_ERR_NON_CANONICAL},
        {TWICE, SIGNET_ERR_DUPLICATE},
        {TRAILING, SIGNET_ERR_TRAILING},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        signet_status status = open_twisted(cases[i].twist);

        if (status != cases[i].status) {
            fail_msg("twist %d: %s, not %s", (int)cases[i].twist,
                     signet_status_name(status),
                     signet_status_name(cases[i].status));
        }
    }
}

static void evidence_of_another_key_is_refused(void **state)
{
    signet_evidence read;
    (void)state;

    assert_int_equal(signet_evidence_open(signet_view(evidence, evidence_len),
                                          root.public_key, &read),
                     SIGNET_ERR_KEY_ID);
    assert_null(read.ueid.ptr);
}

/* SHA-256("signet challenge 1" || nonce || SHA-256(csr) || id), by Python. */
static void the_challenge_is_what_the_format_says(void **state)
{
    static const uint8_t expected[32] = {
        0x0b, 0x18, 0x34, 0xed, 0xe3, 0xbc, 0x77, 0x18, 0xbb, 0xff, 0x3f,
        0x68, 0xda, 0x56, 0x88, 0xff, 0xad, 0x89, 0xf7, 0xd1, 0x9d, 0x6f,
        0x1c, 0x1f, 0x33, 0x62, 0x0b, 0xf5, 0x71, 0xf9, 0x23, 0x9b};
    uint8_t nonce[32];
    uint8_t out[32];
    static const uint8_t csr[] = {'c', 's', 'r'};
    (void)state;

    memset(nonce, 0x5A, sizeof(nonce));
    assert_int_equal(
        signet_identity_challenge(nonce, signet_view(csr, sizeof(csr)),
                                  "00112233445566778899aabbccddeeff", out),
        SIGNET_OK);
    assert_memory_equal(out, expected, 32);
}

static int end(void **state)
{
    (void)state;
    kit_device_free(&device);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_claims_come_back),
        cmocka_unit_test(a_new_trust_list_shows),
        cmocka_unit_test(the_longest_evidence_fits),
        cmocka_unit_test(a_short_buffer_is_told),
        cmocka_unit_test(an_independent_decoder_agrees),
        cmocka_unit_test(malformed_claims_are_refused_by_name),
        cmocka_unit_test(evidence_of_another_key_is_refused),
        cmocka_unit_test(the_challenge_is_what_the_format_says),
    };
    return cmocka_run_group_tests(tests, start, end);
}
