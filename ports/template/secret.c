/* SPDX-License-Identifier: MIT */
/*
 * The device secret, SECRET-1..3: fuses, a locked flash page, a secure element,
 * a TPM. State the assurance honestly: it goes into evidence.
 */
#include "signet/port/secret.h"

static signet_status secret_read(void *ctx, uint8_t secret[32])
{
#error "the 32 bytes; NOT_FOUND when blank, ERR_KEY after latch; SECRET-1..3"
}

static void secret_latch(void *ctx)
{
#error "close access until the next reset, in hardware if possible; SECRET-2"
}

static signet_life_cycle secret_life_cycle(void *ctx)
{
#error "the life cycle, from fuses; an open debug port is not SECURED"
}

static signet_assurance secret_assurance(void *ctx)
{
#error "how well the secret is kept: NONE, LOCKED or HARDWARE"
}

const signet_secret_ops template_secret_ops = {
    secret_read, secret_latch, secret_life_cycle, secret_assurance};
