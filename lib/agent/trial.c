/* SPDX-License-Identifier: MIT */
/* A trial image is confirmed once a certificate for its own measurement works,
 * and given up when that does not come in time. */
#include "internal.h"

static void confirm(signet_agent *agent)
{
    signet_status status = signet_update_confirm(agent->config.update);
    if (status == SIGNET_OK) {
        agent->trial = false;
        agent->confirm_at_ms = 0;
    } else {
        signet_agent_report(agent, SIGNET_REPORT_UPDATE, SIGNET_SEVERITY_ERROR,
                            status);
        agent->confirm_at_ms =
            signet_agent_in(agent, agent->config.retry_max_ms);
    }
    signet_agent_tell(agent, SIGNET_AGENT_UPDATE_CONFIRMED, status);
}

void signet_agent_trial_passed(signet_agent *agent)
{
    if (agent->trial) {
        confirm(agent);
    }
}

void signet_agent_trial_watch(signet_agent *agent)
{
    if (!agent->trial) {
        return;
    }
    if (agent->trial_at_ms == 0u && agent->config.trial_ms != 0u) {
        agent->trial_at_ms = signet_agent_in(agent, agent->config.trial_ms);
    }
    if (signet_agent_due(agent, agent->confirm_at_ms)) {
        confirm(agent);
    } else if (signet_agent_due(agent, agent->trial_at_ms) &&
               agent->reset_at_ms == 0u) {
        signet_agent_report(agent, SIGNET_REPORT_UPDATE, SIGNET_SEVERITY_ERROR,
                            SIGNET_ERR_TIMEOUT);
        agent->reset_at_ms = signet_agent_in(agent, 0);
    }
}
