/* SPDX-License-Identifier: MIT */
#ifndef DEVICE_BOARD_H
#define DEVICE_BOARD_H

#include "signet/messenger.h"
#include "signet/port/boot.h"
#include "signet/port/clock.h"
#include "signet/port/counter.h"
#include "signet/port/entropy.h"
#include "signet/port/fault.h"
#include "signet/port/flash.h"
#include "signet/port/lock.h"
#include "signet/port/secret.h"

/** What the device needs of the hardware below it: all that differs between
 * a Linux process and a microcontroller. Filled by each port's main. */
struct device_board {
    signet_flash boot_items;    /**< shared with the first stage */
    signet_flash factory_items; /**< device certificate */
    signet_flash app_items;     /**< wiped by a factory reset */
    signet_flash report_log;
    signet_flash message_log;
    signet_flash slots[SIGNET_SLOT_COUNT];
    signet_secret secret;
    signet_counter counter;
    signet_boot boot;
    signet_fault fault;
    signet_lock lock;
    signet_entropy rng;
    signet_messenger messenger; /**< mqtt.h, or one of your own */
};

#endif
