/* SPDX-License-Identifier: MIT */
/* A manufacturer in a test: its keys, trust lists and signed releases. */
#ifndef SIGNET_TEST_RELEASE_H
#define SIGNET_TEST_RELEASE_H

#include "host_key.h"
#include "signing.h"

/* A private key with its handle and public part. */
struct release_key {
    signing_host_key host;
    signet_key key;
    uint8_t public_key[64];
};

/* Fixed test keys: the scalar is 32 times the byte number. */
enum release_key_number {
    KEY_ROOT = 0x11,
    KEY_FIRMWARE = 0x22,
    KEY_SECOND = 0x33,
    KEY_DEVELOPMENT = 0x44,
    KEY_SERVICE = 0x55,
    KEY_FOREIGN = 0x66 /* in no list */
};

/* Ends the test when the crypto port fails. */
void release_key_new(struct release_key *key, enum release_key_number number);

#define RELEASE_SIZE 3000u
#define RELEASE_CHUNK 256u

struct release {
    signing_manifest fields;
    signing_buffer image;
    signing_buffer stream;
    signing_buffer manifest;
};

/* Fields with a sequence, an image whose bytes depend on it, and its stream.
 * Change the fields, then sign. */
void release_new(struct release *release, uint64_t sequence, uint32_t size,
                 uint32_t chunk_size);

/* Sign with one key; a manifest signed before is freed. */
void release_sign(struct release *release, enum release_key_number number);

void release_free(struct release *release);

signet_bytes release_manifest(const struct release *release);

/* The block that begins with payload byte offset. */
signet_bytes release_block(const struct release *release, uint32_t offset);

extern const uint8_t release_vendor[16];
extern const uint8_t release_class[16];

/* The usual list: firmware, second, development and service key and a broker
 * certificate, signed by the root key. Free it with signing_buffer_free. */
signing_buffer release_trust_list(uint32_t counter);

/* A list with one firmware key only. */
signing_buffer release_narrow_list(uint32_t counter,
                                   enum release_key_number firmware);

/* Any payload as a trust list, signed by a key. */
signing_buffer release_sign_list(signet_bytes payload,
                                 enum release_key_number number);

/* Any payload as a manifest, signed by keys; number 0 ends the list. */
signing_buffer release_sign_payload(signet_bytes payload,
                                    const enum release_key_number *numbers);

#endif
