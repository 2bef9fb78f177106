/* SPDX-License-Identifier: MIT */
/* Flash with any contents under a log or an item store. The input:
 *
 *   0  bits 0, 1: program unit 1, 4, 8 or 16; bit 2: units are written once;
 *      bit 3: items rather than a log
 *   1  the flash; what is missing is erased
 *
 * Whatever it holds, every call ends and stays in the region, sequences rise,
 * and what a call returned SIGNET_OK for is there. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "signet/store.h"

#define BLOCK 256u
#define SIZE (4u * BLOCK)
#define RECORDS_MAX (SIZE / 4u)

static uint8_t bytes[SIZE];
static uint8_t programmed[SIZE]; /* a flag a unit */
static signet_flash flash;

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static signet_status read_flash(void *ctx, uint32_t offset, uint8_t *out,
                                size_t len)
{
    (void)ctx;
    must(offset <= SIZE && len <= SIZE - offset);
    memcpy(out, bytes + offset, len);
    return SIGNET_OK;
}

static signet_status program_flash(void *ctx, uint32_t offset,
                                   const uint8_t *data, size_t len)
{
    (void)ctx;
    must(offset <= SIZE && len <= SIZE - offset);
    for (size_t i = 0; i < len; i++) {
        if ((data[i] & ~bytes[offset + i]) != 0 ||
            (flash.write_once && programmed[offset + i] != 0)) {
            return SIGNET_ERR_FLASH_RULE;
        }
    }
    for (size_t i = 0; i < len; i++) {
        bytes[offset + i] &= data[i];
        programmed[offset + i] = 1;
    }
    return SIGNET_OK;
}

static signet_status erase_flash(void *ctx, uint32_t offset, size_t len)
{
    (void)ctx;
    must(offset <= SIZE && len <= SIZE - offset);
    memset(bytes + offset, 0xFF, len);
    memset(programmed + offset, 0, len);
    return SIGNET_OK;
}

static const signet_flash_ops ops = {read_flash, program_flash, erase_flash};

/* A unit that is not blank was programmed. */
static void set_up(uint8_t kind, const uint8_t *data, size_t size)
{
    uint32_t unit = (uint32_t)(kind & 3u) == 0 ? 1u : 2u << (kind & 3u);

    flash = (signet_flash){.ops = &ops,
                           .size = SIZE,
                           .erase_size = BLOCK,
                           .program_size = unit,
                           .write_once = (kind & 4u) != 0};
    memset(bytes, 0xFF, sizeof bytes);
    if (size > 0) {
        memcpy(bytes, data, size < SIZE ? size : SIZE);
    }
    memset(programmed, 0, sizeof programmed);
    for (uint32_t i = 0; i < SIZE; i++) {
        if (bytes[i] != 0xFF) {
            memset(programmed + i / unit * unit, 1, unit);
        }
    }
}

/* ---- log ---- */

static void walk(const signet_log *log)
{
    signet_log_entry entry;
    uint8_t record[SIZE];
    uint32_t after = 0;
    unsigned count = 0;

    while (signet_log_next(log, after, &entry) == SIGNET_OK) {
        must(entry.sequence > after && entry.len <= SIZE);
        must(entry.offset <= SIZE && entry.len <= SIZE - entry.offset);
        (void)signet_log_read(log, &entry, record, sizeof record);
        after = entry.sequence;
        must(++count <= RECORDS_MAX);
    }
}

static void assert_record(const signet_log *log, uint32_t sequence,
                          signet_bytes wanted)
{
    signet_log_entry entry;
    uint8_t record[64];

    must(signet_log_next(log, sequence - 1, &entry) == SIGNET_OK);
    must(entry.sequence == sequence && entry.len == wanted.len);
    must(signet_log_read(log, &entry, record, sizeof record) == SIGNET_OK);
    must(memcmp(record, wanted.ptr, wanted.len) == 0);
}

