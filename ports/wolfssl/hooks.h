/* SPDX-License-Identifier: MIT */
/* What the files of this port share; user_settings.h declares what wolfSSL
 * itself calls. */
#ifndef SIGNET_WOLFSSL_HOOKS_H
#define SIGNET_WOLFSSL_HOOKS_H

#include "signet/bytes.h"
#include "signet/status.h"

#include <stdint.h>

/**
 * Whether there are random bytes to be had.
 *
 * @retval SIGNET_ERR_STATE    signet_wolfssl_init has named no source.
 * @retval SIGNET_ERR_ENTROPY  the source refused.
 */
signet_status signet_wolfssl_probe_entropy(void);

/**
 * The dates that certificates are checked against until the next call on this
 * thread. now.wall_s 0: the wall time is not known (STREAM-7).
 */
void signet_wolfssl_set_date(signet_time now, uint64_t floor_s);

#endif
