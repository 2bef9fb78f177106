/* SPDX-License-Identifier: MIT */
/* The life of a log: appends of all lengths, some of them in pieces or
 * dropped, acknowledgements, erase-ahead. */
#include "store_boot.h"

#include <string.h>

#include "signet/store.h"

#define MAX_ATTEMPTS 256u
#define MAX_LEN 90u

/* One append that was tried. */
struct attempt {
    uint32_t len;
    uint32_t sequence; /* 0: not known */
    bool accepted;     /* SIGNET_OK was returned, or it was seen */
    bool dropped;      /* aborted on purpose */
};

struct diary {
    struct attempt attempts[MAX_ATTEMPTS];
    uint32_t count;
    uint32_t operation;
    uint32_t acknowledged; /* SIGNET_OK was returned */
    uint32_t acknowledging;
    uint32_t highest; /* sequence given out or seen */
};

static struct diary *diary;

static void make_record(uint32_t attempt, uint8_t *out, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        out[i] = (uint8_t)(i < 2 ? attempt >> (8 * i)
                                 : (attempt * 131u + i * 29u) >> (i & 3));
        /* Erased cells as contents too. */
        if (i % 7 == 5) {
            out[i] = 0xFF;
        }
    }
}

/* ---- comparing ---- */

static bool is_attempt(uint32_t i, const uint8_t *record, uint32_t len)
{
    uint8_t expected[MAX_LEN];

    make_record(i, expected, len);
    return diary->attempts[i].len == len && !diary->attempts[i].dropped &&
           memcmp(expected, record, len) == 0;
}

static void note_seen(uint32_t i, uint32_t sequence)
{
    struct attempt *attempt = &diary->attempts[i];

    /* Cells that read by chance may show it after later ones were given out;
     * no other attempt has the number, match has looked. */
    store_must(store_unstable || sequence > diary->highest,
               "a number given out again", sequence);
    attempt->sequence = sequence;
    if (sequence > diary->highest) {
        diary->highest = sequence;
    }
    attempt->accepted = !store_unstable;
}

/* Which attempt a record is; a cut one may show up whole. */
static void match(uint32_t sequence, const uint8_t *record, uint32_t len)
{
    for (uint32_t i = diary->count; i-- > 0;) {
        if (diary->attempts[i].sequence == sequence) {
            store_must(is_attempt(i, record, len), "another record", sequence);
            return;
        }
    }
    for (uint32_t i = diary->count; i-- > 0;) {
        if (diary->attempts[i].sequence == 0 && is_attempt(i, record, len)) {
            note_seen(i, sequence);
            return;
        }
    }
    store_wrong("a record that nobody appended", sequence);
}

static bool may_be_missing(const struct attempt *attempt)
{
    return !attempt->accepted || attempt->sequence <= diary->acknowledged ||
           attempt->sequence <= diary->acknowledging;
}

static void compare(const signet_log *log)
{
    uint32_t found[MAX_ATTEMPTS];
    uint32_t count = 0;
    signet_log_entry entry = {0, 0, 0};
    signet_status status = signet_log_next(log, 0, &entry);

    while (status == SIGNET_OK) {
        uint8_t record[MAX_LEN];
        uint32_t sequence = entry.sequence;

        store_must(count < MAX_ATTEMPTS, "endless records", count);
        store_must(sequence > diary->acknowledged, "a freed record", sequence);
        store_must(count == 0 || sequence > found[count - 1], "order",
                   sequence);
        status = signet_log_read(log, &entry, record, sizeof record);
        if (status == SIGNET_OK) {
            match(sequence, record, entry.len);
            found[count++] = sequence;
        } else {
            store_must(store_unstable, "an entry that cannot be read",
                       sequence);
        }
        status = signet_log_next(log, sequence, &entry);
    }
    store_must(status == SIGNET_ERR_NOT_FOUND, "walking", (uint32_t)-status);
    for (uint32_t i = 0; i < diary->count; i++) {
        const struct attempt *attempt = &diary->attempts[i];
        bool there = false;

        for (uint32_t j = 0; j < count; j++) {
            there |= found[j] == attempt->sequence;
        }
        store_must(there || may_be_missing(attempt), "an accepted record lost",
                   attempt->sequence);
    }
}

/* ---- operations ---- */

