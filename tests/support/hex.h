/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_TEST_HEX_H
#define SIGNET_TEST_HEX_H

#include "signet/bytes.h"

/** Decode hex digits (a lone "-" is nothing); aborts on anything else or when
 * cap is too small. Returns the bytes written. */
size_t hex_decode(const char *hex, uint8_t *out, size_t cap);

#endif
