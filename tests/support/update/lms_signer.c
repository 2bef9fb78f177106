/* SPDX-License-Identifier: MIT */
#include "lms_signer.h"

#include "signet/port/crypto.h"

#include <stdlib.h>
#include <string.h>

#define TYPE_LMS_H5 5u   /* LMS_SHA256_M32_H5 */
#define TYPE_LMOTS_W8 4u /* LMOTS_SHA256_N32_W8 */
#define CHAINS 34u       /* p: 32 bytes of digest and 2 of checksum */
#define CHAIN_END 255u   /* 2^w - 1 */
#define LEAVES 32u
#define HEIGHT 5u
/* RFC 8554 s7.1: what a hash is for. */
#define D_PBLC 0x8080u
#define D_MESG 0x8181u
#define D_LEAF 0x8282u
#define D_INTR 0x8383u

/* SHA-256 over: I || u32 || u16 || a || b. */
static void hash(const struct lms_signer *signer, uint32_t number,
                 uint16_t purpose, signet_bytes a, signet_bytes b,
                 uint8_t out[32])
{
    uint8_t head[6];
    signet_sha256 sha;

    signet_put_be32(head, number);
    signet_put_be16(head + 4, purpose);
    if (signet_sha256_init(&sha) != SIGNET_OK ||
        signet_sha256_update(&sha, signer->id, 16) != SIGNET_OK ||
        signet_sha256_update(&sha, head, sizeof head) != SIGNET_OK ||
        signet_sha256_update(&sha, a.ptr, a.len) != SIGNET_OK ||
        signet_sha256_update(&sha, b.ptr, b.len) != SIGNET_OK ||
        signet_sha256_final(&sha, out) != SIGNET_OK) {
        abort();
    }
}

/* Chain i of a leaf, from its secret start, steps long. */
static void chain(const struct lms_signer *signer, uint32_t leaf, uint16_t i,
                  unsigned steps, uint8_t out[32])
{
    uint8_t step = 0xFF;

    hash(signer, leaf, i, signet_view(&step, 1), signet_view(signer->seed, 32),
         out);
    for (unsigned j = 0; j < steps; j++) {
        step = (uint8_t)j;
        hash(signer, leaf, i, signet_view(&step, 1), signet_view(out, 32), out);
    }
}

static void leaf_node(struct lms_signer *signer, uint32_t leaf)
{
    uint8_t ends[CHAINS * 32];
    uint8_t key[32];

    for (uint16_t i = 0; i < CHAINS; i++) {
        chain(signer, leaf, i, CHAIN_END, ends + 32u * i);
    }
    hash(signer, leaf, D_PBLC, signet_view(ends, sizeof ends),
         signet_view(NULL, 0), key);
    hash(signer, LEAVES + leaf, D_LEAF, signet_view(key, 32),
         signet_view(NULL, 0), signer->tree[LEAVES + leaf]);
}

void lms_signer_new(struct lms_signer *signer, uint8_t number)
{
    memset(signer->id, number, sizeof signer->id);
    memset(signer->seed, number ^ 0xFF, sizeof signer->seed);
    for (uint32_t leaf = 0; leaf < LEAVES; leaf++) {
        leaf_node(signer, leaf);
    }
    for (uint32_t node = LEAVES - 1; node > 0; node--) {
        hash(signer, node, D_INTR, signet_view(signer->tree[2 * node], 32),
             signet_view(signer->tree[2 * node + 1], 32), signer->tree[node]);
    }
    signet_put_be32(signer->public_key, 1); /* levels */
    signet_put_be32(signer->public_key + 4, TYPE_LMS_H5);
    signet_put_be32(signer->public_key + 8, TYPE_LMOTS_W8);
    memcpy(signer->public_key + 12, signer->id, 16);
    memcpy(signer->public_key + 28, signer->tree[1], 32);
}

/* u32 0 (no inner keys) || u32 leaf || LM-OTS (u32 type || C || y[34]) ||
 * u32 type || path[5] */
void lms_signer_sign(const struct lms_signer *signer, uint32_t leaf,
                     signet_bytes message, uint8_t out[LMS_SIGNATURE_SIZE])
{
    uint8_t digits[CHAINS];
    uint16_t sum = 0;
    uint8_t *y = out + 44;
    uint8_t *path = y + CHAINS * 32u + 4;

    signet_put_be32(out, 0);
    signet_put_be32(out + 4, leaf);
    signet_put_be32(out + 8, TYPE_LMOTS_W8);
    memset(out + 12, 0x5A, 32); /* C: any value, as the seed is not secret */
    hash(signer, leaf, D_MESG, signet_view(out + 12, 32), message, digits);
    for (size_t i = 0; i < 32; i++) {
        sum = (uint16_t)(sum + CHAIN_END - digits[i]);
    }
    signet_put_be16(digits + 32, sum);
    for (uint16_t i = 0; i < CHAINS; i++) {
        chain(signer, leaf, i, digits[i], y + 32u * i);
    }
    signet_put_be32(path - 4, TYPE_LMS_H5);
    for (uint32_t i = 0, node = LEAVES + leaf; i < HEIGHT; i++, node /= 2) {
        memcpy(path + 32u * i, signer->tree[node ^ 1u], 32);
    }
}
