/* SPDX-License-Identifier: MIT */
/* What the tests of lib/identity share: real keys in RAM, entropy of the
 * operating system, certificates with usual contents, other programs. */
#ifndef SIGNET_TEST_IDENTITY_KIT_H
#define SIGNET_TEST_IDENTITY_KIT_H

#include "signet/x509.h"

/** 2026-01-01 00:00:00 UTC: "now" in these tests. */
#define KIT_NOW 1767225600ull

signet_entropy kit_entropy(void);

/** A source that always fails. */
signet_entropy kit_no_entropy(void);

/** A P-256 key in RAM with its handle; counts its signatures. */
struct kit_key {
    uint8_t private_key[32];
    uint8_t public_key[64];
    signet_key handle;
    unsigned signatures;
    signet_status fail; /**< what sign gives when not SIGNET_OK */
};

/** Generate; aborts when that fails. key must not be moved afterwards. */
void kit_key_make(struct kit_key *key);

/** A template: dates around KIT_NOW, a serial, everything else empty. */
signet_x509_template kit_template(const struct kit_key *subject,
                                  const struct kit_key *issuer);

/** A self-signed root CN=cn; returns its length. */
size_t kit_root(const struct kit_key *key, const char *cn, uint8_t *out,
                size_t cap);

/** A device certificate as the manufacturer makes it. */
size_t kit_device_certificate(const uint8_t device_key[64], const char *id,
                              const struct kit_key *root, const char *root_cn,
                              uint8_t *out, size_t cap);

/** Write bytes to a file; aborts when that fails. */
void kit_write_file(const char *path, const uint8_t *data, size_t len);

/**
 * Run a program found in PATH, wait for it, and collect what it prints on
 * both outputs as a string.
 *
 * @param argv  ends with NULL.
 * @return its exit code; -1 when it did not exit by itself.
 */
int kit_run(const char *const argv[], char *output, size_t cap);

#endif
