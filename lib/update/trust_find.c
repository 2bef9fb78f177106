/* SPDX-License-Identifier: MIT */
#include "signet/update.h"

static bool serves(const signet_trust_entry *entry, signet_purpose purpose)
{
    return (entry->purposes & (uint32_t)purpose) != 0;
}

const signet_trust_entry *signet_trust_find(const signet_trust *trust,
                                            signet_purpose purpose,
                                            size_t index)
{
    for (size_t i = 0; i < trust->count; i++) {
        if (!serves(&trust->entries[i], purpose)) {
            continue;
        }
        if (index == 0) {
            return &trust->entries[i];
        }
        index--;
    }
    return NULL;
}

/* Certificates have no key identifier. */
static bool is_key(const signet_trust_entry *entry)
{
    return (entry->purposes & (SIGNET_PURPOSE_BROKER_CA |
                               SIGNET_PURPOSE_OPERATIONAL_ISSUER)) == 0;
}

const signet_trust_entry *signet_trust_key(const signet_trust *trust,
                                           signet_purpose purpose,
                                           signet_bytes kid)
{
    for (size_t i = 0; i < trust->count; i++) {
        const signet_trust_entry *entry = &trust->entries[i];

        if (serves(entry, purpose) && is_key(entry) &&
            signet_equal(kid, signet_view(entry->kid, sizeof entry->kid))) {
            return entry;
        }
    }
    return NULL;
}
