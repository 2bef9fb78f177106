/* SPDX-License-Identifier: MIT */
/**
 * What an application tells the wolfSSL port: where random bytes and memory
 * come from. The primitives of signet/port/crypto.h need none of it; TLS
 * streams (signet/port/tls.h) need signet_wolfssl_init.
 *
 * wolfSSL keeps one seed source and one heap for the whole process, so these
 * two are process-wide as well.
 */
#ifndef SIGNET_PORT_WOLFSSL_H
#define SIGNET_PORT_WOLFSSL_H

#include "signet/port/entropy.h"
#include "signet/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The heap that wolfSSL allocates from: sessions, and the temporaries of
 * public-key operations.
 */
typedef struct signet_wolfssl_heap {
    /** size > 0 bytes aligned for any type, or NULL when there are none. */
    void *(*allocate)(void *ctx, size_t size);
    /** Give back what allocate returned; never NULL. */
    void (*release)(void *ctx, void *block);
    void *ctx;
} signet_wolfssl_heap;

/**
 * The heap in use until another is chosen: the C library's. A firmware
 * without malloc defines this object itself, and the archive's is not linked.
 */
extern const signet_wolfssl_heap signet_wolfssl_default_heap;

/**
 * Choose the heap. A test may give one that watches every block.
 *
 * @param heap  stays valid for the life of the process; NULL: the default.
 *              Every block must be released by the heap that allocated it, so
 *              change it only while no TLS stream is open.
 * Context: start-up, before any other task uses this port.
 */
void signet_wolfssl_use_heap(const signet_wolfssl_heap *heap);

/**
 * Start wolfSSL and name the source of its DRBG's seeds. Call again to change
 * the source.
 *
 * @param entropy  copied; what its ctx points to stays valid. fill must be
 *                 callable from every task that opens a TLS stream.
 * @retval SIGNET_OK           TLS streams may be opened.
 * @retval SIGNET_ERR_ENTROPY  a first fill failed.
 * @retval SIGNET_ERR_CRYPTO   wolfCrypt did not start.
 * Context: start-up, before any other task uses TLS.
 */
signet_status signet_wolfssl_init(const signet_entropy *entropy);

#ifdef __cplusplus
}
#endif
#endif
