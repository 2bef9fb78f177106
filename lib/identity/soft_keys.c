/* SPDX-License-Identifier: MIT */
/*
 * Software keys. The alias key lies in RAM for as long as the firmware runs.
 * An operational key exists in the clear only while it is made or signs; at
 * rest it is an item:
 *
 *   | nonce 12 | AES-128-GCM of the private key 32 | tag 16 |
 *
 * under the wrap key, with the slot number as associated data, so that the
 * item of one slot cannot stand in for the other's.
 */
#include "soft_keys.h"

#include <string.h>

#include "signet/port/crypto.h"

#define PRIVATE_SIZE SIGNET_P256_PRIVATE_SIZE
#define SEALED_AT SIGNET_GCM_NONCE_SIZE
#define TAG_AT (SEALED_AT + PRIVATE_SIZE)
#define ITEM_SIZE (TAG_AT + SIGNET_GCM_TAG_SIZE)

/* The slot is public; only operational ones live in the store. */
static bool is_operational(uint32_t slot)
{
    return slot - SIGNET_KEY_OPERATIONAL <= 1;
}

static uint16_t item_of(uint32_t slot)
{
    return (uint16_t)(SIGNET_IDENTITY_ITEM_KEY + slot - SIGNET_KEY_OPERATIONAL);
}

static signet_status open_item(const signet_soft_keys *keys, uint32_t slot,
                               uint8_t private_key[PRIVATE_SIZE])
{
    uint8_t item[ITEM_SIZE];
    uint8_t aad[4];
    size_t len = 0;
    signet_status status =
        signet_items_get(keys->items, item_of(slot), item, sizeof(item), &len);

    if (status == SIGNET_ERR_IO) {
        return status;
    }
    if (status != SIGNET_OK || len != sizeof(item)) {
        return SIGNET_ERR_KEY;
    }
    signet_put_be32(aad, slot);
    status = signet_aes128_gcm_open(keys->wrap_key, item,
                                    signet_view(aad, sizeof(aad)),
                                    signet_view(item + SEALED_AT, PRIVATE_SIZE),
                                    item + TAG_AT, private_key);
    return status == SIGNET_ERR_SIGNATURE ? SIGNET_ERR_KEY : status;
}

static signet_status get_private(const signet_soft_keys *keys, uint32_t slot,
                                 uint8_t private_key[PRIVATE_SIZE])
{
    if (keys->ready && slot == SIGNET_KEY_ALIAS) {
        memcpy(private_key, keys->alias, PRIVATE_SIZE);
        return SIGNET_OK;
    }
    if (keys->ready && is_operational(slot)) {
        return open_item(keys, slot, private_key);
    }
    return SIGNET_ERR_KEY;
}

static signet_status sign(void *ctx, uint32_t slot, const uint8_t digest[32],
                          uint8_t signature[64])
{
    const signet_soft_keys *keys = (const signet_soft_keys *)ctx;
    uint8_t private_key[PRIVATE_SIZE];
    signet_status status = get_private(keys, slot, private_key);

    if (status == SIGNET_OK) {
        status = signet_p256_sign(private_key, digest, &keys->rng, signature);
    }
    signet_wipe(private_key, sizeof(private_key));
    return status;
}

static signet_status public_key(void *ctx, uint32_t slot, uint8_t key[64])
{
    const signet_soft_keys *keys = (const signet_soft_keys *)ctx;
    uint8_t private_key[PRIVATE_SIZE];
    signet_status status = get_private(keys, slot, private_key);

    if (status == SIGNET_OK) {
        status = signet_p256_public(private_key, key);
    }
    signet_wipe(private_key, sizeof(private_key));
    return status;
}

/* Random bytes are a scalar but once in 2^32: a few tries always suffice. */
static signet_status make_private(const signet_entropy *rng,
                                  uint8_t private_key[PRIVATE_SIZE])
{
    uint8_t unused[64];
    signet_status status = SIGNET_ERR_KEY;

    for (int i = 0; i < 8 && status == SIGNET_ERR_KEY; i++) {
        status = rng->fill(rng->ctx, private_key, PRIVATE_SIZE);
        if (status == SIGNET_OK) {
            status = signet_p256_public(private_key, unused);
        }
    }
    return status;
}

static signet_status generate(void *ctx, uint32_t slot)
{
    const signet_soft_keys *keys = (const signet_soft_keys *)ctx;
    uint8_t private_key[PRIVATE_SIZE];
    uint8_t item[ITEM_SIZE];
    uint8_t aad[4];
    signet_status status = SIGNET_ERR_KEY;

    if (!keys->ready || !is_operational(slot)) {
        return status;
    }
    status = make_private(&keys->rng, private_key);
    if (status != SIGNET_OK) {
        goto out;
    }
    status = keys->rng.fill(keys->rng.ctx, item, SIGNET_GCM_NONCE_SIZE);
    if (status != SIGNET_OK) {
        goto out;
    }
    signet_put_be32(aad, slot);
    status = signet_aes128_gcm_seal(keys->wrap_key, item,
                                    signet_view(aad, sizeof(aad)),
                                    signet_view(private_key, PRIVATE_SIZE),
                                    item + SEALED_AT, item + TAG_AT);
    if (status == SIGNET_OK) {
        status = signet_items_put(keys->items, item_of(slot),
                                  signet_view(item, sizeof(item)));
    }
out:
    signet_wipe(private_key, sizeof(private_key));
    return status;
}

static signet_status destroy(void *ctx, uint32_t slot)
{
    const signet_soft_keys *keys = (const signet_soft_keys *)ctx;

    if (!keys->ready || !is_operational(slot)) {
        return SIGNET_ERR_KEY;
    }
    return signet_items_delete(keys->items, item_of(slot));
}

static const signet_key_ops ops = {generate, sign, public_key, destroy};

signet_key signet_soft_keys_handle(const signet_soft_keys *keys, uint32_t slot)
{
    signet_key key;

    key.ops = &ops;
    key.ctx = (void *)keys; /* operations do not write to it */
    key.slot = slot;
    return key;
}

signet_key signet_soft_keys_operational(const signet_soft_keys *keys,
                                        uint8_t slot)
{
    return signet_soft_keys_handle(keys, SIGNET_KEY_OPERATIONAL + slot);
}
