/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: the claims of evidence (docs/wire-formats.md). */
#ifndef SIGNET_IDENTITY_CLAIMS_H
#define SIGNET_IDENTITY_CLAIMS_H

/** Keys of the claims set, in deterministic order (RFC 9711, RFC 9783). */
#define CLAIM_COUNT 9u
#define CLAIM_NONCE 10
#define CLAIM_UEID 256
#define CLAIM_PROFILE 265
#define CLAIM_BOOT_SEED 268
#define CLAIM_CLIENT_ID 2394
#define CLAIM_LIFE_CYCLE 2395
#define CLAIM_IMPLEMENTATION 2396
#define CLAIM_COMPONENTS 2399
#define CLAIM_SIGNET (-75000)

/** Keys of a software component (RFC 9783 s4.4.1). */
#define COMPONENT_FIELDS 4u
#define COMPONENT_TYPE 1
#define COMPONENT_MEASUREMENT 2
#define COMPONENT_VERSION 4
#define COMPONENT_SIGNER 5
#define COMPONENTS_MAX 4u

/** Keys of our own map. */
#define SIGNET_FIELDS 4u
#define SIGNET_TRUST_COUNTER 1
#define SIGNET_SECURITY_COUNTER 2
#define SIGNET_BOOT_COUNT 3
#define SIGNET_ASSURANCE 4

#define PROFILE "tag:psacertified.org,2023:psa#tfm"
#define CLIENT_ID 1

#endif
