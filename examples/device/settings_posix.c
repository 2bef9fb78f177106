/* SPDX-License-Identifier: MIT */
#include "settings_posix.h"

#include <stdlib.h>
#include <string.h>

#include "ids.h"

/* What a build system would stamp: no time before it can be true. */
#ifndef DEVICE_BUILD_TIME
#define DEVICE_BUILD_TIME 1767225600u /* 2026-01-01 */
#endif

/* "address:port" in place; false when it is not that. */
static bool split_endpoint(char *text, signet_agent_endpoint *out)
{
    char *colon = text == NULL ? NULL : strrchr(text, ':');
    char *end = NULL;
    unsigned long port;
    if (colon == NULL) {
        return false;
    }
    *colon = '\0';
    port = strtoul(colon + 1, &end, 10);
    if (end == colon + 1 || *end != '\0' || port == 0ul || port > 65535ul) {
        return false;
    }
    out->host = text;
    out->port = (uint16_t)port;
    return true;
}

static bool read_interval(uint32_t *out)
{
    const char *text = getenv("SIGNET_READING_MS");
    char *end = NULL;
    unsigned long value = 1000ul;
    if (text != NULL) {
        value = strtoul(text, &end, 10);
        if (end == text || *end != '\0' || value > UINT32_MAX) {
            return false;
        }
    }
    *out = (uint32_t)value;
    return true;
}

bool settings_from_environment(struct device_settings *settings)
{
    static const uint8_t vendor[16] = {DEVICE_VENDOR_ID};
    static const uint8_t class_id[16] = {DEVICE_CLASS_ID};
    const char *name = getenv("SIGNET_SERVER_NAME");
    memset(settings, 0, sizeof *settings);
    if (name == NULL ||
        !split_endpoint(getenv("SIGNET_ENROLMENT"), &settings->enrolment) ||
        !split_endpoint(getenv("SIGNET_OPERATION"), &settings->operational)) {
        return false;
    }
    settings->enrolment.server_name = name;
    settings->operational.server_name = name;
    memcpy(settings->vendor_id, vendor, sizeof vendor);
    memcpy(settings->class_id, class_id, sizeof class_id);
    settings->build_time_s = DEVICE_BUILD_TIME;
    return read_interval(&settings->reading_ms);
}
