/* SPDX-License-Identifier: MIT */
/*
 * Deadlines are compared by their low 32 bits, so that a port whose uptime
 * has only these loses nothing when it wraps after 49 days. So none may be
 * further off than half of that.
 */
#include "internal.h"

#define FURTHEST_MS 0x7FFFFFFFu
/* The longest time-out is 2^this times the first. */
#define MAX_DOUBLINGS 6u

uint32_t signet_agent_elapsed(const signet_agent *agent, uint64_t since_ms)
{
    return (uint32_t)(agent->now.uptime_ms - since_ms);
}

bool signet_agent_due(const signet_agent *agent, uint64_t at_ms)
{
    return at_ms != 0u && signet_agent_elapsed(agent, at_ms) <= FURTHEST_MS;
}

uint64_t signet_agent_in(const signet_agent *agent, uint64_t delay_ms)
{
    uint64_t at_ms = agent->now.uptime_ms +
                     (delay_ms < FURTHEST_MS ? delay_ms : FURTHEST_MS);
    return at_ms != 0u ? at_ms : 1u;
}

uint64_t signet_agent_in_timeout(const signet_agent *agent, uint8_t *tries)
{
    uint64_t delay_ms = (uint64_t)agent->config.timeout_ms << *tries;
    if (*tries < MAX_DOUBLINGS) {
        (*tries)++;
    }
    return signet_agent_in(agent, delay_ms);
}
