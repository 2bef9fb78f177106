/* SPDX-License-Identifier: MIT */
#ifndef WATCH_H
#define WATCH_H

#include "updates.h"

/**
 * Look what others (the admin verbs) changed in the database: write the
 * revocation list, offer new releases and trust lists. Cheap when nothing did.
 */
bool watch_step(service *s, updates_send send, void *ctx, failure *f);

/** Write the list of revoked devices for the broker's plugin. */
bool watch_write_revoked(service *s, failure *f);

#endif
