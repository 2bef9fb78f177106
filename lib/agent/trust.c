/* SPDX-License-Identifier: MIT */
/* What the agent takes from the trust list, and a new list. */
#include "internal.h"

static bool is_allowed(const signet_agent *agent,
                       const signet_trust_entry *entry)
{
    return (entry->flags & SIGNET_TRUST_DEVELOPMENT) == 0u ||
           agent->config.update->config->policy.accept_development;
}

/* The index-th entry that may be used here, or NULL. */
static const signet_trust_entry *find(const signet_agent *agent,
                                      const signet_trust *trust,
                                      signet_purpose purpose, size_t index)
{
    const signet_trust_entry *entry;
    size_t i;
    for (i = 0; (entry = signet_trust_find(trust, purpose, i)) != NULL; i++) {
        if (is_allowed(agent, entry) && index-- == 0u) {
            return entry;
        }
    }
    return NULL;
}

/* A list without one of these would cut the device off for good. */
static signet_status check(const signet_agent *agent, const signet_trust *trust)
{
    static const signet_purpose needed[] = {SIGNET_PURPOSE_BROKER_CA,
                                            SIGNET_PURPOSE_OPERATIONAL_ISSUER,
                                            SIGNET_PURPOSE_SERVICE};
    size_t i;
    for (i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (find(agent, trust, needed[i], 0) == NULL) {
            return signet_trust_find(trust, needed[i], 0) == NULL
                       ? SIGNET_ERR_MISSING
                       : SIGNET_ERR_DEVELOPMENT_KEY;
        }
    }
    return SIGNET_OK;
}

signet_status signet_agent_read_trust(signet_agent *agent)
{
    const signet_trust *trust = &agent->config.update->trust;
    signet_status status = check(agent, trust);
    if (status != SIGNET_OK) {
        return status;
    }
    agent->issuer =
        find(agent, trust, SIGNET_PURPOSE_OPERATIONAL_ISSUER, 0)->key;
    agent->service_key = find(agent, trust, SIGNET_PURPOSE_SERVICE, 0)->key.ptr;
    signet_identity_trust(agent->config.identity, trust->counter);
    return SIGNET_OK;
}

size_t signet_agent_anchors(signet_agent *agent)
{
    const size_t max = sizeof agent->anchors / sizeof agent->anchors[0];
    size_t count;
    for (count = 0; count < max; count++) {
        const signet_trust_entry *entry =
            find(agent, &agent->config.update->trust, SIGNET_PURPOSE_BROKER_CA,
                 count);
        if (entry == NULL) {
            break;
        }
        agent->anchors[count] = entry->key;
    }
    return count;
}

signet_status signet_agent_take_trust(signet_agent *agent, signet_bytes list)
{
    signet_update *update = agent->config.update;
    signet_trust trust;
    /* Opened here first: once stored there is no way back to the former. */
    signet_status status = signet_trust_open(list, update->config->root_key,
                                             update->trust.counter, &trust);
    if (status == SIGNET_OK) {
        status = check(agent, &trust);
    }
    if (status == SIGNET_OK) {
        status = signet_update_trust(update, list);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    agent->trust_changed = true;
    return signet_agent_read_trust(agent);
}
