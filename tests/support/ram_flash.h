/* SPDX-License-Identifier: MIT */
/* NOR flash in RAM that enforces the FLASH clauses and loses power on
 * demand. Its memory is shared between processes: a test forks for each boot,
 * the child dies at the cut, the parent looks at what is left. */
#ifndef SIGNET_TEST_RAM_FLASH_H
#define SIGNET_TEST_RAM_FLASH_H

#include "signet/port/flash.h"

/* One step is the program of one unit or the erase of one block. A cut
 * happens at a step, in one of these shapes. "After step n" is "before step
 * n + 1". */
enum ram_flash_cut {
    RAM_FLASH_BEFORE,   /* nothing happened */
    RAM_FLASH_FEW_BITS, /* some of the bits that would change did */
    RAM_FLASH_HALF,     /* the first half of the bytes changed */
    RAM_FLASH_NOISE,    /* erase: any value; program: some bits, and others
                           that were to stay 1 as well */
    RAM_FLASH_AFTER,    /* all of it, and nothing was returned */
    RAM_FLASH_CUTS,
    /* Apart, because what is there may then change from read to read: */
    RAM_FLASH_UNSTABLE = RAM_FLASH_CUTS, /* some bits changed, some read by
                           chance until they are erased or programmed to 0 */
    RAM_FLASH_NEARLY /* all bits changed, but some in one byte read by chance */
};

struct ram_flash {
    signet_flash flash; /* the whole device as a region */
    uint8_t *bytes;
    uint8_t *programmed; /* a flag a unit */
    uint32_t steps;      /* taken since the counter was last set to 0 */
    uint32_t cut_step;   /* 1..: the step that is cut; 0: none */
    enum ram_flash_cut cut;
    uint32_t seed; /* of FEW_BITS and NOISE */
    /* What a cut does. It must not return: _exit, longjmp. */
    void (*power_off)(void *ctx);
    void *power_ctx;
    uint32_t fail_step; /* from this step on SIGNET_ERR_IO; 0: never */
    bool fail_reads;    /* every read gives SIGNET_ERR_IO */
    bool fail_once;     /* only that step */
    bool shuffle;       /* the units of one call are programmed in any order */
    uint8_t *doubtful;  /* bits that read by chance */
    /* counted; the test sets them to 0 as it likes */
    uint64_t read_bytes;
    uint64_t program_bytes;
    uint64_t program_calls;
    uint64_t erases;
    uint64_t rule_breaks;
};

/* Erased, all of it. Aborts when there is no memory. */
void ram_flash_new(struct ram_flash *ram, uint32_t size, uint32_t erase_size,
                   uint32_t program_size, bool write_once);
void ram_flash_free(struct ram_flash *ram);

/* As ram_flash_new, with the structure itself, and so its counters, in shared
 * memory too. */
struct ram_flash *ram_flash_shared(uint32_t blocks, uint32_t erase_size,
                                   uint32_t program_size, bool write_once);
void ram_flash_drop(struct ram_flash *ram);

/* Contents and programmed flags of one device to another of its geometry. */
void ram_flash_copy(struct ram_flash *to, const struct ram_flash *from);

/* A step of something else that loses power with this flash, such as a
 * counter. True: this is the cut; do what ram->cut says, then power off. */
bool ram_flash_point(struct ram_flash *ram);

#endif
