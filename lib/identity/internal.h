/* SPDX-License-Identifier: MIT */
/* Private to lib/identity: steps that start-up and enrolment share. */
#ifndef SIGNET_IDENTITY_INTERNAL_H
#define SIGNET_IDENTITY_INTERNAL_H

#include "device_key.h"
#include "signet/identity.h"

#define NO_SLOT 0xFFu

/** A name made of a prefix and the device id; fits every prefix used. */
#define NAME_SIZE (SIGNET_DEVICE_ID_LEN + 8u)
void signet_identity_name(const signet_identity *identity, const char *prefix,
                          char name[NAME_SIZE]);

/** Load the cached alias certificate, or sign and store a new one. */
signet_status signet_alias_prepare(signet_identity *identity,
                                   const signet_key *device,
                                   const uint8_t device_key[64],
                                   const uint8_t alias_key[64]);

/** Load which operational slot is active and its certificate; what is absent
 * or does not fit gives no slot, not an error. */
signet_status signet_operational_load(signet_identity *identity);

/** Make a slot whose key and certificate are stored the active one. */
signet_status signet_operational_activate(signet_identity *identity,
                                          uint8_t slot);

/** Remove a slot's key and certificate. */
signet_status signet_operational_drop(signet_identity *identity, uint8_t slot);

/** Load the persisted time floor. */
signet_status signet_floor_load(signet_identity *identity);

/** The best lower bound of the present time. */
uint64_t signet_floor_time(const signet_identity *identity, signet_time now);

#endif
