/* SPDX-License-Identifier: MIT */
/*
 * Private keys in hardware, KEY-1..5. Leave this file out when the software
 * provider of lib/identity does.
 */
#include "signet/port/key.h"

static signet_status key_generate(void *ctx, uint32_t slot)
{
#error "make a fresh key; ERR_KEY for a derived slot; KEY-2, KEY-4"
}

static signet_status key_sign(void *ctx, uint32_t slot,
                              const uint8_t digest[32], uint8_t signature[64])
{
#error "ECDSA over the digest, r || s big-endian; KEY-1"
}

static signet_status key_public(void *ctx, uint32_t slot, uint8_t key[64])
{
#error "X || Y big-endian; ERR_KEY for an empty slot; KEY-3"
}

static signet_status key_destroy(void *ctx, uint32_t slot)
{
#error "forget the key; ERR_KEY for a derived slot; KEY-3, 4"
}

const signet_key_ops template_key_ops = {key_generate, key_sign, key_public,
                                         key_destroy};
