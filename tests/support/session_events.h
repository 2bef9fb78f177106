/* SPDX-License-Identifier: MIT */
/** Records what a messenger's events said. */
#ifndef SIGNET_TESTS_SESSION_EVENTS_H
#define SIGNET_TESTS_SESSION_EVENTS_H

#include "signet/messenger.h"

#include <stdlib.h>
#include <string.h>

#define SEEN_PAYLOAD (400u * 1024u)

typedef struct seen_events {
    unsigned opened;
    unsigned closed;
    unsigned parts;
    unsigned messages; /**< whole ones */
    unsigned acknowledged;
    bool present;
    bool disorder; /**< a part out of its place */
    signet_status why;
    uint16_t last_token;
    char topic[128];
    uint8_t *payload; /**< of the message last received; SEEN_PAYLOAD */
    size_t len;
    size_t total;
    /** Called at the end of a message, when set. */
    void (*on_message)(struct seen_events *seen);
    void *arg;
} seen_events;

static inline void seen_opened(void *ctx, bool present)
{
    seen_events *seen = (seen_events *)ctx;

    seen->opened++;
    seen->present = present;
}

static inline void seen_closed(void *ctx, signet_status why)
{
    seen_events *seen = (seen_events *)ctx;

    seen->closed++;
    seen->why = why;
}

static inline void seen_acknowledged(void *ctx, uint16_t token)
{
    seen_events *seen = (seen_events *)ctx;

    seen->acknowledged++;
    seen->last_token = token;
}

static inline void seen_received(void *ctx, const signet_message_part *part)
{
    seen_events *seen = (seen_events *)ctx;

    seen->parts++;
    if (part->offset == 0) {
        seen->len = 0;
    }
    if (part->offset != seen->len || part->total > SEEN_PAYLOAD ||
        part->payload.len > part->total - part->offset ||
        part->topic.len >= sizeof seen->topic) {
        seen->disorder = true;
        return;
    }
    memcpy(seen->topic, part->topic.ptr, part->topic.len);
    seen->topic[part->topic.len] = 0;
    if (part->payload.len != 0) {
        memcpy(seen->payload + seen->len, part->payload.ptr, part->payload.len);
    }
    seen->len += part->payload.len;
    seen->total = part->total;
    if (seen->len == seen->total) {
        seen->messages++;
        if (seen->on_message != NULL) {
            seen->on_message(seen);
        }
    }
}

static inline void seen_init(seen_events *seen)
{
    memset(seen, 0, sizeof *seen);
    seen->payload = (uint8_t *)malloc(SEEN_PAYLOAD);
    if (seen->payload == NULL) {
        abort();
    }
}

static inline void seen_free(seen_events *seen)
{
    free(seen->payload);
}

static inline signet_messenger_events seen_callbacks(seen_events *seen)
{
    const signet_messenger_events events = {
        .ctx = seen,
        .opened = seen_opened,
        .closed = seen_closed,
        .acknowledged = seen_acknowledged,
        .received = seen_received,
    };

    return events;
}

#endif
