/* SPDX-License-Identifier: MIT */
/* A heap for wolfSSL that knows every live block, can look for bytes in all of
 * them, looks into each block that is given back, and can run out. */
#ifndef SIGNET_TEST_TLS_HEAP_H
#define SIGNET_TEST_TLS_HEAP_H

#include "signet/bytes.h"

/** Use this heap from now on. */
void heap_watch(void);

/** Blocks and bytes that are allocated; the most bytes since heap_watch. */
size_t heap_live_blocks(void);
size_t heap_peak_bytes(void);

/** Fail each allocation after the next count; SIZE_MAX: never. */
void heap_fail_after(size_t count);

/** Secrets to look for, up to 16; copies. heap_forget empties the list. */
void heap_seek(const uint8_t *needle, size_t len);
void heap_forget(void);

/** At each event (allocation, release) look into all live blocks, not only
 * into the one that is released. */
void heap_look_always(bool on);

/** Look into all live blocks now. */
void heap_look(void);

/** Times that a secret was found since heap_forget. */
size_t heap_findings(void);

/** A block from this heap, for planting. */
void *heap_take(size_t size);
void heap_give(void *block);

#endif
