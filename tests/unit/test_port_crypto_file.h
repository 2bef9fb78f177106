/* SPDX-License-Identifier: MIT */
/* Vector files: records of "name = hex" lines, parted by empty lines; '#'
 * begins a comment. */
#ifndef SIGNET_TEST_PORT_CRYPTO_FILE_H
#define SIGNET_TEST_PORT_CRYPTO_FILE_H

#include "signet/bytes.h"

#include <stdbool.h>

#define RECORD_FIELDS_MAX 8

typedef struct record {
    struct {
        char *name;
        char *text;     /* as it stands in the file */
        uint8_t *bytes; /* decoded; undefined when it is not hex */
        size_t len;
    } fields[RECORD_FIELDS_MAX];
    size_t count;
} record;

/** Call each for every record of tests/vectors/crypto/<file>; fails the test
 * when there are none or the file cannot be read. */
void record_each(const char *file, void (*each)(const record *));

/** A field's text, or NULL. */
const char *record_text(const record *r, const char *name);

/** A field's bytes; fails the test when it is absent. */
signet_bytes record_bytes(const record *r, const char *name);

/** The same, of exactly len bytes. */
const uint8_t *record_fixed(const record *r, const char *name, size_t len);

#endif
