/* SPDX-License-Identifier: MIT */
/** Files that a person names on the command line. */
#ifndef SIGNET_LAUNCHER_INPUT_H
#define SIGNET_LAUNCHER_INPUT_H

#include "signet/bytes.h"

/**
 * Read a whole file into memory that the caller frees. Complains by itself.
 *
 * @param limit  longest that is taken.
 * @return false: nothing to free; the reason was printed.
 */
bool launcher_read_file(const char *path, size_t limit, uint8_t **data,
                        size_t *len);

/** Replace PEM by the DER in its first block; false: damaged. DER stays. */
bool launcher_unwrap_pem(uint8_t *data, size_t *len);

/** Print DER as a PEM block; false: standard output failed. */
bool launcher_print_pem(const char *label, signet_bytes der);

/** X || Y of a P-256 key: SubjectPublicKeyInfo in PEM or DER, or 64 bytes. */
bool launcher_read_public_key(const char *path, uint8_t key[64]);

#endif
