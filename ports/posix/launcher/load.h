/* SPDX-License-Identifier: MIT */
/** load: the steps of making a blank device a provisioned one. */
#ifndef SIGNET_LAUNCHER_LOAD_H
#define SIGNET_LAUNCHER_LOAD_H

#include "config.h"
#include "launcher.h"
#include "signet/bytes.h"
#include "signet/port/flash.h"
#include "signet/update.h"

/** A file in memory. */
typedef struct launcher_file {
    uint8_t *data;
    size_t len;
} launcher_file;

typedef struct launcher_load_files {
    uint8_t root_key[64];
    launcher_file device_cert; /**< DER */
    launcher_file manufacturer_cert;
    launcher_file trust_list;
    launcher_file manifest;
    launcher_file image;
} launcher_load_files;

/** Read what the options name; complains, and frees what it read. */
bool launcher_load_read(const launcher_options *options,
                        launcher_load_files *files);
void launcher_load_free(launcher_load_files *files);

static inline signet_bytes launcher_view(const launcher_file *file)
{
    return signet_view(file->data, file->len);
}

/**
 * Is the device certificate for the key of the device in dir_fd, and made by
 * the manufacturer? Complains when not.
 */
bool launcher_load_check_endorsement(int dir_fd,
                                     const launcher_options *options,
                                     const launcher_load_files *files);

/**
 * Authenticate trust list and manifest, and take from them what the first
 * stage is configured with: the factory manifest says for which vendor, class
 * and component this device is made. Complains when one is refused.
 */
bool launcher_load_open_manifest(const launcher_options *options,
                                 const launcher_load_files *files,
                                 signet_manifest *manifest,
                                 launcher_config *config);

/**
 * Write an image into an erased slot. Whether it is the right one is for
 * signet_update_factory to say; here only its length is looked at.
 *
 * @param image  the payload or its update stream.
 * @retval SIGNET_ERR_IMAGE_SIZE  neither, or too large for the slot.
 */
signet_status launcher_load_image(const signet_flash *slot, signet_bytes image,
                                  const signet_manifest *manifest);

#endif
