/* SPDX-License-Identifier: MIT */
/* The life of an item store: three items put and deleted over and over. */
#include "store_boot.h"

#include <string.h>

#include "signet/store.h"

#define IDS 3u
#define MAX_LEN 40u
#define ABSENT 0u
#define MAX_CUTS 4u

/* A value is named by the operation that put it, from 1. */
struct item {
    uint32_t now;
    uint32_t may_be[MAX_CUTS]; /* puts and deletes that were cut */
    uint32_t count;
};

struct diary {
    struct item items[IDS];
    uint32_t operation;
};

static struct diary *diary;

static uint32_t value_len(uint32_t value)
{
    return value * 7 % MAX_LEN;
}

static void make_value(uint32_t value, uint8_t *out)
{
    for (uint32_t i = 0; i < value_len(value); i++) {
        out[i] = i % 5 == 3 ? 0xFF : (uint8_t)(value * 89u + i * 13u);
    }
}

static bool is_value(uint32_t value, signet_status status, const uint8_t *got,
                     size_t len)
{
    uint8_t expected[MAX_LEN];

    if (value == ABSENT) {
        return status == SIGNET_ERR_NOT_FOUND;
    }
    make_value(value, expected);
    return status == SIGNET_OK && len == value_len(value) &&
           memcmp(got, expected, len) == 0;
}

static void compare_one(const signet_items *items, uint32_t i)
{
    struct item *item = &diary->items[i];
    uint8_t got[MAX_LEN];
    size_t len = 0;
    signet_status status =
        signet_items_get(items, (uint16_t)(i + 1), got, sizeof got, &len);
    bool fits = is_value(item->now, status, got, len);

    if (store_unstable && status == SIGNET_ERR_CORRUPT && item->count > 0) {
        return; /* changed between the check and the read */
    }
    for (uint32_t j = 0; j < item->count && !fits; j++) {
        fits = is_value(item->may_be[j], status, got, len);
        if (fits && !store_unstable) {
            item->now = item->may_be[j];
        }
    }
    store_must(fits, "value", i);
    if (!store_unstable) {
        item->count = 0; /* it was seen which one it is */
    }
}

static void compare(const signet_items *items)
{
    for (uint32_t i = 0; i < IDS; i++) {
        compare_one(items, i);
    }
}

static void operate(signet_items *items)
{
    uint32_t n = ++diary->operation * 2654435761u;
    uint32_t i = (n >> 20) % IDS;
    struct item *item = &diary->items[i];
    bool delete = n >> 29 == 0;
    uint8_t value[MAX_LEN];
    signet_status status = SIGNET_OK;

    store_must(item->count < MAX_CUTS, "the diary is full", i);
    item->may_be[item->count++] = delete ? ABSENT : diary->operation;
    make_value(diary->operation, value);
    status =
        delete
            ? signet_items_delete(items, (uint16_t)(i + 1))
            : signet_items_put(items, (uint16_t)(i + 1),
                               signet_view(value, value_len(diary->operation)));
    store_must(status == SIGNET_OK, "put", (uint32_t)-status);
    item->now = item->may_be[item->count - 1];
    item->count = 0;
}

static void mount(signet_items *items, struct ram_flash *ram)
{
    signet_status status = signet_items_mount(items, &ram->flash);

    store_must(status == SIGNET_OK, "mount", (uint32_t)-status);
    compare(items);
}

static void live(struct ram_flash *ram, unsigned operations)
{
    signet_items items;

    mount(&items, ram);
    for (unsigned i = 0; i < operations; i++) {
        operate(&items);
        compare(&items);
    }
}

static void settle(struct ram_flash *ram)
{
    signet_items items;

    mount(&items, ram);
    mount(&items, ram);
    for (unsigned i = 0; i < 4; i++) {
        operate(&items);
    }
    mount(&items, ram);
    if (!ram->flash.write_once) {
        store_must(ram->rule_breaks == 0, "a rule of NOR flash broken", 0);
    }
}

static void format(struct ram_flash *ram)
{
    store_must(signet_items_format(&ram->flash) == SIGNET_OK, "format", 0);
}

const struct store_subject *store_items_subject(void)
{
    static struct store_subject subject = {
        "items", format, live, settle, NULL, sizeof(struct diary)};

    if (diary == NULL) {
        diary = store_shared(sizeof *diary);
        subject.diary = diary;
    }
    return &subject;
}
