/* SPDX-License-Identifier: MIT */
/* Certificates: what was read lies inside the input and keeps its promises. */
#include "fuzz.h"

#include <stdlib.h>

#include "identity_kit.h"

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static void inside(signet_bytes view, const uint8_t *data, size_t size)
{
    must(view.len == 0 || (view.ptr >= data && view.len <= size &&
                           (size_t)(view.ptr - data) <= size - view.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    signet_x509 read;

    if (signet_x509_read(signet_view(data, size), &read) != SIGNET_OK) {
        must(read.subject.ptr == NULL && read.to_be_signed.len == 0);
        return 0;
    }
    inside(read.to_be_signed, data, size);
    inside(read.issuer, data, size);
    inside(read.subject, data, size);
    inside(read.subject_cn, data, size);
    inside(read.alt_dns, data, size);
    inside(read.permitted_cn, data, size);
    must(read.subject_cn.len <= 64 && read.permitted_cn.len <= 64);
    must(read.not_before_s <= SIGNET_X509_NO_END &&
         read.not_after_s <= SIGNET_X509_NO_END);
    must(read.ca || read.path_len == -1);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out)
{
    static struct kit_key key;
    signet_x509_template t;
    size_t len = 0;

    if (key.handle.ops == NULL) {
        kit_key_make(&key);
    }
    switch (n) {
    case 0:
        return kit_root(&key, "Root", out, FUZZ_SEED_MAX);
    case 1:
        return kit_device_certificate(key.public_key,
                                      "00112233445566778899aabbccddeeff", &key,
                                      "Root", out, FUZZ_SEED_MAX);
    case 2:
        t = kit_template(&key, &key);
        t.subject_cn = "00112233445566778899aabbccddeeff";
        t.subject_alt_dns = t.subject_cn;
        t.subject_alt_ip = "127.0.0.1";
        t.key_usage = SIGNET_KEY_USAGE_SIGN;
        t.extended_usage = SIGNET_EKU_CLIENT | SIGNET_EKU_SERVER;
        must(signet_x509_write(&t, &key.handle, out, FUZZ_SEED_MAX, &len) ==
             SIGNET_OK);
        return len;
    default:
        return 0;
    }
}
