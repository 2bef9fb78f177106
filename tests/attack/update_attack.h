/* SPDX-License-Identifier: MIT */
/* The attacks on updates: shared device, and the count of hostile inputs.
 *
 * Each function named attack_* is one attack. update_mutations.txt names, for
 * each, a change of the library that lets it through; update_mutate.py makes
 * the change and sees the test fail, so that none passes for a wrong reason.
 */
#ifndef SIGNET_TEST_UPDATE_ATTACK_H
#define SIGNET_TEST_UPDATE_ATTACK_H

#include "device.h"

#include "cmocka_all.h"

struct attack {
    struct device device;
    struct release running; /* sequence 10, security counter 3 */
    struct release next;    /* sequence 11, security counter 3: genuine */
};

extern struct attack attack;
extern unsigned long attack_inputs;
extern unsigned long attack_accepted;

int attack_set_up(void **state);
int attack_tear_down(void **state);

/* Back to a device that has just booted the running release. */
void attack_renew(void);

/* A hostile input was given and answered; SIGNET_OK means it got through. */
void attack_count(signet_status answer);

/* Offer a hostile manifest: it must be refused, nothing may be written. */
void attack_offer(signet_bytes manifest);

/* As attack_offer; the refusal must be this one. */
void attack_offer_as(signet_bytes manifest, signet_status expected);

/* Give a hostile trust list likewise. */
void attack_list(signet_bytes list);
void attack_list_as(signet_bytes list, signet_status expected);

/* Give a hostile block to the running download. */
void attack_block_as(uint32_t offset, signet_bytes block,
                     signet_status expected);

/* Boot with something hostile in flash: the running release must start, or
 * with 0 nothing at all. */
void attack_boot(uint64_t sequence);

/* Sign attack.next as it stands now. */
signet_bytes attack_sign_next(void);

int attack_run_encoding(void);
int attack_run_manifest(void);
int attack_run_stream(void);
int attack_run_boot(void);

#endif
