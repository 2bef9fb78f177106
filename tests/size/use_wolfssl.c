/* SPDX-License-Identifier: MIT */
#include "signet/port/crypto.h"
#include "signet/port/lms.h"
#include "signet/port/tls.h"
#include "signet/port/wolfssl.h"

#include "use.h"

const use_function signet_use[] = {
    USE(signet_sha256_init),     USE(signet_sha256_update),
    USE(signet_sha256_final),    USE(signet_hmac_sha256),
    USE(signet_hkdf_sha256),     USE(signet_aes128_gcm_seal),
    USE(signet_aes128_gcm_open), USE(signet_p256_verify),
    USE(signet_p256_sign),       USE(signet_p256_public),
    USE(signet_lms_verify),      USE(signet_wolfssl_use_heap),
    USE(signet_wolfssl_init),    USE(signet_tls_init),
    USE(signet_tls_stream),
};
