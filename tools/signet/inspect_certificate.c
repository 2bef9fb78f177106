/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include "signet/x509.h"

#include <string.h>

/* The CN in an encoded Name: 06 03 55 04 03, then a string. Names of other
 * forms give what follows their first CN, or nothing. */
static signet_bytes common_name(signet_bytes name)
{
    static const uint8_t cn[] = {0x06, 0x03, 0x55, 0x04, 0x03};
    for (size_t i = 0; i + sizeof cn + 2u <= name.len; i++) {
        const uint8_t *at = name.ptr + i;
        size_t rest = name.len - i - sizeof cn - 2u;
        if (memcmp(at, cn, sizeof cn) == 0 && at[sizeof cn + 1u] <= rest) {
            return signet_view(at + sizeof cn + 2u, at[sizeof cn + 1u]);
        }
    }
    return signet_view(NULL, 0);
}

static signet_status show_digest(show *s, signet_bytes der)
{
    signet_sha256 hash;
    uint8_t digest[32];
    signet_status status = signet_sha256_init(&hash);
    if (status == SIGNET_OK) {
        status = signet_sha256_update(&hash, der.ptr, der.len);
    }
    if (status == SIGNET_OK) {
        status = signet_sha256_final(&hash, digest);
    }
    if (status == SIGNET_OK) {
        show_hex(s, "sha256", signet_view(digest, sizeof digest));
    }
    return status;
}

static void show_key(show *s, const uint8_t key[64])
{
    uint8_t kid[SIGNET_KID_SIZE];
    if (signet_kid(key, kid) == SIGNET_OK) {
        show_hex(s, "kid", signet_view(kid, sizeof kid));
    }
    show_hex(s, "public_key", signet_view(key, 64));
}

static void show_usage(show *s, const signet_x509 *x)
{
    show_bool(s, "ca", x->ca);
    if (x->ca && x->path_len >= 0) {
        show_int(s, "path_length", x->path_len);
    }
    show_bool(s, "signs", (x->key_usage & SIGNET_KEY_USAGE_SIGN) != 0);
    show_bool(s, "signs_certificates",
              (x->key_usage & SIGNET_KEY_USAGE_CERT_SIGN) != 0);
    show_bool(s, "tls_client", (x->extended_usage & SIGNET_EKU_CLIENT) != 0);
    show_bool(s, "tls_server", (x->extended_usage & SIGNET_EKU_SERVER) != 0);
    if (x->permitted_cn.len > 0) {
        show_bytes_text(s, "permitted_name", x->permitted_cn);
    }
}

signet_status inspect_certificate(show *s, signet_bytes der)
{
    signet_x509 x;
    signet_status status = signet_x509_read(der, &x);
    if (status != SIGNET_OK) {
        return status;
    }
    show_text(s, "object", "certificate");
    show_bytes_text(s, "subject", common_name(x.subject));
    show_bytes_text(s, "issuer", common_name(x.issuer));
    if (x.alt_dns.len > 0) {
        show_bytes_text(s, "dns_name", x.alt_dns);
    }
    show_time(s, "not_before", x.not_before_s);
    if (x.not_after_s == SIGNET_X509_NO_END) {
        show_text(s, "not_after", "none");
    } else {
        show_time(s, "not_after", x.not_after_s);
    }
    show_usage(s, &x);
    show_key(s, x.key);
    return show_digest(s, der);
}

signet_status inspect_csr(show *s, signet_bytes der)
{
    signet_csr csr;
    signet_status status = signet_csr_read(der, &csr);
    if (status != SIGNET_OK) {
        return status;
    }
    show_text(s, "object", "certificate request");
    show_bytes_text(s, "subject", csr.subject_cn);
    show_key(s, csr.key);
    return SIGNET_OK;
}
