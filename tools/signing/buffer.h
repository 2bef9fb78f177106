/* SPDX-License-Identifier: MIT */
/* Private to tools/signing. */
#ifndef SIGNET_SIGNING_BUFFER_H
#define SIGNET_SIGNING_BUFFER_H

#include "signing.h"

/** len bytes; ERR_FULL when there is no memory. */
signet_status signing_buffer_new(signing_buffer *buffer, size_t len);

/** A copy of a writer's work: call write twice, to count and to fill. */
signet_status signing_encode(void (*write)(signet_cbor_writer *w,
                                           const void *what),
                             const void *what, signing_buffer *out);

#endif
