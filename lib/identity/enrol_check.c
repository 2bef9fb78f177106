/* SPDX-License-Identifier: MIT */
/* What a device demands of a certificate before it uses it, whatever the
 * service's signature on the reply says. */
#include "enrol_internal.h"

#include <string.h>

#include "soft_keys.h"

static signet_status check_key(const signet_enrol *enrol,
                               const signet_x509 *certificate)
{
    const signet_key key =
        signet_soft_keys_operational(&enrol->identity->keys, enrol->slot);
    uint8_t expected[64];
    signet_status status = key.ops->public_key(key.ctx, key.slot, expected);

    if (status != SIGNET_OK) {
        return status;
    }
    return memcmp(certificate->key, expected, sizeof(expected)) == 0
               ? SIGNET_OK
               : SIGNET_ERR_CERT_KEY;
}

/* Signed by the pinned issuer itself, with nothing in between. */
static signet_status check_issuer(const signet_enrol *enrol,
                                  const signet_x509 *certificate)
{
    signet_x509 issuer;
    signet_status status = signet_x509_read(enrol->issuer, &issuer);

    if (status != SIGNET_OK || !issuer.ca ||
        (issuer.key_usage & SIGNET_KEY_USAGE_CERT_SIGN) == 0 ||
        !signet_equal(certificate->issuer, issuer.subject)) {
        return SIGNET_ERR_CERT_CHAIN;
    }
    status = signet_x509_verify(certificate, issuer.key);
    return status == SIGNET_ERR_SIGNATURE ? SIGNET_ERR_CERT_CHAIN : status;
}

static signet_status check_names(const signet_enrol *enrol,
                                 const signet_x509 *certificate)
{
    const signet_bytes id = {(const uint8_t *)enrol->identity->device_id,
                             SIGNET_DEVICE_ID_LEN};

    return signet_equal(certificate->subject_cn, id) &&
                   signet_equal(certificate->alt_dns, id)
               ? SIGNET_OK
               : SIGNET_ERR_CERT_SUBJECT;
}

static signet_status check_usage(const signet_x509 *certificate)
{
    return !certificate->ca &&
                   certificate->key_usage == SIGNET_KEY_USAGE_SIGN &&
                   certificate->extended_usage == SIGNET_EKU_CLIENT
               ? SIGNET_OK
               : SIGNET_ERR_CERT_USAGE;
}

/* Valid now by the service's own clock, which was not below the floor, and not
 * for longer than the policy. */
static signet_status check_validity(const signet_enrol *enrol,
                                    const signet_x509 *certificate)
{
    uint64_t now = enrol->service_time_s;

    return certificate->not_before_s <= now && certificate->not_after_s > now &&
                   certificate->not_after_s - certificate->not_before_s <=
                       SIGNET_CERT_MAX_LIFE_S
               ? SIGNET_OK
               : SIGNET_ERR_CERT_VALIDITY;
}

signet_status signet_enrol_check(const signet_enrol *enrol,
                                 signet_bytes certificate)
{
    signet_x509 read;
    signet_status status = signet_x509_read(certificate, &read);

    if (status == SIGNET_OK) {
        status = check_key(enrol, &read);
    }
    if (status == SIGNET_OK) {
        status = check_issuer(enrol, &read);
    }
    if (status == SIGNET_OK) {
        status = check_names(enrol, &read);
    }
    if (status == SIGNET_OK) {
        status = check_usage(&read);
    }
    if (status == SIGNET_OK) {
        status = check_validity(enrol, &read);
    }
    return status;
}
