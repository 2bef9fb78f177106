/* SPDX-License-Identifier: MIT */
#include "host_key.h"

#include <stdio.h>
#include <string.h>

#include "signet/port/crypto.h"

/* A random scalar is out of range once in 2^32 tries. */
#define GENERATE_TRIES 4

static signet_status fill(void *ctx, uint8_t *out, size_t len)
{
    FILE *source = NULL;
    size_t got = 0;

    (void)ctx;
    if (len == 0) {
        return SIGNET_OK;
    }
    source = fopen("/dev/urandom", "rb");
    if (source == NULL) {
        return SIGNET_ERR_ENTROPY;
    }
    got = fread(out, 1, len, source);
    (void)fclose(source);
    return got == len ? SIGNET_OK : SIGNET_ERR_ENTROPY;
}

signet_entropy signing_host_entropy(void)
{
    signet_entropy entropy = {fill, NULL};

    return entropy;
}

signet_status signing_host_key_set(signing_host_key *key,
                                   const uint8_t scalar[32])
{
    uint8_t public_key[SIGNET_P256_PUBLIC_SIZE];
    signet_status status = signet_p256_public(scalar, public_key);

    key->present = status == SIGNET_OK;
    key->rng = signing_host_entropy();
    if (key->present) {
        memcpy(key->scalar, scalar, sizeof key->scalar);
    } else {
        signet_wipe(key->scalar, sizeof key->scalar);
    }
    return status;
}

signet_status signing_host_key_generate(signing_host_key *key)
{
    uint8_t scalar[SIGNET_P256_PRIVATE_SIZE];
    signet_status status = SIGNET_ERR_KEY;

    for (int i = 0; i < GENERATE_TRIES && status == SIGNET_ERR_KEY; i++) {
        status = fill(NULL, scalar, sizeof scalar);
        if (status == SIGNET_OK) {
            status = signing_host_key_set(key, scalar);
        }
    }
    signet_wipe(scalar, sizeof scalar);
    return status;
}

void signing_host_key_wipe(signing_host_key *key)
{
    signet_wipe(key->scalar, sizeof key->scalar);
    key->present = false;
}

static signet_status op_generate(void *ctx, uint32_t slot)
{
    (void)slot;
    return signing_host_key_generate(ctx);
}

static signet_status op_sign(void *ctx, uint32_t slot, const uint8_t digest[32],
                             uint8_t signature[64])
{
    const signing_host_key *key = ctx;

    (void)slot;
    if (!key->present) {
        return SIGNET_ERR_KEY;
    }
    return signet_p256_sign(key->scalar, digest, &key->rng, signature);
}

static signet_status op_public_key(void *ctx, uint32_t slot, uint8_t out[64])
{
    const signing_host_key *key = ctx;

    (void)slot;
    if (!key->present) {
        return SIGNET_ERR_KEY;
    }
    return signet_p256_public(key->scalar, out);
}

static signet_status op_destroy(void *ctx, uint32_t slot)
{
    (void)slot;
    signing_host_key_wipe(ctx);
    return SIGNET_OK;
}

signet_key signing_host_key_handle(signing_host_key *key)
{
    static const signet_key_ops ops = {op_generate, op_sign, op_public_key,
                                       op_destroy};
    signet_key handle = {&ops, key, 0};

    return handle;
}

signet_status signing_public_key(const signet_key *key, uint8_t out[64])
{
    return key->ops->public_key(key->ctx, key->slot, out);
}
