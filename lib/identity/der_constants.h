/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: encodings that never vary. */
#ifndef SIGNET_IDENTITY_DER_CONSTANTS_H
#define SIGNET_IDENTITY_DER_CONSTANTS_H

#include <stdint.h>

/** SubjectPublicKeyInfo of P-256 up to X || Y (RFC 5480 s2). */
#define DER_SPKI_PREFIX_SIZE 27u
extern const uint8_t signet_der_spki_prefix[DER_SPKI_PREFIX_SIZE];

/** AlgorithmIdentifier ecdsa-with-SHA256 (RFC 5758 s3.2). */
#define DER_ALGORITHM_SIZE 12u
extern const uint8_t signet_der_algorithm[DER_ALGORITHM_SIZE];

/** OBJECT IDENTIFIER commonName (X.520). */
#define DER_COMMON_NAME_SIZE 5u
extern const uint8_t signet_der_common_name[DER_COMMON_NAME_SIZE];

/** OBJECT IDENTIFIER id-kp, but for the last byte (RFC 5280 s4.2.1.12). */
#define DER_KEY_PURPOSE_SIZE 9u
extern const uint8_t signet_der_key_purpose[DER_KEY_PURPOSE_SIZE];
#define DER_PURPOSE_SERVER 1u
#define DER_PURPOSE_CLIENT 2u

/** id-ce, 2.5.29: the two bytes before an extension's own. */
#define DER_CE_0 0x55u
#define DER_CE_1 0x1Du
#define DER_CE_SUBJECT_KEY_ID 14u
#define DER_CE_KEY_USAGE 15u
#define DER_CE_SUBJECT_ALT_NAME 17u
#define DER_CE_BASIC_CONSTRAINTS 19u
#define DER_CE_NAME_CONSTRAINTS 30u
#define DER_CE_AUTHORITY_KEY_ID 35u
#define DER_CE_EXTENDED_KEY_USAGE 37u

#endif
