/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Bytes of the accessible pages. */
static size_t body_size(size_t len)
{
    return (len / page_size() + 1) * page_size();
}

uint8_t *guard_new(size_t len)
{
    size_t body = body_size(len);
    uint8_t *map = mmap(NULL, body + page_size(), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (map == MAP_FAILED ||
        mprotect(map + body, page_size(), PROT_NONE) != 0) {
        abort();
    }
    return map + body - len;
}

uint8_t *guard_copy(const uint8_t *data, size_t len)
{
    uint8_t *ptr = guard_new(len);

    if (len > 0) {
        memcpy(ptr, data, len);
    }
    return ptr;
}

void guard_free(uint8_t *ptr, size_t len)
{
    size_t body = body_size(len);

    if (munmap(ptr + len - body, body + page_size()) != 0) {
        abort();
    }
}
