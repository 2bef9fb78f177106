/* SPDX-License-Identifier: MIT */
/* Trust lists, as an object that nobody signed, and as a payload behind a
 * valid signature: entries lie inside the input and keep their promises. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "private.h"
#include "release.h"

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

/* Whoever finds an entry by its purpose relies on this. */
static void check_entry(const signet_trust_entry *entry, const uint8_t *data,
                        size_t size)
{
    uint32_t ca = SIGNET_PURPOSE_BROKER_CA | SIGNET_PURPOSE_OPERATIONAL_ISSUER;

    must(entry->key.len > 0 && entry->key.len <= size);
    must(entry->key.ptr >= data &&
         (size_t)(entry->key.ptr - data) <= size - entry->key.len);
    must(entry->purposes != 0 && (entry->purposes & ~0x7Fu) == 0);
    must((entry->flags & ~SIGNET_TRUST_DEVELOPMENT) == 0);
    if (entry->algorithm == SIGNET_COSE_HSS_LMS) {
        must(entry->key.len == 60);
        must(entry->purposes == SIGNET_PURPOSE_FIRMWARE);
    } else if ((entry->purposes & ca) == 0) {
        must(entry->algorithm == SIGNET_COSE_ES256 && entry->key.len == 64);
    } else {
        must(entry->purposes == SIGNET_PURPOSE_BROKER_CA ||
             entry->purposes == SIGNET_PURPOSE_OPERATIONAL_ISSUER);
    }
}

static void check(const signet_trust *trust, const uint8_t *data, size_t size)
{
    must(trust->counter != 0 && trust->counter != UINT32_MAX);
    must(trust->count > 0 && trust->count <= SIGNET_TRUST_MAX_ENTRIES);
    for (size_t i = 0; i < trust->count; i++) {
        check_entry(&trust->entries[i], data, size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct release_key root;
    signet_trust trust;

    if (root.key.ops == NULL) {
        release_key_new(&root, KEY_ROOT);
    }
    memset(&trust, 0, sizeof trust);
    if (signet_update_read_trust(signet_view(data, size), &trust) ==
        SIGNET_OK) {
        check(&trust, data, size);
    }
    if (signet_trust_open(signet_view(data, size), root.public_key, 0,
                          &trust) != SIGNET_OK) {
        must(trust.count == 0);
    }
    return 0;
}

/* 0: a signed list; 1, 2: payloads. */
size_t fuzz_seed(unsigned n, uint8_t *out)
{
    signing_buffer list = {NULL, 0};
    signet_cose_object object;
    signet_bytes seed;
    size_t len = 0;

    if (n > 2) {
        return 0;
    }
    list = n == 2 ? release_narrow_list(9, KEY_SECOND) : release_trust_list(1);
    must(signet_cose_parse(signing_view(&list), &object) == SIGNET_OK);
    seed = n == 0 ? signing_view(&list) : object.payload;
    len = seed.len;
    must(len <= FUZZ_SEED_MAX);
    memcpy(out, seed.ptr, len);
    signing_buffer_free(&list);
    return len;
}
