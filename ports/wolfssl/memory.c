/* SPDX-License-Identifier: MIT */
/*
 * wolfSSL's memory hooks (XMALLOC_USER). There is no XREALLOC: nothing in
 * this configuration calls it, and should that change the link fails by name.
 */
#include "signet/port/wolfssl.h"

#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/wolfcrypt/types.h>

static const signet_wolfssl_heap *in_use = &signet_wolfssl_default_heap;

void signet_wolfssl_use_heap(const signet_wolfssl_heap *heap)
{
    in_use = heap != NULL ? heap : &signet_wolfssl_default_heap;
}

/* The parameters' names are wolfSSL's. */
void *XMALLOC(size_t n, void *heap, int type)
{
    (void)heap;
    (void)type;
    if (n == 0) {
        return NULL;
    }
    return in_use->allocate(in_use->ctx, n);
}

void XFREE(void *p, void *heap, int type)
{
    (void)heap;
    (void)type;
    if (p != NULL) {
        in_use->release(in_use->ctx, p);
    }
}
