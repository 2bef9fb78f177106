/* SPDX-License-Identifier: MIT */
/** One function a kind of object; nothing is verified that is not said to. */
#ifndef INSPECT_H
#define INSPECT_H

#include "show.h"

#include "signet/cose.h"
#include "signet/status.h"

/** Each adds to the object that is open. */
signet_status inspect_certificate(show *s, signet_bytes der);
signet_status inspect_csr(show *s, signet_bytes der);

/** The signatures, then the payload: manifest or trust list. */
signet_status inspect_cose(show *s, signet_bytes encoded);

/** A payload map: keys with names and meanings. */
signet_status inspect_manifest(show *s, signet_bytes payload);
signet_status inspect_trust_list(show *s, signet_bytes payload);

#endif
