/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/entropy.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

#define LONGEST_FILL 256u

static signet_status fill(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    if (len > LONGEST_FILL) {
        return SIGNET_ERR_ARGUMENT;
    }
    while (len > 0) {
        ssize_t n = getrandom(out, len, 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return SIGNET_ERR_ENTROPY;
        }
        out += n;
        len -= (size_t)n;
    }
    return SIGNET_OK;
}

signet_entropy signet_posix_entropy(void)
{
    signet_entropy source = {fill, NULL};
    return source;
}
