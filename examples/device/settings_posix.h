/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_POSIX_H
#define SETTINGS_POSIX_H

#include "device.h"

/**
 * Settings from the environment: SIGNET_ENROLMENT and SIGNET_OPERATION
 * (address:port), SIGNET_SERVER_NAME, and optionally SIGNET_READING_MS. What
 * a product has in its image comes from ids.h. event is left unset.
 *
 * @return NULL, or what is wrong with the first that is missing or malformed.
 */
const char *settings_from_environment(struct device_settings *settings);

#endif
