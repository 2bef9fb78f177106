/* SPDX-License-Identifier: MIT */
/** Memory files that nobody can change once they are closed for writing. */
#ifndef SIGNET_LAUNCHER_SEALED_H
#define SIGNET_LAUNCHER_SEALED_H

#include "signet/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @return a descriptor (close-on-exec), or -1. */
int launcher_sealed_create(const char *name, bool executable);

signet_status launcher_sealed_append(int fd, const uint8_t *data, size_t len);

/** Seal against writing, growing, shrinking and unsealing. */
signet_status launcher_sealed_close(int fd);

signet_status launcher_sealed_read(int fd, uint32_t offset, uint8_t *out,
                                   size_t len);

/** Close a descriptor unless it is -1, and make it so. */
void launcher_sealed_drop(int *fd);

#endif
