/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_ENTROPY_H
#define SIGNET_PORT_POSIX_ENTROPY_H

#include "signet/port/entropy.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The kernel's generator, getrandom(2) (RNG-1..3). Blocks only until the
 * kernel has seeded it, early in the host's boot. No context.
 */
signet_entropy signet_posix_entropy(void);

#ifdef __cplusplus
}
#endif
#endif
