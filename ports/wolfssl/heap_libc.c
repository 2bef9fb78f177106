/* SPDX-License-Identifier: MIT */
/* The default heap. In a file of its own: an application that defines
 * signet_wolfssl_default_heap does not link malloc through us. */
#include "signet/port/wolfssl.h"

#include <stdlib.h>

static void *allocate(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void release(void *ctx, void *block)
{
    (void)ctx;
    free(block);
}

const signet_wolfssl_heap signet_wolfssl_default_heap = {
    .allocate = allocate,
    .release = release,
    .ctx = NULL,
};
