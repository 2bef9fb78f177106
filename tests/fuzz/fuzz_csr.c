/* SPDX-License-Identifier: MIT */
/* CSRs: one is accepted only when its own key signed these very bytes, so in
 * practice only the seeds are. */
#include "fuzz.h"

#include <stdlib.h>

#include "identity_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    signet_csr read;
    signet_status status = signet_csr_read(signet_view(data, size), &read);

    if ((status == SIGNET_OK && read.subject_cn.len > 64) ||
        (status != SIGNET_OK && read.subject_cn.ptr != NULL)) {
        abort();
    }
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out)
{
    static struct kit_key key;
    size_t len = 0;

    if (key.handle.ops == NULL) {
        kit_key_make(&key);
    }
    if (n > 0 ||
        signet_csr_write("00112233445566778899aabbccddeeff", &key.handle, out,
                         FUZZ_SEED_MAX, &len) != SIGNET_OK) {
        return 0;
    }
    return len;
}
