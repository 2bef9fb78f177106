/* SPDX-License-Identifier: MIT */
/*
 * A refusal may come again with every message of a hostile broker or at every
 * attempt of a long night, and a report of it may itself be what is refused.
 * So the first of a kind is reported at once; those after it are counted and
 * reported together: a report a kind and hour at most.
 */
#include "internal.h"

#include <string.h>

#define HOLD_MS 3600000u

static void push(signet_agent *agent, const signet_agent_refusal *refusal)
{
    uint8_t repeats[4];
    signet_report_event event;
    memset(&event, 0, sizeof event);
    event.kind = (signet_report_kind)refusal->kind;
    event.severity = (signet_severity)refusal->severity;
    event.code = refusal->status;
    if (refusal->repeats > 0u) {
        signet_put_be32(repeats, refusal->repeats);
        event.payload = signet_view(repeats, sizeof repeats);
    }
    /* What cannot be kept is counted by lib/report itself. */
    (void)signet_report_push(agent->config.report, &event,
                             agent->now.uptime_ms);
}

static signet_agent_refusal *find(signet_agent *agent, signet_report_kind kind,
                                  signet_status status)
{
    uint32_t i;
    for (i = 0; i < SIGNET_AGENT_REFUSALS; i++) {
        signet_agent_refusal *refusal = &agent->refusals[i];
        if (refusal->kind == (uint8_t)kind &&
            refusal->status == (int32_t)status) {
            return refusal;
        }
    }
    return NULL;
}

/* A free place, else that of the oldest, whose count goes out first. */
static signet_agent_refusal *make_room(signet_agent *agent)
{
    signet_agent_refusal *oldest = &agent->refusals[0];
    uint32_t i;
    for (i = 0; i < SIGNET_AGENT_REFUSALS; i++) {
        signet_agent_refusal *refusal = &agent->refusals[i];
        if (refusal->kind == 0u) {
            return refusal;
        }
        if (signet_agent_elapsed(agent, refusal->at_ms) >
            signet_agent_elapsed(agent, oldest->at_ms)) {
            oldest = refusal;
        }
    }
    if (oldest->repeats > 0u) {
        push(agent, oldest);
    }
    return oldest;
}

void signet_agent_report(signet_agent *agent, signet_report_kind kind,
                         signet_severity severity, signet_status status)
{
    signet_agent_refusal *refusal = find(agent, kind, status);
    if (refusal != NULL) {
        if (refusal->repeats < UINT32_MAX) {
            refusal->repeats++;
        }
        return;
    }
    refusal = make_room(agent);
    refusal->at_ms = agent->now.uptime_ms;
    refusal->repeats = 0;
    refusal->status = (int32_t)status;
    refusal->kind = (uint8_t)kind;
    refusal->severity = (uint8_t)severity;
    push(agent, refusal);
}

void signet_agent_report_repeats(signet_agent *agent)
{
    uint32_t i;
    for (i = 0; i < SIGNET_AGENT_REFUSALS; i++) {
        signet_agent_refusal *refusal = &agent->refusals[i];
        if (refusal->kind == 0u ||
            signet_agent_elapsed(agent, refusal->at_ms) < HOLD_MS) {
            continue;
        }
        if (refusal->repeats == 0u) {
            refusal->kind = 0;
            continue;
        }
        push(agent, refusal);
        refusal->repeats = 0;
        refusal->at_ms = agent->now.uptime_ms;
    }
}
