/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_ENTROPY_H
#define SIGNET_PORT_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fill a buffer from a cryptographic random source. Implemented by the port.
 *
 * @param[out] out  len bytes; undefined unless SIGNET_OK.
 * @param      len  bytes, 0..256; 0 succeeds and ignores out.
 * @retval SIGNET_OK            every byte is random.
 * @retval SIGNET_ERR_ENTROPY   source absent, unhealthy or not yet seeded.
 *
 * Clauses:
 *  RNG-1  two fills of 32 bytes never agree, across resets too.
 *  RNG-2  a fill of 0 bytes succeeds.
 *  RNG-3  nothing outside out[0..len-1] is written.
 *
 * Context: task; may block. Source: NIST SP 800-90B s4.
 */
typedef signet_status (*signet_entropy_fn)(void *ctx, uint8_t *out, size_t len);

/** An entropy source: the function and the context it is called with. */
typedef struct signet_entropy {
    signet_entropy_fn fill;
    void *ctx;
} signet_entropy;

#ifdef __cplusplus
}
#endif
#endif
