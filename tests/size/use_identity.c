/* SPDX-License-Identifier: MIT */
#include "signet/identity.h"
#include "signet/x509.h"

#include "use.h"

RAM(identity, sizeof(signet_identity));
RAM(enrol, sizeof(signet_enrol));

const use_function signet_use[] = {
    USE(signet_x509_write),
    USE(signet_csr_write),
    USE(signet_x509_read),
    USE(signet_csr_read),
    USE(signet_x509_verify),
    USE(signet_identity_device_csr),
    USE(signet_identity_names),
    USE(signet_identity_start),
    USE(signet_identity_alias),
    USE(signet_identity_operational),
    USE(signet_identity_trust),
    USE(signet_identity_raise_floor),
    USE(signet_identity_renewal_due),
    USE(signet_identity_forget),
    USE(signet_identity_evidence),
    USE(signet_identity_challenge),
    USE(signet_evidence_open),
    USE(signet_enrol_begin),
    USE(signet_enrol_output),
    USE(signet_enrol_input),
    USE(signet_enrol_candidate),
    USE(signet_enrol_commit),
    USE(signet_enrol_rollback),
};
