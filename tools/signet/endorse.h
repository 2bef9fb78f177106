/* SPDX-License-Identifier: MIT */
/** The manufacturer's signature over a device key. */
#ifndef ENDORSE_H
#define ENDORSE_H

#include "certify.h"
#include "signet/identity.h"

typedef struct endorsement {
    char id[SIGNET_DEVICE_ID_LEN + 1u];
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len;
} endorsement;

/** Read a CSR, PEM or DER, and give the device id of its key. */
bool endorse_csr_read(const char *path, uint8_t key[64],
                      char id[SIGNET_DEVICE_ID_LEN + 1u], failure *f);

/** The same from memory; what names it in errors. */
bool endorse_csr_parse(const char *what, signet_bytes file, uint8_t key[64],
                       char id[SIGNET_DEVICE_ID_LEN + 1u], failure *f);

/**
 * Make the device certificate: CN=device-<id>, a CA that may certify only
 * CN=enrol-<id>, without an end.
 */
bool endorse_key(material_ca *manufacturer, const uint8_t key[64],
                 endorsement *out, failure *f);

#endif
