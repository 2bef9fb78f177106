/* SPDX-License-Identifier: MIT */
#ifndef AUDIT_H
#define AUDIT_H

#include "db.h"

/**
 * Note what happened: an event ("certificate", "nonce", "update outcome"),
 * how it ended, and a word on where. A repetition of a device's newest row
 * raises that row's count: a device cannot fill the disk with refusals.
 */
bool audit_note(db *d, int64_t now_s, const char *device, const char *event,
                signet_status status, const char *detail);

#endif
