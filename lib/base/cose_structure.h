/* SPDX-License-Identifier: MIT */
/* Private to lib/base: Sig_structure (RFC 9052 s4.4), the bytes signed.
 *
 *   COSE_Sign1:  [ "Signature1", body_protected, external_aad, payload ]
 *   COSE_Sign:   [ "Signature", body_protected, sign_protected,
 *                  external_aad, payload ]
 */
#ifndef SIGNET_BASE_COSE_STRUCTURE_H
#define SIGNET_BASE_COSE_STRUCTURE_H

#include "signet/cose.h"

#define COSE_MAX_PARTS 4u

#define COSE_TAG_SIGN1 18u
#define COSE_TAG_SIGN 98u

#define COSE_HEADER_ALG 1
#define COSE_HEADER_KID 4

/** The context string and the byte strings that follow it. */
struct cose_structure {
    const char *context;
    signet_bytes parts[COSE_MAX_PARTS];
    size_t count;
};

struct cose_structure signet_cose_structure1(signet_bytes protected_header,
                                             signet_bytes aad,
                                             signet_bytes payload);

/** index below object->count: the caller has checked. */
struct cose_structure signet_cose_structure(const signet_cose_object *object,
                                            size_t index, signet_bytes aad);

/** SHA-256 over the structure, without a buffer for it. */
signet_status signet_cose_digest(const struct cose_structure *structure,
                                 uint8_t digest[32]);

#endif
