/* SPDX-License-Identifier: MIT */
#include "private.h"

/* One read of the slot: the only copy buffer that a bootloader needs. */
#define READ_SIZE 256u

signet_status signet_update_digest(signet_bytes data, uint8_t digest[32])
{
    signet_sha256 sha;
    signet_status status = signet_sha256_init(&sha);

    if (status == SIGNET_OK) {
        status = signet_sha256_update(&sha, data.ptr, data.len);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_sha256_final(&sha, digest);
}

signet_status signet_update_slot_digest(const signet_flash *slot, uint32_t size,
                                        uint8_t digest[32])
{
    uint8_t buffer[READ_SIZE];
    signet_sha256 sha;
    uint32_t done = 0;
    signet_status status = signet_sha256_init(&sha);

    while (status == SIGNET_OK && done < size) {
        uint32_t len = size - done < READ_SIZE ? size - done : READ_SIZE;

        status = signet_flash_read(slot, done, buffer, len);
        if (status == SIGNET_OK) {
            status = signet_sha256_update(&sha, buffer, len);
        }
        done += len;
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_sha256_final(&sha, digest);
}
