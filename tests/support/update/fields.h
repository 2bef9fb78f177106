/* SPDX-License-Identifier: MIT */
/* A CBOR map with integer keys as a list that a test can bend: change, drop,
 * add or swap fields, then encode. */
#ifndef SIGNET_TEST_FIELDS_H
#define SIGNET_TEST_FIELDS_H

#include "signet/cbor.h"

#define FIELDS_MAX 20

struct field {
    int64_t key;
    uint8_t value[1024]; /* encoded */
    size_t len;
};

struct fields {
    struct field list[FIELDS_MAX];
    size_t count;
};

/* Read a map; aborts when it is none. */
void fields_read(struct fields *fields, signet_bytes map);

/* Set a field to an encoded value, given in hex; a new one goes to the end. */
void fields_set(struct fields *fields, int64_t key, const char *hex);
void fields_drop(struct fields *fields, int64_t key);

/* Encode in the list's order. Returns the bytes written. */
size_t fields_write(const struct fields *fields, uint8_t *out, size_t cap);

#endif
