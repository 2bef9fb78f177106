/* SPDX-License-Identifier: MIT */
/* The time, signed over the device's nonce: it cannot be replayed. */
#include "agent.pb.h"
#include "audit.h"
#include "service.h"
#include "wire.h"

#include <string.h>

bool time_handle(service *s, const message *m, reply *out)
{
    signet_TimeRequest request = signet_TimeRequest_init_zero;
    signet_TimeReply answer = signet_TimeReply_init_zero;
    if (!wire_decode(m->payload, signet_TimeRequest_fields, &request) ||
        request.version != WIRE_VERSION) {
        return audit_note(&s->database, s->now_s, m->device, "time",
                          SIGNET_ERR_TYPE, "not a time request");
    }
    answer.version = WIRE_VERSION;
    strcpy(answer.device_id, m->device);
    memcpy(answer.nonce, request.nonce, sizeof answer.nonce);
    answer.time = (uint64_t)s->now_s;
    return wire_reply_signed(s, out, SIGNET_AAD_TIME_REPLY, "signet/dev/",
                             m->device, "down/time", signet_TimeReply_fields,
                             &answer);
}
