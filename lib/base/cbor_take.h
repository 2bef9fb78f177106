/* SPDX-License-Identifier: MIT */
/* Private to lib/base: the reader's two primitive steps. */
#ifndef SIGNET_BASE_CBOR_TAKE_H
#define SIGNET_BASE_CBOR_TAKE_H

#include "signet/cbor.h"

/**
 * Take the head of the next item, of whatever type.
 *
 * @return false, with *argument 0, when an error stands.
 */
bool signet_cbor_take_head(signet_cbor_reader *r, uint64_t *argument);

/** Take len bytes of a string whose head was just taken. */
bool signet_cbor_take_body(signet_cbor_reader *r, uint64_t len,
                           signet_bytes *body);

#endif
