/* SPDX-License-Identifier: MIT */
#include "signet/agent.h"

#include "use.h"

RAM(agent, sizeof(signet_agent));

const use_function signet_use[] = {
    USE(signet_agent_init),
    USE(signet_agent_step),
    USE(signet_agent_send),
    USE(signet_agent_check_for_update),
};
