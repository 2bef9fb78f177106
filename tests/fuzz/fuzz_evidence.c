/* SPDX-License-Identifier: MIT */
/* Evidence. The input is taken twice: as the COSE object, and as claims that
 * are then signed, so that fuzzing reaches what stands behind the signature. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "identity_device.h"
#include "signet/cose.h"

static const uint8_t aad[] = SIGNET_AAD_EVIDENCE;
static struct kit_key key;

static void open_one(const uint8_t *data, size_t size)
{
    signet_evidence read;
    signet_status status =
        signet_evidence_open(signet_view(data, size), key.public_key, &read);

    if (status != SIGNET_OK) {
        if (read.ueid.ptr != NULL) {
            abort();
        }
        return;
    }
    if (read.challenge.len != 32 || read.ueid.len != SIGNET_UEID_SIZE ||
        read.measurement.len != 32 || read.signer.len != 32 ||
        read.version.len == 0 || read.version.len > 64) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t signed_claims[FUZZ_SEED_MAX + 256];
    size_t len = 0;

    if (key.handle.ops == NULL) {
        kit_key_make(&key);
    }
    open_one(data, size);
    if (signet_cose_sign1(&key.handle, signet_view(aad, sizeof(aad) - 1),
                          signet_view(data, size), signed_claims,
                          sizeof(signed_claims), &len) == SIGNET_OK) {
        open_one(signed_claims, len);
    }
    return 0;
}

/* The claims of a real device, and the whole object. */
size_t fuzz_seed(unsigned n, uint8_t *out)
{
    static struct kit_device device;
    static const uint8_t challenge[32];
    signet_cose_object object;
    size_t len = 0;

    if (n > 1) {
        return 0;
    }
    if (device.items.flash == NULL) {
        kit_key_make(&key);
        kit_device_make(&device);
        kit_device_provision(&device, &key);
        if (kit_device_start(&device) != SIGNET_OK) {
            abort();
        }
    }
    if (signet_identity_evidence(&device.identity, challenge, out,
                                 FUZZ_SEED_MAX, &len) != SIGNET_OK ||
        signet_cose_parse(signet_view(out, len), &object) != SIGNET_OK) {
        abort();
    }
    if (n == 0) {
        return len;
    }
    memmove(out, object.payload.ptr, object.payload.len);
    return object.payload.len;
}
