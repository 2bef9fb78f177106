/* SPDX-License-Identifier: MIT */
#include "heap.h"

#include "signet/port/wolfssl.h"

#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#define BLOCKS_MAX 4096
#define NEEDLES_MAX 16
#define NEEDLE_SIZE 80

static struct {
    struct {
        uint8_t *at;
        size_t size;
    } blocks[BLOCKS_MAX];
    size_t count;
    size_t bytes;
    size_t peak;
    size_t until_failure;
    struct {
        uint8_t bytes[NEEDLE_SIZE];
        size_t len;
    } needles[NEEDLES_MAX];
    size_t needle_count;
    size_t findings;
    bool always;
} heap;

/* ---- Looking --------------------------------------------------------------
 */

static void look_into(const uint8_t *block, size_t size)
{
    for (size_t i = 0; i < heap.needle_count; i++) {
        size_t len = heap.needles[i].len;
        for (size_t at = 0; at + len <= size; at++) {
            if (memcmp(block + at, heap.needles[i].bytes, len) == 0) {
                heap.findings++;
            }
        }
    }
}

void heap_look(void)
{
    for (size_t i = 0; i < heap.count; i++) {
        look_into(heap.blocks[i].at, heap.blocks[i].size);
    }
}

void heap_seek(const uint8_t *needle, size_t len)
{
    assert_true(heap.needle_count < NEEDLES_MAX && len <= NEEDLE_SIZE);
    memcpy(heap.needles[heap.needle_count].bytes, needle, len);
    heap.needles[heap.needle_count].len = len;
    heap.needle_count++;
}

void heap_forget(void)
{
    heap.needle_count = 0;
    heap.findings = 0;
}

void heap_look_always(bool on)
{
    heap.always = on;
}

size_t heap_findings(void)
{
    return heap.findings;
}

/* ---- Allocating -----------------------------------------------------------
 */

static void *allocate(void *ctx, size_t size)
{
    (void)ctx;
    if (heap.always) {
        heap_look();
    }
    if (heap.until_failure == 0) {
        return NULL;
    }
    if (heap.until_failure != SIZE_MAX) {
        heap.until_failure--;
    }
    assert_true(heap.count < BLOCKS_MAX);
    /* Zeroed: what was in there before is not this test's finding. */
    uint8_t *at = calloc(1, size);
    assert_non_null(at);
    heap.blocks[heap.count].at = at;
    heap.blocks[heap.count].size = size;
    heap.count++;
    heap.bytes += size;
    heap.peak = heap.bytes > heap.peak ? heap.bytes : heap.peak;
    return at;
}

static size_t index_of(const void *block)
{
    size_t i = 0;
    while (i < heap.count && heap.blocks[i].at != block) {
        i++;
    }
    assert_true(i < heap.count);
    return i;
}

static void release(void *ctx, void *block)
{
    (void)ctx;
    size_t i = index_of(block);
    if (heap.always) {
        heap_look();
    } else {
        look_into(heap.blocks[i].at, heap.blocks[i].size);
    }
    heap.bytes -= heap.blocks[i].size;
    heap.blocks[i] = heap.blocks[--heap.count];
    free(block);
}

void heap_watch(void)
{
    static const signet_wolfssl_heap watched = {allocate, release, NULL};
    heap.until_failure = SIZE_MAX;
    heap.peak = heap.bytes;
    signet_wolfssl_use_heap(&watched);
}

size_t heap_live_blocks(void)
{
    return heap.count;
}

size_t heap_peak_bytes(void)
{
    return heap.peak;
}

void heap_fail_after(size_t count)
{
    heap.until_failure = count;
}

void *heap_take(size_t size)
{
    return allocate(NULL, size);
}

void heap_give(void *block)
{
    release(NULL, block);
}
