/* SPDX-License-Identifier: MIT */
#include "internal.h"

#include <string.h>

#include "soft_keys.h"

void signet_identity_name(const signet_identity *identity, const char *prefix,
                          char name[NAME_SIZE])
{
    while (*prefix != '\0') {
        *name++ = *prefix++;
    }
    memcpy(name, identity->device_id, SIGNET_DEVICE_ID_LEN + 1u);
}

/* A certificate is fit when it is for today's key: the key changes with the
 * measurement. Its signature is the TLS peer's to check. */
static bool load(signet_identity *identity, const uint8_t alias_key[64])
{
    signet_x509 read;

    if (signet_items_get(identity->config.items,
                         SIGNET_IDENTITY_ITEM_ALIAS_CERT, identity->alias_cert,
                         sizeof(identity->alias_cert),
                         &identity->alias_cert_len) != SIGNET_OK) {
        return false;
    }
    return signet_x509_read(
               signet_view(identity->alias_cert, identity->alias_cert_len),
               &read) == SIGNET_OK &&
           memcmp(read.key, alias_key, sizeof(read.key)) == 0;
}

/* No end: the certificate says what the firmware's key is, and ends with it.
 * notBefore is 1970, because this device may not know the time yet. */
static signet_status endorse(signet_identity *identity,
                             const signet_key *device,
                             const uint8_t device_key[64],
                             const uint8_t alias_key[64])
{
    const signet_entropy *rng = &identity->config.rng;
    char issuer[NAME_SIZE];
    char subject[NAME_SIZE];
    signet_x509_template t;
    signet_status status = SIGNET_OK;

    memset(&t, 0, sizeof(t));
    signet_identity_name(identity, "device-", issuer);
    signet_identity_name(identity, SIGNET_ENROL_PREFIX, subject);
    t.issuer_cn = issuer;
    t.subject_cn = subject;
    t.subject_key = alias_key;
    t.issuer_key = device_key;
    t.not_after_s = SIGNET_X509_NO_END;
    t.key_usage = SIGNET_KEY_USAGE_SIGN;
    t.extended_usage = SIGNET_EKU_CLIENT;
    status = rng->fill(rng->ctx, t.serial, sizeof(t.serial));
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_x509_write(&t, device, identity->alias_cert,
                             sizeof(identity->alias_cert),
                             &identity->alias_cert_len);
}

signet_status signet_alias_prepare(signet_identity *identity,
                                   const signet_key *device,
                                   const uint8_t device_key[64],
                                   const uint8_t alias_key[64])
{
    signet_status status = SIGNET_OK;

    if (load(identity, alias_key)) {
        return SIGNET_OK;
    }
    status = endorse(identity, device, device_key, alias_key);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_items_put(
        identity->config.items, SIGNET_IDENTITY_ITEM_ALIAS_CERT,
        signet_view(identity->alias_cert, identity->alias_cert_len));
}

void signet_identity_alias(const signet_identity *identity, signet_key *key,
                           signet_bytes chain[2])
{
    *key = signet_soft_keys_handle(&identity->keys, SIGNET_KEY_ALIAS);
    chain[0] = signet_view(identity->alias_cert, identity->alias_cert_len);
    chain[1] = signet_view(identity->device_cert, identity->device_cert_len);
}
