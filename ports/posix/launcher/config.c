/* SPDX-License-Identifier: MIT */
/*
 * The file, big-endian: "SGFS", version 1 (u32), component (u32), root key
 * (64), vendor id (16), class id (16), CRC-32 of all before it.
 */
#include "config.h"

#include "file.h"
#include "signet/bytes.h"

#include <string.h>

#define FILE_SIZE 112u
#define CHECKED 108u
#define FORMAT 1u

static const char file_name[] = "first-stage";
static const uint8_t magic[4] = {'S', 'G', 'F', 'S'};

signet_status launcher_config_read(int dir_fd, launcher_config *config)
{
    uint8_t file[FILE_SIZE];
    size_t len = 0;
    signet_status status =
        signet_posix_file_load(dir_fd, file_name, file, sizeof file, &len);
    if (status == SIGNET_ERR_TOO_LARGE) {
        return SIGNET_ERR_CORRUPT;
    }
    if (status != SIGNET_OK) {
        return status;
    }
    if (len != FILE_SIZE || memcmp(file, magic, sizeof magic) != 0 ||
        signet_get_be32(file + 4) != FORMAT ||
        signet_get_be32(file + CHECKED) != signet_crc32(0, file, CHECKED)) {
        return SIGNET_ERR_CORRUPT;
    }
    config->component = signet_get_be32(file + 8);
    memcpy(config->root_key, file + 12, 64);
    memcpy(config->vendor_id, file + 76, 16);
    memcpy(config->class_id, file + 92, 16);
    return SIGNET_OK;
}

signet_status launcher_config_write(int dir_fd, const launcher_config *config)
{
    uint8_t file[FILE_SIZE];
    memcpy(file, magic, sizeof magic);
    signet_put_be32(file + 4, FORMAT);
    signet_put_be32(file + 8, config->component);
    memcpy(file + 12, config->root_key, 64);
    memcpy(file + 76, config->vendor_id, 16);
    memcpy(file + 92, config->class_id, 16);
    signet_put_be32(file + CHECKED, signet_crc32(0, file, CHECKED));
    return signet_posix_file_replace(dir_fd, file_name, file, sizeof file);
}
