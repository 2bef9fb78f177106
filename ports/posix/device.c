/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/device.h"
#include "signet/port/posix/layout.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const signet_posix_device_config nothing = {-1, -1,    -1,
                                                   -1, false, false};

/* A launcher gives all of them; by hand there is at most something else. */
signet_status signet_posix_device_inherit(signet_posix_device_config *config)
{
    struct stat info;
    *config = nothing;
    if (fstat(SIGNET_POSIX_FD_DIR, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return SIGNET_ERR_STATE;
    }
    for (int fd = SIGNET_POSIX_FD_HANDOFF; fd <= SIGNET_POSIX_FD_WATCHDOG;
         fd++) {
        if (fcntl(fd, F_GET_SEALS) < 0) {
            return SIGNET_ERR_STATE;
        }
    }
    config->dir_fd = SIGNET_POSIX_FD_DIR;
    config->handoff_fd = SIGNET_POSIX_FD_HANDOFF;
    config->noinit_fd = SIGNET_POSIX_FD_NOINIT;
    config->watchdog_fd = SIGNET_POSIX_FD_WATCHDOG;
    return SIGNET_OK;
}

static signet_status open_files(signet_posix_device *device,
                                const signet_posix_device_config *config)
{
    signet_status status =
        signet_posix_storage_open(&device->storage, config->dir_fd,
                                  SIGNET_POSIX_FLASH_NAME, config->sync_flash);
    if (status == SIGNET_OK) {
        status = signet_posix_counter_open(&device->counter_ctx, config->dir_fd,
                                           &device->counter);
    }
    if (status == SIGNET_OK) {
        status = signet_posix_secret_open(&device->secret_ctx, config->dir_fd,
                                          &device->secret);
    }
    return status;
}

static signet_status open_memory(signet_posix_device *device,
                                 const signet_posix_device_config *config)
{
    signet_status status = signet_posix_watchdog_open(
        &device->watchdog_ctx, config->watchdog_fd, &device->watchdog);
    if (status == SIGNET_OK) {
        status = signet_posix_fault_open(&device->fault_ctx, config->noinit_fd,
                                         &device->fault);
    }
    return status;
}

static signet_status open_rest(signet_posix_device *device,
                               const signet_posix_device_config *config)
{
    device->rng = signet_posix_entropy();
    signet_posix_clock_init(&device->clock_ctx, config->trust_host_clock,
                            &device->clock);
    signet_posix_boot_open(&device->boot_ctx, config->handoff_fd,
                           &device->boot);
    signet_posix_reset_init(&device->reset_ctx,
                            device->boot_ctx.handoff.reset_reason,
                            &device->reset);
    return signet_posix_lock_init(&device->lock_ctx, &device->lock);
}

/* Closed is what every close finds nothing to do for. */
static void mark_closed(signet_posix_device *device)
{
    memset(device, 0, sizeof *device);
    device->storage.file.fd = -1;
    device->counter_ctx.dir_fd = -1;
    device->secret_ctx.dir_fd = -1;
    device->fault_ctx.probe[0] = -1;
    device->fault_ctx.probe[1] = -1;
}

signet_status signet_posix_device_open(signet_posix_device *device,
                                       const signet_posix_device_config *config)
{
    mark_closed(device);
    signet_status status = open_files(device, config);
    if (status == SIGNET_OK) {
        status = open_memory(device, config);
    }
    if (status == SIGNET_OK) {
        status = open_rest(device, config);
    }
    if (status != SIGNET_OK) {
        signet_posix_device_close(device);
    }
    return status;
}

void signet_posix_device_close(signet_posix_device *device)
{
    signet_posix_fault_close(&device->fault_ctx);
    signet_posix_watchdog_close(&device->watchdog_ctx);
    signet_posix_secret_close(&device->secret_ctx);
    signet_posix_counter_close(&device->counter_ctx);
    signet_posix_storage_close(&device->storage);
    if (device->lock.ops != NULL) {
        signet_posix_lock_destroy(&device->lock_ctx);
        device->lock.ops = NULL;
    }
}
