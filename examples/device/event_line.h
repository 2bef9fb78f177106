/* SPDX-License-Identifier: MIT */
#ifndef EVENT_LINE_H
#define EVENT_LINE_H

#include "signet/agent.h"

/** A signet_agent_event_fn: print one line. ctx: the struct device. */
void event_line(void *ctx, signet_agent_event event, signet_status status);

#endif
