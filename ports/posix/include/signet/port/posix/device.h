/* SPDX-License-Identifier: MIT */
/**
 * All services of a simulated device at once: what a main() on Linux opens.
 */
#ifndef SIGNET_PORT_POSIX_DEVICE_H
#define SIGNET_PORT_POSIX_DEVICE_H

#include "signet/port/posix/boot.h"
#include "signet/port/posix/clock.h"
#include "signet/port/posix/counter.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/fault.h"
#include "signet/port/posix/flash.h"
#include "signet/port/posix/lock.h"
#include "signet/port/posix/reset.h"
#include "signet/port/posix/secret.h"
#include "signet/port/posix/watchdog.h"

#ifdef __cplusplus
extern "C" {
#endif

/** File descriptors that a device inherits from its launcher. */
enum {
    SIGNET_POSIX_FD_DIR = 3,      /**< the device's directory (layout.h) */
    SIGNET_POSIX_FD_HANDOFF = 4,  /**< the hand-off record, sealed */
    SIGNET_POSIX_FD_NOINIT = 5,   /**< RAM that survives a reset */
    SIGNET_POSIX_FD_WATCHDOG = 6, /**< memory shared with the launcher */
    SIGNET_POSIX_FD_LOCK = 7      /**< only held: the device is in use */
};

/** What a device is made of. A file descriptor of -1 is a part it lacks. */
typedef struct signet_posix_device_config {
    int dir_fd; /**< required */
    int handoff_fd;
    int noinit_fd;
    int watchdog_fd;
    bool trust_host_clock; /**< see signet_posix_clock_init */
    bool sync_flash;       /**< see signet_posix_flash */
} signet_posix_device_config;

/**
 * The configuration of a process that a launcher started.
 *
 * @retval SIGNET_ERR_STATE  no launcher did; config then has all -1.
 */
signet_status signet_posix_device_inherit(signet_posix_device_config *config);

/** The flash cut into the regions of layout.h, and the file under it. */
typedef struct signet_posix_storage {
    signet_posix_flash file;
    signet_flash flash;
    signet_flash boot_items;
    signet_flash factory_items;
    signet_flash items;
    signet_flash report_log;
    signet_flash message_log;
    signet_flash slots[2];
} signet_posix_storage;

/**
 * A device: contexts, then what lib/ takes. Not to be moved while open; any
 * number may be open in one process.
 */
typedef struct signet_posix_device {
    signet_posix_clock clock_ctx;
    signet_posix_lock lock_ctx;
    signet_posix_reset reset_ctx;
    signet_posix_watchdog watchdog_ctx;
    signet_posix_fault fault_ctx;
    signet_posix_boot boot_ctx;
    signet_posix_counter counter_ctx;
    signet_posix_secret secret_ctx;
    signet_posix_storage storage;
    signet_entropy rng;
    signet_clock clock;
    signet_lock lock;
    signet_reset reset;
    signet_watchdog watchdog;
    signet_fault fault;
    signet_boot boot;
    signet_counter counter;
    signet_secret secret;
} signet_posix_device;

/** Open flash.img in a directory. Errors as signet_posix_flash_open. */
signet_status signet_posix_storage_open(signet_posix_storage *storage,
                                        int dir_fd, const char *name,
                                        bool sync);
void signet_posix_storage_close(signet_posix_storage *storage);

/**
 * Open all services. On an error nothing stays open.
 *
 * @param config  its descriptors may be closed after this call.
 * @retval SIGNET_ERR_NOT_FOUND  the directory holds no flash.img.
 * @retval SIGNET_ERR_CORRUPT    flash.img has the wrong length.
 * @retval SIGNET_ERR_IO         a descriptor is not what it should be.
 * A missing or damaged hand-off record is told by the boot service (BOOT-2),
 * a missing secret by the secret service.
 */
signet_status
signet_posix_device_open(signet_posix_device *device,
                         const signet_posix_device_config *config);

/** Close all services; harmless when open failed, or when closed before. */
void signet_posix_device_close(signet_posix_device *device);

#ifdef __cplusplus
}
#endif
#endif
