/* SPDX-License-Identifier: MIT */
/*
 * Power cuts over the life of a store. Each boot is a process of its own:
 * nothing but flash survives it. What the application was told is kept in a
 * diary in shared memory, and every boot begins by comparing the two.
 */
#ifndef SIGNET_TEST_STORE_BOOT_H
#define SIGNET_TEST_STORE_BOOT_H

#include "ram_flash.h"

struct store_geometry {
    uint32_t blocks;
    uint32_t erase_size;
    uint32_t program_size;
    bool write_once;
};

/** One kind of store: what it does in a boot. All run in a child and end the
 * boot by store_wrong when the flash and the diary disagree. */
struct store_subject {
    const char *name;
    /** Make the flash ready; before any cut. */
    void (*format)(struct ram_flash *ram);
    /** Mount, compare, and go on with the next operations of the life. */
    void (*live)(struct ram_flash *ram, unsigned operations);
    /** Mount, compare, mount again, compare; use it once more. */
    void (*settle)(struct ram_flash *ram);
    void *diary; /**< shared memory */
    size_t diary_size;
};

/** Cells may read by chance: set for the life, before the first boot. */
extern bool store_unstable;

/** End this boot: the message names what is wrong. */
_Noreturn void store_wrong(const char *what, uint32_t number);

/** End this boot unless what holds. */
void store_must(bool holds, const char *what, uint32_t number);

/** Shared memory, zero; aborts when there is none. */
void *store_shared(size_t len);

/** Every step of a life of so many operations is cut once in every shape;
 * with pairs, every step of the boot after that too. */
struct store_plan {
    struct store_geometry geometry;
    unsigned operations;
    bool pairs;
};

struct store_result {
    unsigned long cuts;
    unsigned long failures;
};

void store_cut_everywhere(const struct store_subject *subject,
                          const struct store_plan *plan,
                          struct store_result *result);

const struct store_subject *store_log_subject(void);
const struct store_subject *store_items_subject(void);

#endif
