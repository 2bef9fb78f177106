/* SPDX-License-Identifier: MIT */
/**
 * The conformance suites: one per port service, one test per clause, named by
 * the clause. A port gives each suite a fixture, on host or target, and runs
 * it; the result is the number of failed tests.
 */
#ifndef SIGNET_TESTS_CONFORMANCE_SUITES_H
#define SIGNET_TESTS_CONFORMANCE_SUITES_H

#include "signet/port/boot.h"
#include "signet/port/clock.h"
#include "signet/port/counter.h"
#include "signet/port/entropy.h"
#include "signet/port/flash.h"
#include "signet/port/lock.h"
#include "signet/port/secret.h"
#include "signet/port/stream.h"

/** Flash: a region of at least 4 blocks whose contents may be lost. */
typedef struct conformance_flash {
    void *arg;
    /** Give the device, as after a power cut; called before each test too. */
    signet_status (*power_cycle)(void *arg, signet_flash *flash);
    bool tells_rules; /**< the FLASH-3 check is there */
} conformance_flash;

int conformance_flash_run(conformance_flash *fixture);

/** Stream: the tested end and a far end, all of whose calls may block. */
typedef struct conformance_stream {
    void *arg;
    signet_stream stream; /**< closed */
    signet_peer peer;     /**< the far end, listening */
    signet_peer refusing; /**< nobody listens there */
    signet_peer unnamed;  /**< a name without an address */
    bool (*far_accept)(void *arg);
    bool (*far_write)(void *arg, const uint8_t *data, size_t len);
    bool (*far_read)(void *arg, uint8_t *out, size_t len); /**< exactly len */
    void (*far_close)(void *arg);
    void (*rest)(void *arg); /**< sleep for a few milliseconds at most */
    bool keeps_arrived; /**< a failed write leaves what arrived to be read */
} conformance_stream;

int conformance_stream_run(conformance_stream *fixture);

int conformance_entropy_run(signet_entropy *source);

/** Clock: sleep is the judge of real time. */
typedef struct conformance_clock {
    void *arg;
    signet_clock clock; /**< of a device that has just started */
    bool keeps_wall;    /**< a battery-backed clock */
    void (*sleep_ms)(void *arg, uint32_t ms);
} conformance_clock;

int conformance_clock_run(conformance_clock *fixture);

/** Lock: interrupt() runs fn as an interrupt would; contend() runs it in a
 * second task and returns without waiting, join() waits for that. */
typedef struct conformance_lock {
    void *arg;
    signet_lock lock;
    void (*interrupt)(void *arg, void (*fn)(void *), void *fn_arg);
    void (*contend)(void *arg, void (*fn)(void *), void *fn_arg);
    void (*join)(void *arg);
} conformance_lock;

int conformance_lock_run(conformance_lock *fixture);

typedef struct conformance_counter {
    void *arg;
    signet_status (*power_cycle)(void *arg, signet_counter *counter);
    /** Make the store fail until the next power cycle; NULL: cannot. */
    void (*damage)(void *arg);
} conformance_counter;

int conformance_counter_run(conformance_counter *fixture);

typedef struct conformance_secret {
    void *arg;
    signet_status (*power_cycle)(void *arg, signet_secret *secret);
    signet_status (*blank)(void *arg, signet_secret *secret);
} conformance_secret;

int conformance_secret_run(conformance_secret *fixture);

typedef struct conformance_boot {
    void *arg;
    signet_handoff expected;
    signet_boot boot;    /**< of a device that was handed expected */
    signet_boot damaged; /**< of one whose record lost a bit */
    signet_boot absent;
} conformance_boot;

int conformance_boot_run(conformance_boot *fixture);

#endif
