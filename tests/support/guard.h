/* SPDX-License-Identifier: MIT */
/* Buffers that end at an inaccessible page: reading or writing one byte too
 * far ends the test. */
#ifndef SIGNET_TEST_GUARD_H
#define SIGNET_TEST_GUARD_H

#include "signet/bytes.h"

/** len bytes, the last of them just before an inaccessible page. Contents are
 * 0; aborts when there is no memory. */
uint8_t *guard_new(size_t len);

/** As guard_new, holding a copy of data. */
uint8_t *guard_copy(const uint8_t *data, size_t len);

/** Give back what guard_new or guard_copy returned for the same len. */
void guard_free(uint8_t *ptr, size_t len);

#endif
