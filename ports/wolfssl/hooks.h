/* SPDX-License-Identifier: MIT */
/* What the files of this port share; user_settings.h declares what wolfSSL
 * itself calls. */
#ifndef SIGNET_WOLFSSL_HOOKS_H
#define SIGNET_WOLFSSL_HOOKS_H

#include "signet/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/** true once signet_wolfssl_init named a source of seeds. */
bool signet_wolfssl_has_entropy(void);

/**
 * The dates that certificates are checked against until the next call on this
 * thread. now.wall_s 0: the wall time is not known (STREAM-7).
 */
void signet_wolfssl_set_date(signet_time now, uint64_t floor_s);

#endif
