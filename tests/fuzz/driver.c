/* SPDX-License-Identifier: MIT */
/*
 * A main for fuzz targets without libFuzzer:
 *
 *   fuzz_x               mutate the seeds, the same way each time, until a
 *                        number of rounds or seconds
 *   fuzz_x --seeds DIR   write the seeds to files: a corpus to start from
 *   fuzz_x FILE...       replay inputs
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 4000u
#define SECONDS 10
#define MAX_INPUT (FUZZ_SEED_MAX + 16u)

static uint32_t state = 1;

static uint32_t next(uint32_t below)
{
    state ^= state << 13; /* xorshift32 */
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static size_t mutate(uint8_t *data, size_t len)
{
    for (uint32_t changes = 1 + next(4); changes > 0 && len > 0; changes--) {
        uint32_t at = next((uint32_t)len);

        switch (next(5)) {
        case 0:
            data[at] ^= (uint8_t)(1u << next(8));
            break;
        case 1:
            data[at] = (uint8_t)next(256);
            break;
        case 2: /* cut */
            len = at;
            break;
        case 3: /* a byte more in the middle */
            if (len < MAX_INPUT) {
                memmove(data + at + 1, data + at, len - at);
                len++;
            }
            break;
        default: /* a byte less */
            memmove(data + at, data + at + 1, len - at - 1);
            len--;
            break;
        }
    }
    return len;
}

/* On the heap and of the exact size, so that ASan sees each byte too far. */
static void run(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    if (copy == NULL) {
        abort();
    }
    if (len > 0) {
        memcpy(copy, data, len);
    }
    (void)LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static void smoke(void)
{
    uint8_t data[MAX_INPUT];
    unsigned seeds = 0;
    unsigned round = 0;

    while (fuzz_seed(seeds, data) > 0) {
        seeds++;
    }
    for (; round < ROUNDS && clock() < SECONDS * CLOCKS_PER_SEC; round++) {
        size_t len = seeds > 0 ? fuzz_seed(round % seeds, data) : 0;

        run(data, round < seeds ? len : mutate(data, len));
    }
    printf("%u inputs from %u seeds\n", round, seeds);
}

static int write_seeds(const char *folder)
{
    uint8_t data[FUZZ_SEED_MAX];
    char path[1024];
    size_t len = 0;

    for (unsigned n = 0; (len = fuzz_seed(n, data)) > 0; n++) {
        FILE *file = NULL;

        (void)snprintf(path, sizeof(path), "%s/seed-%u", folder, n);
        file = fopen(path, "wb");
        if (file == NULL || fwrite(data, 1, len, file) != len ||
            fclose(file) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}

static int replay(const char *path)
{
    uint8_t data[MAX_INPUT];
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return 1;
    }
    run(data, fread(data, 1, sizeof(data), file));
    (void)fclose(file);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = 0;

    if (argc == 3 && strcmp(argv[1], "--seeds") == 0) {
        return write_seeds(argv[2]);
    }
    if (argc == 1) {
        smoke();
    }
    for (int i = 1; i < argc; i++) {
        failed |= replay(argv[i]);
    }
    return failed;
}
