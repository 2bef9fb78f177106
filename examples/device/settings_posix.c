/* SPDX-License-Identifier: MIT */
#include "settings_posix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ids.h"

/* What a build system would stamp: no time before it can be true. */
#ifndef DEVICE_BUILD_TIME
#define DEVICE_BUILD_TIME 1767225600u /* 2026-01-01 */
#endif

/* Digits only: strtoul would take a sign and leading space, too. */
static bool read_number(const char *text, unsigned long max, unsigned long *out)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    *out = strtoul(text, &end, 10);
    return *end == '\0' && errno == 0 && *out <= max;
}

/* "address:port" in place; false when it is not that. */
static bool split_endpoint(const char *variable, signet_agent_endpoint *out)
{
    char *text = getenv(variable);
    char *colon = text == NULL ? NULL : strrchr(text, ':');
    unsigned long port = 0;
    if (colon == NULL || colon == text ||
        !read_number(colon + 1, 65535ul, &port) || port == 0ul) {
        return false;
    }
    *colon = '\0';
    out->host = text;
    out->port = (uint16_t)port;
    return true;
}

static bool read_interval(uint32_t *out)
{
    const char *text = getenv("SIGNET_READING_MS");
    unsigned long value = 1000ul;
    if (text != NULL && !read_number(text, UINT32_MAX, &value)) {
        return false;
    }
    *out = (uint32_t)value;
    return true;
}

static bool read_name(struct device_settings *settings)
{
    const char *name = getenv("SIGNET_SERVER_NAME");
    settings->enrolment.server_name = name;
    settings->operational.server_name = name;
    return name != NULL && name[0] != '\0';
}

const char *settings_from_environment(struct device_settings *settings)
{
    static const uint8_t vendor[16] = {DEVICE_VENDOR_ID};
    static const uint8_t class_id[16] = {DEVICE_CLASS_ID};
    memset(settings, 0, sizeof *settings);
    if (!split_endpoint("SIGNET_ENROLMENT", &settings->enrolment)) {
        return "SIGNET_ENROLMENT must be set to address:port";
    }
    if (!split_endpoint("SIGNET_OPERATION", &settings->operational)) {
        return "SIGNET_OPERATION must be set to address:port";
    }
    if (!read_name(settings)) {
        return "SIGNET_SERVER_NAME must be set to the broker's name";
    }
    if (!read_interval(&settings->reading_ms)) {
        return "SIGNET_READING_MS must be milliseconds, 0 for none";
    }
    memcpy(settings->vendor_id, vendor, sizeof vendor);
    memcpy(settings->class_id, class_id, sizeof class_id);
    settings->build_time_s = DEVICE_BUILD_TIME;
    return NULL;
}
