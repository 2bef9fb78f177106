/* SPDX-License-Identifier: MIT */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "service.h"

/** The key of replies (a file) and the operational issuer (NAME.key, .der). */
bool credentials_load(service *s, const char *reply_key, const char *issuer,
                      failure *f);

/** Manufacturer roots, from the database. */
bool credentials_load_roots(service *s, failure *f);

/** Wipe and free. */
void credentials_free(service *s);

#endif
