/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <string.h>

#define DIGEST 32u
#define LARGEST_UNIT 32u

/* Bytes between two chunks in the file: the digest of the next block, or
 * nothing in a bare payload. */
static bool find_gap(size_t len, const signet_manifest *manifest, uint32_t *gap)
{
    uint64_t chunks = ((uint64_t)manifest->size + manifest->chunk_size - 1u) /
                      manifest->chunk_size;
    *gap = len == manifest->size ? 0 : DIGEST;
    return manifest->size != 0 &&
           len == manifest->size + (chunks - 1u) * (uint64_t)*gap;
}

/* The image's tail fills its last program unit with 0xFF. */
static signet_status program(const signet_flash *slot, uint32_t offset,
                             const uint8_t *data, uint32_t len)
{
    uint8_t unit[LARGEST_UNIT];
    uint32_t tail = len % slot->program_size;
    signet_status status = signet_flash_program(slot, offset, data, len - tail);
    if (status != SIGNET_OK || tail == 0) {
        return status;
    }
    memset(unit, 0xFF, sizeof unit);
    memcpy(unit, data + (len - tail), tail);
    return signet_flash_program(slot, offset + len - tail, unit,
                                slot->program_size);
}

signet_status launcher_load_image(const signet_flash *slot, signet_bytes image,
                                  const signet_manifest *manifest)
{
    uint32_t gap;
    if (manifest->size > slot->size || !find_gap(image.len, manifest, &gap)) {
        return SIGNET_ERR_IMAGE_SIZE;
    }
    const uint8_t *from = image.ptr;
    for (uint32_t done = 0; done < manifest->size;) {
        uint32_t left = manifest->size - done;
        uint32_t n = left < manifest->chunk_size ? left : manifest->chunk_size;
        signet_status status = program(slot, done, from, n);
        if (status != SIGNET_OK) {
            return status;
        }
        from += n + gap;
        done += n;
    }
    return SIGNET_OK;
}
