/* SPDX-License-Identifier: MIT */
/**
 * What a simulated device's directory holds.
 *
 *   secret        device secret and life cycle (secret.h)
 *   counters      monotonic counters (counter.h)
 *   first-stage   what the first stage is configured with: root key, vendor,
 *                 class; written at provisioning
 *   lock          held by whoever runs the device, and by the device
 *   flash.img     the flash (flash.h), cut into regions:
 *
 *   0x000000  boot items     trust list, manifests, update state; shared by
 *                            first stage and application
 *   0x008000  factory items  device certificate; kept by a factory reset
 *   0x00C000  items          the application's; wiped by a factory reset
 *   0x01C000  report log
 *   0x02C000  message log
 *   0x03C000  free
 *   0x040000  slot A
 *   0x440000  slot B
 *   0x840000  end
 */
#ifndef SIGNET_PORT_POSIX_LAYOUT_H
#define SIGNET_PORT_POSIX_LAYOUT_H

#define SIGNET_POSIX_FLASH_NAME "flash.img"
#define SIGNET_POSIX_LOCK_NAME "lock"

#define SIGNET_POSIX_ERASE_SIZE 4096u
#define SIGNET_POSIX_PROGRAM_SIZE 8u
#define SIGNET_POSIX_WRITE_ONCE true /**< as flash with ECC */

#define SIGNET_POSIX_BOOT_ITEMS 0x000000u
#define SIGNET_POSIX_BOOT_ITEMS_SIZE 0x8000u
#define SIGNET_POSIX_FACTORY_ITEMS 0x008000u
#define SIGNET_POSIX_FACTORY_ITEMS_SIZE 0x4000u
#define SIGNET_POSIX_ITEMS 0x00C000u
#define SIGNET_POSIX_ITEMS_SIZE 0x10000u
#define SIGNET_POSIX_REPORT_LOG 0x01C000u
#define SIGNET_POSIX_REPORT_LOG_SIZE 0x10000u
#define SIGNET_POSIX_MESSAGE_LOG 0x02C000u
#define SIGNET_POSIX_MESSAGE_LOG_SIZE 0x10000u
#define SIGNET_POSIX_SLOT_A 0x040000u
#define SIGNET_POSIX_SLOT_B 0x440000u
#define SIGNET_POSIX_SLOT_SIZE 0x400000u
#define SIGNET_POSIX_FLASH_SIZE 0x840000u

#endif
