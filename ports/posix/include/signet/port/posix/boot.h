/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_BOOT_H
#define SIGNET_PORT_POSIX_BOOT_H

#include "signet/port/boot.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The hand-off record between launcher and device, big-endian:
 *
 *    0  magic "SGHO"        20  boot count           68  signer
 *    4  version 1, u16      24  reset reason        100  boot seed
 *    6  length 236, u16     28  sequence, u64       132  root key
 *    8  slot                36  measurement         196  version string,
 *   12  image state                                      33, then 3 zeros
 *   16  security counter                            232  CRC-32 of 0..231
 */
#define SIGNET_POSIX_HANDOFF_SIZE 236u

/** Write a record. */
void signet_posix_handoff_encode(const signet_handoff *handoff,
                                 uint8_t out[SIGNET_POSIX_HANDOFF_SIZE]);

/**
 * Read a record.
 *
 * @retval SIGNET_ERR_CORRUPT  wrong length, magic, check or a value that is
 *                             not one of its type.
 * @retval SIGNET_ERR_VERSION  a later launcher's record.
 */
signet_status signet_posix_handoff_decode(const uint8_t *data, size_t len,
                                          signet_handoff *out);

/** A device's copy of its record. Fields are private. */
typedef struct signet_posix_boot {
    signet_status status; /**< of reading the record */
    signet_handoff handoff;
} signet_posix_boot;

/**
 * Read the record once, so that it is the same at each call (BOOT-1). Without
 * a valid one handoff answers SIGNET_ERR_CORRUPT (BOOT-2).
 *
 * @param fd   holds the record at offset 0; -1: none. It may be closed after
 *             this call.
 * @param ctx  stays valid and unmoved while out is in use.
 */
void signet_posix_boot_open(signet_posix_boot *ctx, int fd, signet_boot *out);

#ifdef __cplusplus
}
#endif
#endif
