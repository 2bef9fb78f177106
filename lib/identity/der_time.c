/* SPDX-License-Identifier: MIT */
/* Dates of certificates: seconds since 1970 to and from the Gregorian
 * calendar. Years are counted from 1 March, so that a leap day comes last. */
#include "der.h"

#include "signet/x509.h"

#define DAY_S 86400u
#define EPOCH_DAYS 719468u /* from 1 March 0000 to 1 January 1970 */
#define ERA_DAYS 146097u   /* of 400 years */
#define LAST_UTC_YEAR 2049u

struct date {
    uint32_t year;
    uint32_t month; /* 1..12 */
    uint32_t day;   /* 1..31 */
};

static struct date to_date(uint32_t days)
{
    uint32_t since = days + EPOCH_DAYS;
    uint32_t era = since / ERA_DAYS;
    uint32_t in_era = since % ERA_DAYS;
    uint32_t year =
        (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    uint32_t in_year = in_era - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * in_year + 2) / 153; /* 0: March */
    struct date date;

    date.day = in_year - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = era * 400 + year + (date.month <= 2 ? 1 : 0);
    return date;
}

/* Fields need not be in range: whoever calls compares with to_date. */
static uint32_t to_days(struct date date)
{
    uint32_t year = date.year - (date.month <= 2 ? 1 : 0);
    uint32_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    uint32_t in_year = (153 * month + 2) / 5 + date.day - 1;

    return year * 365 + year / 4 - year / 100 + year / 400 + in_year -
           EPOCH_DAYS;
}

/* YYYYMMDDHHMMSS as seven numbers of two digits. */
#define FIELDS ((size_t)7)

void signet_der_put_time(struct signet_der_writer *w, uint64_t time_s)
{
    uint32_t in_day = (uint32_t)(time_s % DAY_S);
    struct date date = to_date((uint32_t)(time_s / DAY_S));
    const uint32_t fields[FIELDS] = {
        date.year / 100, date.year % 100,  date.month, date.day,
        in_day / 3600,   in_day / 60 % 60, in_day % 60};
    size_t skip = date.year <= LAST_UTC_YEAR ? 2 : 0;
    uint8_t text[2 * FIELDS + 1];

    for (size_t i = 0; i < FIELDS; i++) {
        text[2 * i] = (uint8_t)('0' + fields[i] / 10);
        text[2 * i + 1] = (uint8_t)('0' + fields[i] % 10);
    }
    text[2 * FIELDS] = 'Z';
    signet_der_put_tlv(w, skip != 0 ? DER_UTC_TIME : DER_GENERALIZED_TIME,
                       text + skip, sizeof(text) - skip);
}

/* The digits after a UTCTime's century. Wild characters give a wild number,
 * no more. */
static uint64_t parse(uint32_t century, const uint8_t *text)
{
    uint32_t fields[FIELDS - 1];
    struct date date;

    for (size_t i = 0; i < FIELDS - 1; i++) {
        fields[i] = (uint32_t)(text[2 * i] * 10 + text[2 * i + 1] - '0' * 11);
    }
    date.year = century * 100 + fields[0];
    date.month = fields[1] % 16;
    date.day = fields[2] % 32;
    return (uint64_t)to_days(date) * DAY_S + (uint64_t)fields[3] * 3600 +
           (uint64_t)fields[4] * 60 + fields[5];
}

/* A date is good when writing it again gives the same bytes: so ranges, leap
 * days, digits and the choice between both forms need no rule of their own. */
uint64_t signet_der_take_time(struct signet_der_reader *r)
{
    bool utc = signet_der_is(r, DER_UTC_TIME);
    signet_bytes element = signet_der_element(r);
    const uint8_t *text = element.ptr;
    uint8_t again[DER_TIME_MAX];
    struct signet_der_writer w;
    uint64_t time_s = 0;

    if (r->bad || element.len != (utc ? 15u : 17u)) {
        r->bad = true;
        return 0;
    }
    if (utc) {
        time_s = parse(text[2] < '5' ? 20 : 19, text + 2);
    } else {
        time_s = parse((uint32_t)(text[2] * 10 + text[3] - '0' * 11), text + 4);
    }
    if (time_s > SIGNET_X509_NO_END) {
        r->bad = true; /* before 1970 wraps round */
        return 0;
    }
    signet_der_writer_init(&w, again, sizeof(again));
    signet_der_put_time(&w, time_s);
    r->bad = !signet_equal(
        element, signet_view(w.ptr, (size_t)(again + sizeof(again) - w.ptr)));
    return r->bad ? 0 : time_s;
}
