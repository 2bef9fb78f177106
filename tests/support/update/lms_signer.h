/* SPDX-License-Identifier: MIT */
/* An HSS-LMS key that signs (RFC 8554): one level, SHA-256, height 5, W 8.
 * For tests: the state is not kept, whoever signs chooses the leaf. */
#ifndef SIGNET_TEST_LMS_SIGNER_H
#define SIGNET_TEST_LMS_SIGNER_H

#include "signet/bytes.h"

#define LMS_PUBLIC_SIZE 60u
#define LMS_SIGNATURE_SIZE 1296u

struct lms_signer {
    uint8_t id[16];
    uint8_t seed[32];
    uint8_t tree[64][32]; /* node r at tree[r]; the root is 1 */
    uint8_t public_key[LMS_PUBLIC_SIZE];
};

/* About 280,000 hashes. */
void lms_signer_new(struct lms_signer *signer, uint8_t number);

/* leaf: 0..31, never twice for two messages. */
void lms_signer_sign(const struct lms_signer *signer, uint32_t leaf,
                     signet_bytes message, uint8_t out[LMS_SIGNATURE_SIZE]);

#endif
