/* SPDX-License-Identifier: MIT */
/* The verifier's side of evidence. Every claim is required and they stand in
 * deterministic order, so reading is one walk: key, value, key, value. */
#include "claims.h"
#include "signet/cose.h"
#include "signet/identity.h"

#define PROFILE_LEN (sizeof(PROFILE) - 1)
#define TEXT_MAX 64u

/* A map of exactly count entries. */
static void take_map(signet_cbor_reader *r, size_t count)
{
    size_t entries = signet_cbor_get_map(r, 32);

    if (entries != count) {
        signet_cbor_fail(r, entries < count ? SIGNET_ERR_MISSING
                                            : SIGNET_ERR_UNKNOWN_CRITICAL);
    }
}

static void take_key(signet_cbor_reader *r, int64_t *previous, int64_t key)
{
    if (signet_cbor_get_key(r, previous) != key) {
        signet_cbor_fail(r, SIGNET_ERR_MISSING);
    }
}

static signet_bytes take_bytes(signet_cbor_reader *r, int64_t *previous,
                               int64_t key, size_t len)
{
    signet_bytes value;

    take_key(r, previous, key);
    value = signet_cbor_get_bytes(r);
    if (value.len != len) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
    return value;
}

static signet_bytes take_text(signet_cbor_reader *r, int64_t *previous,
                              int64_t key)
{
    signet_bytes value;

    take_key(r, previous, key);
    value = signet_cbor_get_text(r);
    if (value.len == 0 || value.len > TEXT_MAX) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
    return value;
}

static uint32_t take_number(signet_cbor_reader *r, int64_t *previous,
                            int64_t key)
{
    uint64_t value = 0;

    take_key(r, previous, key);
    value = signet_cbor_get_uint(r);
    if (value > UINT32_MAX) {
        signet_cbor_fail(r, SIGNET_ERR_TYPE);
    }
    return (uint32_t)value;
}

static void take_component(signet_cbor_reader *r, signet_evidence *out)
{
    int64_t previous = SIGNET_CBOR_NO_KEY;

    take_map(r, COMPONENT_FIELDS);
    (void)take_text(r, &previous, COMPONENT_TYPE);
    out->measurement = take_bytes(r, &previous, COMPONENT_MEASUREMENT, 32);
    out->version = take_text(r, &previous, COMPONENT_VERSION);
    out->signer = take_bytes(r, &previous, COMPONENT_SIGNER, 32);
}

/* The first component is the running image; others must be well-formed. */
static void take_components(signet_cbor_reader *r, int64_t *previous,
                            signet_evidence *out)
{
    signet_evidence others;
    size_t count = 0;

    take_key(r, previous, CLAIM_COMPONENTS);
    count = signet_cbor_get_array(r, COMPONENTS_MAX);
    if (count == 0) {
        signet_cbor_fail(r, SIGNET_ERR_MISSING);
    }
    take_component(r, out);
    for (size_t i = 1; i < count; i++) {
        take_component(r, &others);
    }
}

static void take_signet(signet_cbor_reader *r, int64_t *outer,
                        signet_evidence *out)
{
    int64_t previous = SIGNET_CBOR_NO_KEY;

    take_key(r, outer, CLAIM_SIGNET);
    take_map(r, SIGNET_FIELDS);
    out->trust_counter = take_number(r, &previous, SIGNET_TRUST_COUNTER);
    out->security_counter = take_number(r, &previous, SIGNET_SECURITY_COUNTER);
    out->boot_count = take_number(r, &previous, SIGNET_BOOT_COUNT);
    out->assurance = take_number(r, &previous, SIGNET_ASSURANCE);
}

static signet_status read_claims(signet_bytes payload, signet_evidence *out)
{
    static const uint8_t profile[] = PROFILE;
    int64_t previous = SIGNET_CBOR_NO_KEY;
    signet_cbor_reader r;

    signet_cbor_reader_init(&r, payload);
    take_map(&r, CLAIM_COUNT);
    out->challenge = take_bytes(&r, &previous, CLAIM_NONCE, 32);
    out->ueid = take_bytes(&r, &previous, CLAIM_UEID, SIGNET_UEID_SIZE);
    out->profile = take_text(&r, &previous, CLAIM_PROFILE);
    if (!signet_equal(out->profile, signet_view(profile, PROFILE_LEN))) {
        signet_cbor_fail(&r, SIGNET_ERR_PROFILE);
    }
    out->boot_seed = take_bytes(&r, &previous, CLAIM_BOOT_SEED, 32);
    if (take_number(&r, &previous, CLAIM_CLIENT_ID) != CLIENT_ID) {
        signet_cbor_fail(&r, SIGNET_ERR_TYPE);
    }
    out->life_cycle = take_number(&r, &previous, CLAIM_LIFE_CYCLE);
    out->implementation = take_bytes(&r, &previous, CLAIM_IMPLEMENTATION, 32);
    take_components(&r, &previous, out);
    take_signet(&r, &previous, out);
    return signet_cbor_reader_finish(&r);
}

signet_status signet_evidence_open(signet_bytes encoded,
                                   const uint8_t alias_key[64],
                                   signet_evidence *out)
{
    static const uint8_t aad[] = SIGNET_AAD_EVIDENCE;
    signet_bytes payload = {NULL, 0};
    signet_status status = signet_cose_open1(
        encoded, signet_view(aad, sizeof(aad) - 1), alias_key, &payload);

    if (status == SIGNET_OK) {
        status = read_claims(payload, out);
    }
    if (status != SIGNET_OK) {
        signet_wipe(out, sizeof(*out));
    }
    return status;
}
