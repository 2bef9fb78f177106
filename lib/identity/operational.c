/* SPDX-License-Identifier: MIT */
/*
 * Operational keys and certificates in two slots. One item names the active
 * slot and is written last, so that a power cut at any step leaves the former
 * pair in force:
 *
 *   key[other]  ->  certificate[other]  ->  active = other  ->  drop former
 */
#include "internal.h"

#include <string.h>

#include "soft_keys.h"

/* Half of the life and up to an eighth more, so that a fleet that was enrolled
 * together does not return together. */
#define JITTER_PART 8u

static uint16_t item_of(uint8_t slot)
{
    return (uint16_t)(SIGNET_IDENTITY_ITEM_CERT + slot);
}

static void forget(signet_identity *identity)
{
    identity->operational_slot = NO_SLOT;
    identity->operational_cert_len = 0;
    identity->not_before_s = 0;
    identity->not_after_s = 0;
}

/* The certificate in RAM is well-formed and for the slot's key. */
static bool adopt(signet_identity *identity, uint8_t slot)
{
    const signet_key key = signet_soft_keys_operational(&identity->keys, slot);
    uint8_t public_key[64];
    signet_x509 read;

    if (signet_x509_read(signet_view(identity->operational_cert,
                                     identity->operational_cert_len),
                         &read) != SIGNET_OK ||
        key.ops->public_key(key.ctx, key.slot, public_key) != SIGNET_OK ||
        memcmp(read.key, public_key, sizeof(read.key)) != 0) {
        return false;
    }
    identity->operational_slot = slot;
    identity->not_before_s = read.not_before_s;
    identity->not_after_s = read.not_after_s;
    return true;
}

static signet_status choose_jitter(signet_identity *identity)
{
    const signet_entropy *rng = &identity->config.rng;
    uint64_t life = identity->not_after_s - identity->not_before_s;
    uint8_t random[4];
    signet_status status = rng->fill(rng->ctx, random, sizeof(random));

    if (status == SIGNET_OK) {
        identity->renew_jitter_s =
            signet_get_be32(random) % ((uint32_t)life / JITTER_PART + 1u);
    }
    return status;
}

static signet_status load_slot(signet_identity *identity, uint8_t slot)
{
    signet_status status = signet_items_get(
        identity->config.items, item_of(slot), identity->operational_cert,
        sizeof(identity->operational_cert), &identity->operational_cert_len);

    if (status == SIGNET_OK && adopt(identity, slot)) {
        return choose_jitter(identity);
    }
    forget(identity);
    return status == SIGNET_ERR_IO ? status : SIGNET_OK;
}

signet_status signet_operational_load(signet_identity *identity)
{
    uint8_t slot = NO_SLOT;
    size_t len = 0;
    signet_status status = signet_items_get(identity->config.items,
                                            SIGNET_IDENTITY_ITEM_OPERATIONAL,
                                            &slot, sizeof(slot), &len);

    forget(identity);
    if (status == SIGNET_OK && len == sizeof(slot) && slot <= 1) {
        return load_slot(identity, slot);
    }
    return status == SIGNET_ERR_IO ? status : SIGNET_OK;
}

signet_status signet_operational_activate(signet_identity *identity,
                                          uint8_t slot)
{
    signet_status status = signet_items_put(identity->config.items,
                                            SIGNET_IDENTITY_ITEM_OPERATIONAL,
                                            signet_view(&slot, sizeof(slot)));

    if (status != SIGNET_OK) {
        return status;
    }
    return load_slot(identity, slot);
}

signet_status signet_operational_drop(signet_identity *identity, uint8_t slot)
{
    const signet_key key = signet_soft_keys_operational(&identity->keys, slot);
    signet_status status = key.ops->destroy(key.ctx, key.slot);
    signet_status second =
        signet_items_delete(identity->config.items, item_of(slot));

    return status != SIGNET_OK ? status : second;
}

signet_status signet_identity_operational(const signet_identity *identity,
                                          signet_time now, signet_key *key,
                                          signet_bytes *certificate)
{
    if (identity->operational_slot == NO_SLOT) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (identity->not_after_s < signet_floor_time(identity, now)) {
        return SIGNET_ERR_CERT_VALIDITY;
    }
    *key = signet_soft_keys_operational(&identity->keys,
                                        identity->operational_slot);
    *certificate =
        signet_view(identity->operational_cert, identity->operational_cert_len);
    return SIGNET_OK;
}

bool signet_identity_renewal_due(const signet_identity *identity,
                                 signet_time now)
{
    uint64_t life = identity->not_after_s - identity->not_before_s;

    return identity->operational_slot == NO_SLOT ||
           signet_floor_time(identity, now) >=
               identity->not_before_s + life / 2 + identity->renew_jitter_s;
}

/* The item that names the slot goes first: without it nothing else counts. */
signet_status signet_identity_forget(signet_identity *identity)
{
    signet_status status = signet_items_delete(
        identity->config.items, SIGNET_IDENTITY_ITEM_OPERATIONAL);

    forget(identity);
    for (uint8_t slot = 0; slot <= 1; slot++) {
        signet_status dropped = signet_operational_drop(identity, slot);

        if (status == SIGNET_OK) {
            status = dropped;
        }
    }
    return status;
}
