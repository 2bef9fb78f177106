/* SPDX-License-Identifier: MIT */
#include "log_format.h"

#define LENGTH_LONG_MASK 0xF8u

#define TAG_ACK 0x01u
#define TAG_RESTART 0x02u
#define FILLER 0x00u
#define ERASED 0xFFu

static uint32_t header_crc(const uint8_t *header)
{
    return signet_crc32(LOG_FORMAT, header, LOG_HEADER_SIZE - 4);
}

static bool is_blank(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != ERASED) {
            return false;
        }
    }
    return true;
}

signet_status signet_log_read_header(const signet_flash *flash, uint32_t block,
                                     struct log_header *header)
{
    uint8_t in[LOG_HEADER_SIZE];
    signet_status status =
        signet_flash_read(flash, log_start(flash, block), in, sizeof in);

    if (status != SIGNET_OK) {
        return status;
    }
    if (is_blank(in, sizeof in)) {
        return SIGNET_ERR_NOT_FOUND;
    }
    if (signet_get_be32(in + 12) != header_crc(in)) {
        return SIGNET_ERR_CORRUPT;
    }
    header->epoch = signet_get_be32(in);
    header->first = signet_get_be32(in + 4);
    header->acknowledged = signet_get_be32(in + 8);
    return SIGNET_OK;
}

signet_status signet_log_write_header(const signet_flash *flash, uint32_t block,
                                      const struct log_header *header)
{
    uint8_t out[LOG_HEADER_SIZE + 16];

    for (size_t i = 0; i < sizeof out; i++) {
        out[i] = ERASED;
    }
    signet_put_be32(out, header->epoch);
    signet_put_be32(out + 4, header->first);
    signet_put_be32(out + 8, header->acknowledged);
    signet_put_be32(out + 12, header_crc(out));
    return signet_flash_program(flash, log_start(flash, block), out,
                                log_body(flash));
}

static void record_or_junk(const signet_flash *flash, const uint8_t head[2],
                           struct log_item *item)
{
    if (head[0] >= LOG_LENGTH_SHORT && head[0] <= LOG_LENGTH_SHORT_LAST) {
        item->length_size = 1;
        item->len = head[0] - LOG_LENGTH_SHORT;
    } else if ((head[0] & LENGTH_LONG_MASK) == LOG_LENGTH_LONG) {
        item->length_size = 2;
        item->len =
            ((head[0] & ~LENGTH_LONG_MASK) << 8 | head[1]) + LOG_SHORT_LENGTHS;
    } else {
        item->kind = LOG_JUNK;
        item->extent = log_first_unit(flash);
        return;
    }
    item->kind = LOG_RECORD;
    item->extent = log_record_extent(flash, item->len);
}

static void classify(const signet_flash *flash, const uint8_t head[2],
                     struct log_item *item)
{
    switch (head[0]) {
    case ERASED:
        item->kind = LOG_FREE;
        item->extent = 0;
        break;
    case FILLER:
        /* Small units: two at a time where both are filler. */
        item->kind = LOG_FILLER;
        item->extent =
            head[1] == FILLER ? log_first_unit(flash) : flash->program_size;
        break;
    case TAG_ACK:
    case TAG_RESTART:
        item->kind = head[0] == TAG_ACK ? LOG_ACK : LOG_RESTART;
        item->extent = log_mark_extent(flash);
        break;
    default:
        record_or_junk(flash, head, item);
        break;
    }
}

signet_status signet_log_parse(const signet_flash *flash, uint32_t block,
                               uint32_t offset, struct log_item *item)
{
    uint8_t head[2] = {ERASED, ERASED};
    uint32_t left = flash->erase_size - offset;
    signet_status status = SIGNET_OK;

    item->offset = offset;
    item->length_size = 0;
    item->len = 0;
    if (left >= LOG_MARK_SIZE) {
        status = signet_flash_read(flash, log_start(flash, block) + offset,
                                   head, sizeof head);
    }
    classify(flash, head, item);
    if (item->extent > left) {
        item->kind = LOG_JUNK;
        item->extent = left;
    }
    return status;
}

signet_status signet_log_claim(const signet_log *log, uint32_t block,
                               const struct log_item *record,
                               uint32_t *sequence)
{
    uint8_t piece[32];
    uint32_t at = log_start(log->flash, block) + record->offset;
    uint32_t left = record->length_size + record->len;
    uint32_t crc = log->epoch;
    signet_status status = SIGNET_OK;

    while (left > 0) {
        uint32_t n = left < sizeof piece ? left : (uint32_t)sizeof piece;

        status = signet_flash_read(log->flash, at, piece, n);
        if (status != SIGNET_OK) {
            return status;
        }
        crc = signet_crc32(crc, piece, n);
        at += n;
        left -= n;
    }
    status = signet_flash_read(log->flash, at, piece, LOG_CHECK_SIZE);
    *sequence = (signet_get_be32(piece) ^ crc) * LOG_GATHER;
    return status;
}

static uint32_t mark_crc(const signet_log *log, uint32_t first,
                         const uint8_t mark[LOG_MARK_SIZE])
{
    return signet_crc32(log->epoch ^ first, mark, LOG_MARK_SIZE - 4);
}

signet_status signet_log_read_mark(const signet_log *log, uint32_t block,
                                   uint32_t first, const struct log_item *mark,
                                   uint32_t *value)
{
    uint8_t in[LOG_MARK_SIZE];
    signet_status status = signet_flash_read(
        log->flash, log_start(log->flash, block) + mark->offset, in, sizeof in);

    if (status != SIGNET_OK) {
        return status;
    }
    if (signet_get_be32(in + 4) != mark_crc(log, first, in)) {
        return SIGNET_ERR_CORRUPT;
    }
    *value = signet_get_be32(in) & LOG_MARK_MAX;
    return SIGNET_OK;
}

void signet_log_make_mark(const signet_log *log, enum log_kind kind,
                          uint32_t value, uint8_t out[LOG_MARK_SIZE])
{
    uint32_t tag = kind == LOG_ACK ? TAG_ACK : TAG_RESTART;

    signet_put_be32(out, tag << 24 | value);
    signet_put_be32(out + 4, mark_crc(log, log->head_first, out));
}
