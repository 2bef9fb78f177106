/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

/* "signet/dev/" + 32 digits + "/" + rest must fit the 64 bytes of a topic:
 * rest is at most 19 characters, which "down/update" keeps well below. */

static size_t put(char *out, size_t at, const char *text)
{
    while (*text != '\0') {
        out[at++] = *text++;
    }
    return at;
}

static size_t put_prefix(const signet_agent *agent, char *out)
{
    bool enrolment = agent->phase == SIGNET_AGENT_PHASE_ENROLMENT;
    size_t at =
        put(out, 0,
            enrolment ? "signet/enrol/" SIGNET_ENROL_PREFIX : "signet/dev/");
    at = put(out, at, agent->config.identity->device_id);
    return put(out, at, "/");
}

void signet_agent_topic(const signet_agent *agent, const char *rest,
                        char out[64])
{
    size_t at = put_prefix(agent, out);
    at = put(out, at, rest);
    out[at] = '\0';
}

signet_bytes signet_agent_topic_rest(const signet_agent *agent,
                                     signet_bytes topic)
{
    char prefix[64];
    size_t len = put_prefix(agent, prefix);
    if (topic.len < len || memcmp(topic.ptr, prefix, len) != 0) {
        return signet_view(NULL, 0);
    }
    return signet_view(topic.ptr + len, topic.len - len);
}
