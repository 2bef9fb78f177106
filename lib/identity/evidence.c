/* SPDX-License-Identifier: MIT */
#include "claims.h"
#include "digest.h"
#include "signet/cose.h"
#include "signet/identity.h"
#include "soft_keys.h"

/* Claims with the longest version: 391 bytes and the four counters' growth. */
#define CLAIMS_MAX 448u
#define COMPONENT_NAME "firmware"

static void put_digest(signet_cbor_writer *w, int64_t key,
                       const uint8_t digest[32])
{
    signet_cbor_put_int(w, key);
    signet_cbor_put_bytes(w, signet_view(digest, 32));
}

static void put_text(signet_cbor_writer *w, int64_t key, const char *text)
{
    signet_cbor_put_int(w, key);
    signet_cbor_put_text(w, text);
}

static void put_number(signet_cbor_writer *w, int64_t key, uint32_t value)
{
    signet_cbor_put_int(w, key);
    signet_cbor_put_uint(w, value);
}

static void put_components(signet_cbor_writer *w, const signet_handoff *handoff)
{
    signet_cbor_put_int(w, CLAIM_COMPONENTS);
    signet_cbor_put_array(w, 1);
    signet_cbor_put_map(w, COMPONENT_FIELDS);
    put_text(w, COMPONENT_TYPE, COMPONENT_NAME);
    put_digest(w, COMPONENT_MEASUREMENT, handoff->measurement);
    put_text(w, COMPONENT_VERSION, handoff->version);
    put_digest(w, COMPONENT_SIGNER, handoff->signer);
}

static void put_signet(signet_cbor_writer *w,
                       const signet_identity_config *config)
{
    const signet_secret *secret = &config->secret;

    signet_cbor_put_int(w, CLAIM_SIGNET);
    signet_cbor_put_map(w, SIGNET_FIELDS);
    put_number(w, SIGNET_TRUST_COUNTER, config->trust_counter);
    put_number(w, SIGNET_SECURITY_COUNTER, config->handoff->security_counter);
    put_number(w, SIGNET_BOOT_COUNT, config->handoff->boot_count);
    put_number(w, SIGNET_ASSURANCE,
               (uint32_t)secret->ops->assurance(secret->ctx));
}

static void put_claims(signet_cbor_writer *w, const signet_identity *identity,
                       const uint8_t challenge[32],
                       const uint8_t implementation[32])
{
    const signet_identity_config *config = &identity->config;
    const signet_secret *secret = &config->secret;

    signet_cbor_put_map(w, CLAIM_COUNT);
    put_digest(w, CLAIM_NONCE, challenge);
    signet_cbor_put_int(w, CLAIM_UEID);
    signet_cbor_put_bytes(w, signet_view(identity->ueid, SIGNET_UEID_SIZE));
    put_text(w, CLAIM_PROFILE, PROFILE);
    put_digest(w, CLAIM_BOOT_SEED, config->handoff->boot_seed);
    put_number(w, CLAIM_CLIENT_ID, CLIENT_ID);
    put_number(w, CLAIM_LIFE_CYCLE,
               (uint32_t)secret->ops->life_cycle(secret->ctx));
    put_digest(w, CLAIM_IMPLEMENTATION, implementation);
    put_components(w, config->handoff);
    put_signet(w, config);
}

signet_status signet_identity_evidence(const signet_identity *identity,
                                       const uint8_t challenge[32],
                                       uint8_t *out, size_t cap, size_t *len)
{
    const signet_bytes ids[2] = {{identity->config.vendor_id, 16},
                                 {identity->config.class_id, 16}};
    const signet_key key =
        signet_soft_keys_handle(&identity->keys, SIGNET_KEY_ALIAS);
    static const uint8_t aad[] = SIGNET_AAD_EVIDENCE;
    uint8_t implementation[32];
    uint8_t claims[CLAIMS_MAX];
    size_t claims_len = 0;
    signet_cbor_writer w;
    signet_status status = signet_identity_digest(ids, 2, implementation);

    *len = 0;
    if (status != SIGNET_OK) {
        return status;
    }
    signet_cbor_writer_init(&w, claims, sizeof(claims));
    put_claims(&w, identity, challenge, implementation);
    status = signet_cbor_writer_finish(&w, &claims_len);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_cose_sign1(&key, signet_view(aad, sizeof(aad) - 1),
                             signet_view(claims, claims_len), out, cap, len);
}
