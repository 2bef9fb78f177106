/* SPDX-License-Identifier: MIT */
/** What the first stage is configured with: on a microcontroller, constants
 * of the bootloader; here, the file "first-stage". */
#ifndef SIGNET_LAUNCHER_CONFIG_H
#define SIGNET_LAUNCHER_CONFIG_H

#include "signet/status.h"

#include <stdint.h>

typedef struct launcher_config {
    uint8_t root_key[64]; /**< signs trust lists */
    uint8_t vendor_id[16];
    uint8_t class_id[16];
    uint32_t component;
} launcher_config;

/**
 * @retval SIGNET_ERR_NOT_FOUND  the device was never loaded.
 * @retval SIGNET_ERR_CORRUPT    the file fails its check.
 */
signet_status launcher_config_read(int dir_fd, launcher_config *config);

/** Atomic, as every file of the device. */
signet_status launcher_config_write(int dir_fd, const launcher_config *config);

#endif
