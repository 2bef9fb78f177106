/* SPDX-License-Identifier: MIT */
/*
 * Random bytes, RNG-1..3: a hardware source with its health tests on, or a
 * DRBG seeded from one. A fixed seed or a counter breaks every key.
 */
#include "signet/port/entropy.h"

static signet_status entropy_fill(void *ctx, uint8_t *out, size_t len)
{
#error "fill from the hardware source; ERR_ENTROPY when unhealthy; RNG-1..3"
}

const signet_entropy template_entropy = {entropy_fill, NULL};
