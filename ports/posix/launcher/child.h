/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_LAUNCHER_CHILD_H
#define SIGNET_LAUNCHER_CHILD_H

#include "supply.h"

#include <sys/types.h>

/**
 * Start the sealed image with the descriptors of device.h. It dies with the
 * launcher, whatever ends that: the power is gone.
 *
 * @return its process id, or -1.
 */
pid_t launcher_child_start(const launcher_supply *supply,
                           const launcher_boot *boot, char *const *arguments);

#endif
