/* SPDX-License-Identifier: MIT */
/* Private to lib/base: writing the head of a CBOR item apart from its body. */
#ifndef SIGNET_BASE_CBOR_HEAD_H
#define SIGNET_BASE_CBOR_HEAD_H

#include "signet/cbor.h"

/** The longest head: initial byte and eight bytes of argument. */
#define CBOR_HEAD_MAX 9u

/** Append the shortest head of major type and argument (RFC 8949 s4.2.1). */
void signet_cbor_put_head(signet_cbor_writer *w, signet_cbor_type major,
                          uint64_t argument);

#endif
