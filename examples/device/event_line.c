/* SPDX-License-Identifier: MIT */
#include "event_line.h"

#include <stdio.h>

#include "device.h"

static const char *event_word(signet_agent_event event)
{
    switch (event) {
    case SIGNET_AGENT_ENROLLING:
        return "enrolling";
    case SIGNET_AGENT_ENROLLED:
        return "enrolled";
    case SIGNET_AGENT_ONLINE:
        return "online";
    case SIGNET_AGENT_OFFLINE:
        return "offline";
    case SIGNET_AGENT_REFUSED:
        return "enrolment refused";
    case SIGNET_AGENT_UPDATE_OFFERED:
        return "update offered";
    case SIGNET_AGENT_UPDATE_BLOCK:
        return "update block";
    case SIGNET_AGENT_UPDATE_READY:
        return "update ready";
    case SIGNET_AGENT_UPDATE_CONFIRMED:
        return "update confirmed";
    case SIGNET_AGENT_MESSAGE_REFUSED:
        return "message refused";
    }
    return "unknown event";
}

static void show_progress(const struct device *device)
{
    uint32_t done;
    uint32_t total;
    signet_update_progress(&device->update, &done, &total);
    printf("device: update block %u of %u bytes\n", done, total);
}

void event_line(void *ctx, signet_agent_event event, signet_status status)
{
    const struct device *device = (const struct device *)ctx;
    if (event == SIGNET_AGENT_UPDATE_BLOCK && status == SIGNET_OK) {
        show_progress(device);
        return;
    }
    printf("device: %s: %s: %s\n", event_word(event),
           signet_status_name(status), signet_status_text(status));
}
