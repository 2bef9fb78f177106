/* SPDX-License-Identifier: MIT */
#include "signet/cloud.h"

/* Each draw is refused with a probability below 1/2: this many in a row do
 * not happen with a working source. */
#define MAX_DRAWS 64u

void signet_backoff_init(signet_backoff *backoff, uint32_t base_ms,
                         uint32_t max_ms)
{
    backoff->base_ms = base_ms != 0 ? base_ms : 1;
    backoff->max_ms = max_ms > backoff->base_ms ? max_ms : backoff->base_ms;
    backoff->attempts = 0;
}

/* min(max, base * 2^attempts), without overflow. */
static uint32_t upper_bound(const signet_backoff *backoff)
{
    uint32_t upper = backoff->base_ms;

    for (uint32_t i = 0; i < backoff->attempts; i++) {
        if (upper > backoff->max_ms / 2) {
            return backoff->max_ms;
        }
        upper *= 2;
    }
    return upper;
}

/* Uniform in 0..span. Draws above the largest multiple of span + 1 are
 * refused: a plain remainder would favour small values. */
static signet_status draw(const signet_entropy *rng, uint32_t span,
                          uint32_t *out)
{
    uint32_t count = span + 1;
    uint32_t excess;

    if (count == 0) {
        return rng->fill(rng->ctx, (uint8_t *)out, sizeof *out);
    }
    excess = (UINT32_MAX - count + 1) % count;
    for (unsigned i = 0; i < MAX_DRAWS; i++) {
        uint32_t value = 0;
        signet_status status =
            rng->fill(rng->ctx, (uint8_t *)&value, sizeof value);

        if (status != SIGNET_OK) {
            return status;
        }
        if (value <= UINT32_MAX - excess) {
            *out = value % count;
            return SIGNET_OK;
        }
    }
    return SIGNET_ERR_ENTROPY;
}

uint32_t signet_backoff_next(signet_backoff *backoff, const signet_entropy *rng)
{
    uint32_t upper = upper_bound(backoff);
    uint32_t lower = backoff->base_ms / 2;
    uint32_t offset = 0;

    if (upper < backoff->max_ms) {
        backoff->attempts++;
    }
    if (draw(rng, upper - lower, &offset) != SIGNET_OK) {
        return upper;
    }
    return lower + offset;
}

void signet_backoff_reset(signet_backoff *backoff)
{
    backoff->attempts = 0;
}
