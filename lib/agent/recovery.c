/* SPDX-License-Identifier: MIT */
/* What the end of a session means for the certificate it was opened with, and
 * when to try again. */
#include "internal.h"

/* Connections that may fail, for whatever reason, before a new certificate is
 * given up for the former one. */
#define MAX_TESTS 5u

/* Nobody judged us: the network or the far side is away. */
static bool is_outage(signet_status why)
{
    switch (why) {
    case SIGNET_CLOSED:
    case SIGNET_ERR_IO:
    case SIGNET_ERR_RESOLVE:
    case SIGNET_ERR_CONNECT:
    case SIGNET_ERR_TIMEOUT:
    case SIGNET_ERR_MQTT_UNAVAILABLE:
    case SIGNET_ERR_MQTT_KEEP_ALIVE:
        return true;
    default:
        return false;
    }
}

/* The broker knows us and says no: another try with this certificate is
 * pointless. */
static bool is_refusal(signet_status why)
{
    return why == SIGNET_ERR_TLS_REFUSED || why == SIGNET_ERR_MQTT_CLIENT_ID ||
           why == SIGNET_ERR_MQTT_CREDENTIALS ||
           why == SIGNET_ERR_MQTT_AUTHORISATION;
}

/* Each enrolment writes a key and a certificate to flash and is work for the
 * service, so those that lead nowhere become rare. */
static void postpone_enrolment(signet_agent *agent, uint32_t at_least_ms)
{
    uint64_t delay_ms =
        signet_backoff_next(&agent->enrolments, &agent->config.rng);
    agent->enrol_at_ms = signet_agent_in(agent, delay_ms + at_least_ms);
}

/* With a certificate that still holds there is other work to do first. */
static void end_enrolment(signet_agent *agent, signet_status why)
{
    if (signet_agent_has_certificate(agent)) {
        postpone_enrolment(agent, agent->config.retry_max_ms);
    } else if (!is_outage(why)) {
        postpone_enrolment(agent, 0);
    }
}

static void end_test(signet_agent *agent, signet_status why)
{
    agent->failed_tests++;
    if (is_refusal(why) || agent->failed_tests >= MAX_TESTS) {
        (void)signet_enrol_rollback(&agent->enrol);
        agent->testing = false;
        end_enrolment(agent, why);
    }
}

static void judge_certificate(signet_agent *agent, signet_status why)
{
    if (agent->phase == SIGNET_AGENT_PHASE_ENROLMENT) {
        end_enrolment(agent, why);
    } else if (agent->testing) {
        end_test(agent, why);
    } else if (is_refusal(why)) {
        agent->must_enrol = true;
        postpone_enrolment(agent, 0);
    }
}

/* Two clients that push each other out must slow down, so only a session that
 * lasted forgets the attempts before it. */
static void forget_attempts(signet_agent *agent)
{
    if (agent->connected && agent->phase == SIGNET_AGENT_PHASE_OPERATION &&
        signet_agent_elapsed(agent, agent->online_since_ms) >=
            agent->config.retry_max_ms) {
        signet_backoff_reset(&agent->backoff);
        signet_backoff_reset(&agent->enrolments);
    }
}

/* It may be our clock that is wrong: without it, a server certificate is held
 * against the time floor until the service tells the time again (STREAM-7). */
static void doubt_clock(signet_agent *agent, signet_status why)
{
    if (why == SIGNET_ERR_TLS_PEER) {
        agent->clock_doubted = true;
    }
}

void signet_agent_retry(signet_agent *agent, signet_status why)
{
    bool refused = agent->phase == SIGNET_AGENT_PHASE_ENROLMENT &&
                   agent->enrol.state == SIGNET_ENROL_FAILED;
    if (refused || !is_outage(why)) {
        signet_agent_report(agent, SIGNET_REPORT_REFUSAL, SIGNET_SEVERITY_ERROR,
                            why);
    }
    forget_attempts(agent);
    doubt_clock(agent, why);
    judge_certificate(agent, why);
    signet_agent_close(agent);
    agent->phase = SIGNET_AGENT_PHASE_WAITING;
    agent->retry_at_ms = signet_agent_in(
        agent, signet_backoff_next(&agent->backoff, &agent->config.rng));
    signet_agent_tell(agent, SIGNET_AGENT_OFFLINE, why);
}
