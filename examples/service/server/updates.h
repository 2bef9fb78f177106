/* SPDX-License-Identifier: MIT */
#ifndef UPDATES_H
#define UPDATES_H

#include "service.h"

typedef void (*updates_send)(void *ctx, const reply *r);

/**
 * Offer to every active device what is newer than these: releases above an
 * id, trust lists above a counter. By what the device said last.
 */
bool updates_push(service *s, int64_t release_id, int64_t trust_counter,
                  updates_send send, void *ctx);

#endif
