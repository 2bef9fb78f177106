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

/* True when a deadline is set and has come. */
bool signet_agent_due(const signet_agent *agent, uint64_t at_ms);
void signet_agent_tell(signet_agent *agent, signet_agent_event event,
                       signet_status status);
/* Report a refusal, so that each reaches the service with its own status. */
void signet_agent_report(signet_agent *agent, signet_report_kind kind,
                         signet_severity severity, signet_status status);

/* ---- session.c: which listener, and as whom ---- */

/* Take keys and certificates from the trust list in force. */
signet_status signet_agent_read_trust(signet_agent *agent);
signet_status signet_agent_open_enrolment(signet_agent *agent);
signet_status signet_agent_open_operation(signet_agent *agent);
/* The session is over, by us or by the network: wait, then try again. */
void signet_agent_retry(signet_agent *agent, signet_status why);

/* ---- topic.c ---- */

/* "signet/dev/<id>/" + rest, or "signet/enrol/enrol-<id>/" + rest. */
void signet_agent_topic(const signet_agent *agent, const char *rest,
                        char out[64]);
/* The part of a received topic behind the device's own ".../down/", or empty
 * when it is somebody else's. */
signet_bytes signet_agent_topic_rest(const signet_agent *agent,
                                     signet_bytes topic);

/* ---- message.c: protobuf without copies ---- */

/* Let a bytes field be encoded from, or decoded into, a view. */
void signet_agent_encode_view(pb_callback_t *field, const signet_bytes *view);
void signet_agent_decode_view(pb_callback_t *field, signet_bytes *view);
/* Encode into the front of the buffer and publish at QoS 1. */
signet_status signet_agent_publish(signet_agent *agent, const char *topic,
                                   const pb_msgdesc_t *fields,
                                   const void *message);
signet_status signet_agent_decode(signet_bytes input,
                                  const pb_msgdesc_t *fields, void *message);
/* Open a COSE_Sign1 of the service, then decode its payload. */
signet_status signet_agent_decode_signed(const signet_agent *agent,
                                         signet_bytes input,
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
