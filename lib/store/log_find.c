/* SPDX-License-Identifier: MIT */
/* Walking a block. Each step leads forward, so that a walk ends whatever the
 * flash holds. */
#include "log_core.h"

/* What looking for the next valid item behind damage may read, in blocks:
 * hostile contents could make every unit claim to be a long record. */
#define SEARCH_BLOCKS 8u

/* Damage hides as many records as fit where it lies. */
static bool in_window(const struct log_cursor *cursor, uint32_t offset,
                      uint32_t claimed)
{
    uint32_t hidden = (offset - cursor->offset) / LOG_MARK_SIZE;

    return claimed > cursor->sequence &&
           claimed - cursor->sequence <= hidden + 1;
}

/* What stands at an offset behind damage. */
enum probe {
    NOTHING, /* that can be made sense of */
    BLANK,   /* erased: the end, when no damaged item covers it */
    ANCHOR   /* a valid record or restart: the walk goes on here */
};

static enum probe probe_record(const signet_log *log,
                               const struct log_cursor *cursor,
                               const struct log_item *item, uint32_t *sequence)
{
    if (signet_log_claim(log, cursor->block, item, sequence) == SIGNET_OK &&
        in_window(cursor, item->offset, *sequence)) {
        return ANCHOR;
    }
    return NOTHING;
}

static enum probe probe_restart(const signet_log *log,
                                const struct log_cursor *cursor,
                                const struct log_item *item, uint32_t *sequence)
{
    uint32_t value = 0;

    if (signet_log_read_mark(log, cursor->block, cursor->first, item, &value) ==
        SIGNET_OK) {
        *sequence = cursor->first + value;
        return ANCHOR;
    }
    return NOTHING;
}

static enum probe probe(const signet_log *log, const struct log_cursor *cursor,
                        uint32_t offset, uint32_t *sequence, uint32_t *budget)
{
    struct log_item item;

    if (signet_log_parse(log->flash, cursor->block, offset, &item) !=
            SIGNET_OK ||
        item.extent > *budget) {
        return NOTHING;
    }
    switch (item.kind) {
    case LOG_FREE:
        return BLANK;
    case LOG_RECORD:
        *budget -= item.extent;
        return probe_record(log, cursor, &item, sequence);
    case LOG_RESTART:
        *budget -= item.extent;
        return probe_restart(log, cursor, &item, sequence);
    default:
        return NOTHING;
    }
}

/* Where the walk goes on behind damage. Most often the length is right and the
 * next record stands behind it; otherwise every unit is tried, up to erased
 * ones that the damaged item does not cover. */
static uint32_t search(const signet_log *log, const struct log_cursor *cursor,
                       const struct log_item *damaged, uint32_t *sequence)
{
    uint32_t budget = SEARCH_BLOCKS * log->flash->erase_size;
    uint32_t behind = damaged->offset + (damaged->kind == LOG_JUNK
                                             ? log_first_unit(log->flash)
                                             : damaged->extent);
    uint32_t offset = behind;

    if (probe(log, cursor, offset, sequence, &budget) == ANCHOR &&
        *sequence == cursor->sequence + 1) {
        return offset;
    }
    offset = damaged->offset + log->flash->program_size;
    while (offset < cursor->end) {
        enum probe found = probe(log, cursor, offset, sequence, &budget);

        if (found == ANCHOR) {
            return offset;
        }
        if (found == BLANK && offset >= behind) {
            break;
        }
        offset += log->flash->program_size;
    }
    *sequence = cursor->sequence + 1;
    return cursor->end;
}

static void step_over(const signet_log *log, struct log_cursor *cursor,
                      const struct log_item *damaged)
{
    uint32_t sequence = 0;

    cursor->offset = search(log, cursor, damaged, &sequence);
    if (sequence > cursor->sequence) {
        cursor->sequence = sequence;
    }
}

static void pass_restart(const signet_log *log, struct log_cursor *cursor,
                         const struct log_item *mark)
{
    uint32_t value = 0;

    if (signet_log_read_mark(log, cursor->block, cursor->first, mark, &value) ==
            SIGNET_OK &&
        cursor->first + value > cursor->sequence) {
        cursor->sequence = cursor->first + value;
    }
}

/* Takes one item. SIGNET_OK when it is the record looked for, PENDING when the
 * walk goes on. */
static signet_status take(const signet_log *log, struct log_cursor *cursor,
                          uint32_t after, const struct log_item *item)
{
    uint32_t claimed = 0;
    bool wanted = cursor->sequence > after;
    signet_status status = SIGNET_OK;

    if (item->kind == LOG_RESTART) {
        pass_restart(log, cursor, item);
    }
    if (item->kind == LOG_RECORD && (wanted || cursor->exact)) {
        status = signet_log_claim(log, cursor->block, item, &claimed);
        if (status != SIGNET_OK) {
            return status;
        }
    } else {
        claimed = cursor->sequence;
    }
    if (claimed != cursor->sequence || item->kind == LOG_JUNK) {
        if (!cursor->exact) {
            return SIGNET_ERR_CORRUPT;
        }
        step_over(log, cursor, item);
        return SIGNET_PENDING;
    }
    cursor->offset += item->extent;
    if (item->kind != LOG_RECORD) {
        return SIGNET_PENDING;
    }
    cursor->sequence++;
    return wanted ? SIGNET_OK : SIGNET_PENDING;
}

signet_status signet_log_find(const signet_log *log, struct log_cursor *cursor,
                              uint32_t after, struct log_item *record)
{
    signet_status status = SIGNET_PENDING;

    while (status == SIGNET_PENDING && cursor->offset < cursor->end) {
        status =
            signet_log_parse(log->flash, cursor->block, cursor->offset, record);
        if (status != SIGNET_OK) {
            return status;
        }
        if (record->kind == LOG_FREE) {
            return SIGNET_ERR_NOT_FOUND;
        }
        status = take(log, cursor, after, record);
    }
    return status == SIGNET_PENDING ? SIGNET_ERR_NOT_FOUND : status;
}
