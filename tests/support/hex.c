/* SPDX-License-Identifier: MIT */
#include "hex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static unsigned digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = strchr(digits, tolower((unsigned char)c));

    if (c == '\0' || found == NULL) {
        abort();
    }
    return (unsigned)(found - digits);
}

size_t hex_decode(const char *hex, uint8_t *out, size_t cap)
{
    size_t len = strlen(hex) / 2;

    if (strcmp(hex, "-") == 0) {
        return 0;
    }
    if (strlen(hex) % 2 != 0 || len > cap) {
        abort();
    }
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    }
    return len;
}