static void use_log(void)
{
    static const uint8_t text[33] = "a record that must be there after";
    const signet_bytes record = {text, sizeof text};
    signet_log log;
    uint32_t sequence = 0;

    if (signet_log_mount(&log, &flash) != SIGNET_OK) {
        return;
    }
    walk(&log);
    for (unsigned i = 0; i < 12; i++) {
        if (signet_log_append(&log, record, &sequence) == SIGNET_OK) {
            assert_record(&log, sequence, record);
        } else if (signet_log_acknowledge(&log, log.next_sequence - 1) !=
                   SIGNET_OK) {
            return;
        }
        (void)signet_log_prepare(&log);
        must(signet_log_mount(&log, &flash) == SIGNET_OK);
        walk(&log);
    }
}

/* ---- items ---- */

static void assert_item(const signet_items *items, uint16_t id,
                        signet_bytes wanted)
{
    uint8_t value[64];
    size_t len = 0;

    must(signet_items_get(items, id, value, sizeof value, &len) == SIGNET_OK);
    must(len == wanted.len && memcmp(value, wanted.ptr, len) == 0);
}

static void use_items(void)
{
    static const uint8_t text[21] = "a value that is there";
    signet_items items;
    uint8_t value[SIZE];
    size_t len = 0;

    if (signet_items_mount(&items, &flash) != SIGNET_OK) {
        return;
    }
    for (unsigned i = 0; i < 12; i++) {
        const signet_bytes wanted = {text, sizeof text - i};
        uint16_t id = (uint16_t)(1 + i % 3);

        (void)signet_items_get(&items, (uint16_t)(i + 1), value, sizeof value,
                               &len);
        if (signet_items_put(&items, id, wanted) == SIGNET_OK) {
            assert_item(&items, id, wanted);
            must(signet_items_mount(&items, &flash) == SIGNET_OK);
            assert_item(&items, id, wanted);
        }
    }
    if (signet_items_delete(&items, 2) == SIGNET_OK) {
        must(signet_items_get(&items, 2, value, sizeof value, &len) ==
             SIGNET_ERR_NOT_FOUND);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > SIZE + 1) {
        return 0;
    }
    set_up(data[0], data + 1, size - 1);
    if ((data[0] & 8u) != 0) {
        use_items();
    } else {
        use_log();
    }
    return 0;
}

/* ---- good contents ---- */

static void fill_log(unsigned records)
{
    signet_log log;

    must(signet_log_format(&flash, 0xC0FFEE) == SIGNET_OK);
    must(signet_log_mount(&log, &flash) == SIGNET_OK);
    for (unsigned i = 0; i < records; i++) {
        const signet_bytes record = {(const uint8_t *)"0123456789abcdef",
                                     i % 17};

        if (signet_log_append(&log, record, NULL) == SIGNET_ERR_FULL) {
            must(signet_log_acknowledge(&log, log.next_sequence - 2) ==
                 SIGNET_OK);
        }
    }
}

static void fill_items(unsigned puts)
{
    signet_items items;

    must(signet_items_format(&flash) == SIGNET_OK);
    must(signet_items_mount(&items, &flash) == SIGNET_OK);
    for (unsigned i = 0; i < puts; i++) {
        const signet_bytes value = {(const uint8_t *)"0123456789abcdef",
                                    i % 17};

        must(signet_items_put(&items, (uint16_t)(1 + i % 4), value) ==
             SIGNET_OK);
    }
}

size_t fuzz_seed(unsigned n, uint8_t *out)
{
    static const uint8_t blank[SIZE] = {0};
    uint8_t kind = (uint8_t)(n & 15u);

    if (n >= 64) {
        return 0;
    }
    set_up(kind, blank, SIZE);
    must(erase_flash(NULL, 0, SIZE) == SIGNET_OK);
    if ((kind & 8u) != 0) {
        fill_items(n);
    } else {
        fill_log(n * 2);
    }
    out[0] = kind;
    memcpy(out + 1, bytes, SIZE);
    return 1 + SIZE;
}
