/* SPDX-License-Identifier: MIT */
/* What a firmware links of lib/identity: without provisioning and without the
 * verifier's and the issuer's side. */
#include "signet/identity.h"

#include "use.h"

const use_function signet_use[] = {
    USE(signet_identity_start),       USE(signet_identity_alias),
    USE(signet_identity_operational), USE(signet_identity_trust),
    USE(signet_identity_raise_floor), USE(signet_identity_renewal_due),
    USE(signet_identity_forget),      USE(signet_enrol_begin),
    USE(signet_enrol_output),         USE(signet_enrol_input),
    USE(signet_enrol_candidate),      USE(signet_enrol_commit),
    USE(signet_enrol_rollback),
};
