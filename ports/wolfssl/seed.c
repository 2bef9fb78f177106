/* SPDX-License-Identifier: MIT */
/* wolfCrypt's start, and the seeds of its hash DRBG (SP 800-90A). */
#include "signet/port/wolfssl.h"

#include "hooks.h"

#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/wolfcrypt/wc_port.h>

/* Most bytes that one call of a signet_entropy may be asked for. */
#define FILL_MAX 256u

static signet_entropy source;

static signet_status probe(const signet_entropy *entropy)
{
    uint8_t bytes[16];
    signet_status status = entropy->fill(entropy->ctx, bytes, sizeof(bytes));
    signet_wipe(bytes, sizeof(bytes));
    return status == SIGNET_OK ? SIGNET_OK : SIGNET_ERR_ENTROPY;
}

signet_status signet_wolfssl_probe_entropy(void)
{
    return source.fill != NULL ? probe(&source) : SIGNET_ERR_STATE;
}

signet_status signet_wolfssl_init(const signet_entropy *entropy)
{
    signet_status status = probe(entropy);
    if (status != SIGNET_OK) {
        return status;
    }
    /* Without it wolfSSL never reaches a registered key callback. */
    if (wolfCrypt_Init() != 0) {
        return SIGNET_ERR_CRYPTO;
    }
    source = *entropy;
    return SIGNET_OK;
}

int signet_wolfssl_seed(unsigned char *out, unsigned len)
{
    if (source.fill == NULL) {
        return -1;
    }
    while (len > 0) {
        unsigned part = len < FILL_MAX ? len : FILL_MAX;
        if (source.fill(source.ctx, out, part) != SIGNET_OK) {
            return -1;
        }
        out += part;
        len -= part;
    }
    return 0;
}
