/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target is one file that implements these two functions. It is linked
 * with clang's libFuzzer, or, by every compiler, with driver.c, which replays
 * files and throws a fixed number of mutated seeds at it, as a test.
 */
#ifndef SIGNET_TESTS_FUZZ_H
#define SIGNET_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_SEED_MAX 4096u

/** Run one input; abort() on what must not happen. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Write the n-th good input to out[FUZZ_SEED_MAX]; 0 when there is none. */
size_t fuzz_seed(unsigned n, uint8_t *out);

#endif
