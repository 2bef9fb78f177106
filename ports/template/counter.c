/* SPDX-License-Identifier: MIT */
/*
 * Monotonic counters, COUNTER-1..3: fuses, RPMB, a secure element, or flash
 * that only the first stage may write. State the endurance.
 */
#include "signet/port/counter.h"

static signet_status counter_read(void *ctx, signet_counter_id id,
                                  uint32_t *value)
{
#error "the stored value, 0 when new; ERR_COUNTER when its check fails"
}

static signet_status counter_raise(void *ctx, signet_counter_id id,
                                   uint32_t value)
{
#error "store when larger; old or new after a power cut; COUNTER-1, 2"
}

const signet_counter_ops template_counter_ops = {counter_read, counter_raise};
