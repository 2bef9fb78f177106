/* SPDX-License-Identifier: MIT */
/* What the files of lib/agent share; not for anybody else. */
#ifndef SIGNET_AGENT_INTERNAL_H
#define SIGNET_AGENT_INTERNAL_H

#include <pb.h>

#include "signet/agent.h"

/* Version field of every message in proto/agent.proto. */
#define AGENT_FORMAT_VERSION 1u

/* LogAck.log, and the index of signet_agent.uplinks. */
#define AGENT_LOG_MESSAGES 0u
#define AGENT_LOG_REPORTS 1u

/* ---- agent.c ---- */

void signet_agent_tell(signet_agent *agent, signet_agent_event event,
                       signet_status status);
/* Open the listener that is to be talked to now. */
void signet_agent_start_session(signet_agent *agent);

/* ---- deadline.c ---- */

/* True when a deadline is set and has come. */
bool signet_agent_due(const signet_agent *agent, uint64_t at_ms);
/* The uptime in delay_ms; never 0, which is no deadline. */
uint64_t signet_agent_in(const signet_agent *agent, uint64_t delay_ms);
uint32_t signet_agent_elapsed(const signet_agent *agent, uint64_t since_ms);
/* timeout_ms, doubled with each try up to 64 times; counts the try. */
uint64_t signet_agent_in_timeout(const signet_agent *agent, uint8_t *tries);

/* ---- refusals.c ---- */

/* Report a refusal, so that each reaches the service with its own status: at
 * once when it is new, else its count within the hour. */
void signet_agent_report(signet_agent *agent, signet_report_kind kind,
                         signet_severity severity, signet_status status);
void signet_agent_report_repeats(signet_agent *agent);

/* ---- trust.c ---- */

/* Take keys and certificates from the trust list in force. */
signet_status signet_agent_read_trust(signet_agent *agent);
/* A new trust list: applied when it is authentic and serves this agent. */
signet_status signet_agent_take_trust(signet_agent *agent, signet_bytes list);
/* The broker CAs for a session. */
size_t signet_agent_anchors(signet_agent *agent);

/* ---- session.c: which listener, and as whom ---- */

bool signet_agent_has_certificate(const signet_agent *agent);
signet_status signet_agent_open_enrolment(signet_agent *agent);
signet_status signet_agent_open_operation(signet_agent *agent);
/* End the session ourselves. */
void signet_agent_close(signet_agent *agent);

/* ---- events.c ---- */

/* What the messenger calls. */
signet_messenger_events signet_agent_events(signet_agent *agent);

/* ---- recovery.c ---- */

/* The session is over or is to be: draw the consequences for the certificate,
 * wait, then try again. */
void signet_agent_retry(signet_agent *agent, signet_status why);

/* ---- trial.c ---- */

/* A certificate for the running image's own measurement works. */
void signet_agent_trial_passed(signet_agent *agent);
void signet_agent_trial_watch(signet_agent *agent);

/* ---- topic.c ---- */

/* "signet/dev/<id>/" + rest, or "signet/enrol/enrol-<id>/" + rest. */
void signet_agent_topic(const signet_agent *agent, const char *rest,
                        char out[64]);
/* The part of a received topic behind the same prefix, or empty when it is
 * somebody else's. */
signet_bytes signet_agent_topic_rest(const signet_agent *agent,
                                     signet_bytes topic);

/* ---- message.c: protobuf without copies ---- */

/* A bytes field decoded without a copy. */
typedef struct agent_view {
    signet_bytes input; /* the whole message */
    signet_bytes found; /* the field in it; empty when absent */
} agent_view;

/* Let a bytes field be encoded from, or decoded into, a view. */
void signet_agent_encode_view(pb_callback_t *field, const signet_bytes *view);
void signet_agent_decode_view(pb_callback_t *field, agent_view *view,
                              signet_bytes input);
/* Publish at QoS 1. */
signet_status signet_agent_publish_bytes(signet_agent *agent, const char *topic,
                                         signet_bytes payload);
/* Encode into the front of the buffer and publish that. */
signet_status signet_agent_publish(signet_agent *agent, const char *topic,
                                   const pb_msgdesc_t *fields,
                                   const void *message);
signet_status signet_agent_decode(signet_bytes input,
                                  const pb_msgdesc_t *fields, void *message);
/* Open a COSE_Sign1 of the service with its SIGNET_AAD_*, then decode its
 * payload. */
signet_status signet_agent_decode_signed(const signet_agent *agent,
                                         signet_bytes input, const char *aad,
                                         const pb_msgdesc_t *fields,
                                         void *message);

/* ---- the agent's duties on the operational session ---- */

void signet_agent_uplink_init(signet_agent *agent);
void signet_agent_uplink_restart(signet_agent *agent);
void signet_agent_uplink_pump(signet_agent *agent);
signet_status signet_agent_uplink_ack(signet_agent *agent, signet_bytes reply);

void signet_agent_time_ask(signet_agent *agent);
signet_status signet_agent_time_reply(signet_agent *agent, signet_bytes reply);

void signet_agent_update_ask(signet_agent *agent);
signet_status signet_agent_update_reply(signet_agent *agent,
                                        signet_bytes reply);

#endif
