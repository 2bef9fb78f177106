/* SPDX-License-Identifier: MIT */
#ifndef ISSUE_H
#define ISSUE_H

#include "nonces.h"

typedef struct issued {
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len;
} issued;

/** The certificate that this very request was given before, while it lasts:
 * a lost reply strands nobody. */
bool issue_find(service *s, const nonce_request *request, issued *out,
                bool *found);

/** Make the operational certificate of a device and keep it. Subject and
 * names are ours; nothing but the key is the CSR's. */
bool issue_make(service *s, const nonce_request *request, const uint8_t key[64],
                issued *out, signet_status *status);

#endif
