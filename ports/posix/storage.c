/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/device.h"
#include "signet/port/posix/layout.h"

#include "geometry.h"

const signet_posix_flash_geometry signet_posix_device_geometry = {
    SIGNET_POSIX_FLASH_SIZE, SIGNET_POSIX_ERASE_SIZE, SIGNET_POSIX_PROGRAM_SIZE,
    SIGNET_POSIX_WRITE_ONCE};

typedef struct cut {
    uint32_t offset;
    uint32_t size;
    signet_flash *out;
} cut;

static signet_status cut_all(signet_posix_storage *s)
{
    const cut cuts[] = {
        {SIGNET_POSIX_BOOT_ITEMS, SIGNET_POSIX_BOOT_ITEMS_SIZE, &s->boot_items},
        {SIGNET_POSIX_FACTORY_ITEMS, SIGNET_POSIX_FACTORY_ITEMS_SIZE,
         &s->factory_items},
        {SIGNET_POSIX_ITEMS, SIGNET_POSIX_ITEMS_SIZE, &s->items},
        {SIGNET_POSIX_REPORT_LOG, SIGNET_POSIX_REPORT_LOG_SIZE, &s->report_log},
        {SIGNET_POSIX_MESSAGE_LOG, SIGNET_POSIX_MESSAGE_LOG_SIZE,
         &s->message_log},
        {SIGNET_POSIX_SLOT_A, SIGNET_POSIX_SLOT_SIZE, &s->slots[0]},
        {SIGNET_POSIX_SLOT_B, SIGNET_POSIX_SLOT_SIZE, &s->slots[1]},
    };
    signet_status status = SIGNET_OK;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        if (status == SIGNET_OK) {
            status = signet_flash_region(&s->flash, cuts[i].offset,
                                         cuts[i].size, cuts[i].out);
        }
    }
    return status;
}

signet_status signet_posix_storage_open(signet_posix_storage *storage,
                                        int dir_fd, const char *name, bool sync)
{
    signet_status status = signet_posix_flash_open(
        &storage->file, dir_fd, name, &signet_posix_device_geometry, sync,
        &storage->flash);
    if (status != SIGNET_OK) {
        return status;
    }
    status = cut_all(storage);
    if (status != SIGNET_OK) {
        signet_posix_storage_close(storage);
    }
    return status;
}

void signet_posix_storage_close(signet_posix_storage *storage)
{
    signet_posix_flash_close(&storage->file);
}
