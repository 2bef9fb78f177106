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

static void put_two(uint8_t *out, uint32_t value)
{
    out[0] = (uint8_t)('0' + value / 10 % 10);
    out[1] = (uint8_t)('0' + value % 10);
}

void signet_der_put_time(struct signet_der_writer *w, uint64_t time_s)
{
    uint32_t days = (uint32_t)(time_s / DAY_S);
    uint32_t in_day = (uint32_t)(time_s % DAY_S);
    struct date date = to_date(days);
    bool utc = date.year <= LAST_UTC_YEAR;
    uint8_t text[15]; /* YYYYMMDDHHMMSSZ */

    put_two(text, date.year / 100);
    put_two(text + 2, date.year);
    put_two(text + 4, date.month);
    put_two(text + 6, date.day);
    put_two(text + 8, in_day / 3600);
    put_two(text + 10, in_day / 60 % 60);
    put_two(text + 12, in_day % 60);
    text[14] = 'Z';
    if (utc) {
        signet_der_put_tlv(w, DER_UTC_TIME, text + 2, sizeof(text) - 2);
    } else {
        signet_der_put_tlv(w, DER_GENERALIZED_TIME, text, sizeof(text));
    }
}

static uint32_t get_two(const uint8_t *text)
{
    return ((uint32_t)text[0] - '0') * 10 + ((uint32_t)text[1] - '0');
}

/* text is YYMMDDHHMMSSZ. Wild characters give a wild number, no more. */
static uint64_t parse(uint32_t century, const uint8_t *text)
{
    struct date date;
    uint64_t in_day = (uint64_t)get_two(text + 6) * 3600 +
                      (uint64_t)get_two(text + 8) * 60 + get_two(text + 10);

    date.year = century * 100 + get_two(text);
    date.month = get_two(text + 2) % 16;
    date.day = get_two(text + 4) % 32;
    return (uint64_t)to_days(date) * DAY_S + in_day;
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
        time_s = parse(get_two(text + 2), text + 4);
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
