/* SPDX-License-Identifier: MIT */
/**
 * The manufacturer's record of devices: a file of JSON objects, one a line,
 * only ever appended to. It holds no secrets.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "endorse.h"

/**
 * The certificate that a device was given before.
 *
 * @param[in,out] out  id is given, the certificate found.
 * @param[out] found   false when the ledger or the device's line is not there.
 * @return false when the ledger cannot be read or its line is damaged.
 */
bool ledger_find(const char *path, endorsement *out, bool *found, failure *f);

/** Append a device's line, once it is in its flash. */
bool ledger_add(const char *path, const endorsement *device,
                const char *directory, failure *f);

#endif
