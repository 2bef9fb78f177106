/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_SECRET_H
#define SIGNET_PORT_POSIX_SECRET_H

#include "signet/port/entropy.h"
#include "signet/port/secret.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A device's secret in a file. Fields are private. */
typedef struct signet_posix_secret {
    int dir_fd;
    bool latched;
} signet_posix_secret;

/**
 * Make the secret in a directory, mode 0600, in life cycle PROVISIONING.
 *
 * @retval SIGNET_ERR_STATE    there is one; it is left as it is.
 * @retval SIGNET_ERR_ENTROPY  no random bytes; no file is left behind.
 */
signet_status signet_posix_secret_create(int dir_fd, const signet_entropy *rng);

/**
 * Enter a later life cycle; atomic.
 *
 * @retval SIGNET_ERR_LIFE_CYCLE  cycle is before the present one.
 */
signet_status signet_posix_secret_advance(int dir_fd, signet_life_cycle cycle);

/**
 * The secret in the file "secret" (SECRET-1..3). A file that others than its
 * owner may read or write is SIGNET_ERR_KEY, one that fails its check
 * SIGNET_ERR_CORRUPT.
 *
 * Worth: none against root, or the same user, on this host. latch holds for
 * this context only, hence assurance NONE.
 *
 * @param dir_fd  opened anew, so it may be closed after this call.
 * @param ctx     stays valid and unmoved until close.
 * @retval SIGNET_ERR_IO  not a directory that can be opened.
 */
signet_status signet_posix_secret_open(signet_posix_secret *ctx, int dir_fd,
                                       signet_secret *out);

/** Close; harmless when open failed, or when closed before. */
void signet_posix_secret_close(signet_posix_secret *ctx);

#ifdef __cplusplus
}
#endif
#endif
