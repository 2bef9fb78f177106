/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include <string.h>

#define LINK_SIZE SIGNET_SHA256_SIZE

static bool chunk_size_allowed(uint32_t chunk_size)
{
    return chunk_size >= 256 && chunk_size <= 65536 &&
           (chunk_size & (chunk_size - 1)) == 0;
}

static signet_status digest_of(signet_bytes data, uint8_t digest[32])
{
    signet_sha256 sha;
    signet_status status = signet_sha256_init(&sha);

    if (status == SIGNET_OK) {
        status = signet_sha256_update(&sha, data.ptr, data.len);
    }
    if (status == SIGNET_OK) {
        status = signet_sha256_final(&sha, digest);
    }
    return status;
}

/* Fill the blocks from the last to the first: each carries the digest of the
 * one after it. first receives the digest of block 0. */
static signet_status chain(signet_bytes image, uint32_t chunk_size,
                           uint8_t *stream, uint8_t first[32])
{
    size_t blocks = (image.len + chunk_size - 1) / chunk_size;
    signet_status status = SIGNET_OK;

    for (size_t i = blocks; i-- > 0 && status == SIGNET_OK;) {
        uint8_t *block = stream + i * ((size_t)chunk_size + LINK_SIZE);
        size_t done = i * (size_t)chunk_size;
        size_t len = image.len - done;

        if (i + 1 < blocks) {
            len = chunk_size;
            memcpy(block + len, first, LINK_SIZE);
        }
        memcpy(block, image.ptr + done, len);
        len += i + 1 < blocks ? LINK_SIZE : 0;
        status = digest_of(signet_view(block, len), first);
    }
    return status;
}

signet_status signing_stream_write(signet_bytes image, uint32_t chunk_size,
                                   signing_buffer *stream,
                                   signing_manifest *manifest)
{
    size_t blocks = 0;
    signet_status status = SIGNET_OK;

    stream->ptr = NULL;
    stream->len = 0;
    if (!chunk_size_allowed(chunk_size)) {
        return SIGNET_ERR_CHUNK_SIZE;
    }
    if (image.len == 0 || image.len > UINT32_MAX) {
        return SIGNET_ERR_IMAGE_SIZE;
    }
    blocks = (image.len + chunk_size - 1) / chunk_size;
    status = signing_buffer_new(stream, image.len + (blocks - 1) * LINK_SIZE);
    if (status == SIGNET_OK) {
        status = chain(image, chunk_size, stream->ptr, manifest->first_block);
    }
    if (status == SIGNET_OK) {
        status = digest_of(image, manifest->digest);
    }
    if (status != SIGNET_OK) {
        signing_buffer_free(stream);
        return status;
    }
    manifest->size = (uint32_t)image.len;
    manifest->chunk_size = chunk_size;
    return SIGNET_OK;
}

signet_status signing_stream_block(signet_bytes stream, uint32_t chunk_size,
                                   uint32_t offset, signet_bytes *block)
{
    size_t block_size = (size_t)chunk_size + LINK_SIZE;
    size_t start = 0;

    *block = signet_view(NULL, 0);
    if (!chunk_size_allowed(chunk_size)) {
        return SIGNET_ERR_CHUNK_SIZE;
    }
    start = (size_t)(offset / chunk_size) * block_size;
    if (offset % chunk_size != 0 || start >= stream.len) {
        return SIGNET_ERR_CHUNK_OFFSET;
    }
    /* A block shorter than chunk and link is the last; one of up to
     * chunk_size bytes before the end likewise. */
    if (stream.len - start < block_size) {
        block_size = stream.len - start;
    }
    *block = signet_view(stream.ptr + start, block_size);
    return SIGNET_OK;
}
