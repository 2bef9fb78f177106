/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_POSIX_H
#define SETTINGS_POSIX_H

#include "device.h"

/**
 * Settings from the environment: SIGNET_ENROLMENT and SIGNET_OPERATION
 * (address:port), SIGNET_SERVER_NAME, and optionally SIGNET_READING_MS. What
 * a product has in its image comes from ids.h. event is left unset.
 *
 * @return false when a variable is missing or malformed.
 */
bool settings_from_environment(struct device_settings *settings);

#endif
