/* SPDX-License-Identifier: MIT */
/* The P-256 key of RFC 6979 A.2.5, behind a handle. */
#ifndef SIGNET_TEST_COSE_KEY_H
#define SIGNET_TEST_COSE_KEY_H

#include "signet/cose.h"

/** public_key gets X || Y. */
signet_key cose_key(uint8_t public_key[64]);

#endif