static void acknowledge(signet_log *log, uint32_t sequence)
{
    signet_status status = SIGNET_OK;

    if (sequence > diary->acknowledging) {
        diary->acknowledging = sequence;
    }
    status = signet_log_acknowledge(log, sequence);
    if (status == SIGNET_ERR_FULL && log->flash->write_once) {
        return; /* freed until the next restart */
    }
    store_must(status == SIGNET_OK, "acknowledge", sequence);
    if (sequence > diary->acknowledged) {
        diary->acknowledged = sequence;
    }
}

/* Free about half of what is held, at least one. */
static void make_room(signet_log *log)
{
    signet_log_entry entry;
    uint32_t oldest = 0;

    store_must(signet_log_next(log, 0, &entry) == SIGNET_OK, "full of nothing",
               0);
    oldest = entry.sequence;
    acknowledge(log, oldest + (diary->highest - oldest) / 2);
}

static signet_status append_in_pieces(signet_log *log, const uint8_t *record,
                                      uint32_t len, bool drop,
                                      uint32_t *sequence)
{
    uint32_t half = len / 2;
    signet_status status = signet_log_begin(log, len);

    if (status == SIGNET_OK) {
        status = signet_log_add(log, signet_view(record, half));
    }
    if (status == SIGNET_OK && drop) {
        signet_log_abort(log);
        return SIGNET_OK;
    }
    if (status == SIGNET_OK) {
        status = signet_log_add(log, signet_view(record + half, len - half));
    }
    if (status == SIGNET_OK) {
        status = signet_log_finish(log, sequence);
    }
    return status;
}

static void append(signet_log *log, uint32_t len, uint32_t how)
{
    uint32_t i = diary->count;
    struct attempt *attempt = &diary->attempts[i];
    uint8_t record[MAX_LEN];
    uint32_t sequence = 0;
    signet_status status = SIGNET_OK;

    store_must(i < MAX_ATTEMPTS, "the diary is full", i);
    make_record(i, record, len);
    attempt->len = len;
    attempt->dropped = how == 0;
    diary->count++;
    for (unsigned tries = 0; tries < 8; tries++) {
        status =
            how < 2
                ? append_in_pieces(log, record, len, how == 0, &sequence)
                : signet_log_append(log, signet_view(record, len), &sequence);
        if (status != SIGNET_ERR_FULL) {
            break;
        }
        make_room(log);
    }
    store_must(status == SIGNET_OK, "append", (uint32_t)-status);
    if (how > 0) {
        store_must(sequence > diary->highest, "a number twice", sequence);
        diary->highest = sequence;
        attempt->sequence = sequence;
        attempt->accepted = true;
    }
}

static void operate(signet_log *log)
{
    uint32_t n = diary->operation++ * 2654435761u;
    uint32_t kind = n >> 28;

    if (kind < 11) {
        append(log, (n >> 16 & 0xFF) % (kind < 3 ? 4u : MAX_LEN), kind);
    } else if (kind < 14 && diary->highest > diary->acknowledged) {
        acknowledge(log, diary->acknowledged + 1 +
                             (n >> 8 & 0xFF) %
                                 (diary->highest - diary->acknowledged));
    } else {
        store_must(signet_log_prepare(log) == SIGNET_OK, "prepare", 0);
    }
}

static void mount(signet_log *log, struct ram_flash *ram)
{
    signet_status status = signet_log_mount(log, &ram->flash);

    store_must(status == SIGNET_OK, "mount", (uint32_t)-status);
    compare(log);
}

static void live(struct ram_flash *ram, unsigned operations)
{
    signet_log log;

    mount(&log, ram);
    for (unsigned i = 0; i < operations; i++) {
        operate(&log);
    }
}

static void settle(struct ram_flash *ram)
{
    signet_log log;

    mount(&log, ram);
    mount(&log, ram);
    store_must(ram->steps == 0, "mounting writes", ram->steps);
    for (uint32_t len = 1; len < 4; len++) {
        append(&log, 16 * len, 5);
    }
    compare(&log);
    acknowledge(&log, diary->highest);
    mount(&log, ram);
    append(&log, 20, 5);
    mount(&log, ram);
    if (!ram->flash.write_once) {
        store_must(ram->rule_breaks == 0, "a rule of NOR flash broken", 0);
    }
}

static void format(struct ram_flash *ram)
{
    store_must(signet_log_format(&ram->flash, 0xC0FFEE01u) == SIGNET_OK,
               "format", 0);
}

const struct store_subject *store_log_subject(void)
{
    static struct store_subject subject = {
        "log", format, live, settle, NULL, sizeof(struct diary)};

    if (diary == NULL) {
        diary = store_shared(sizeof *diary);
        subject.diary = diary;
    }
    return &subject;
}
