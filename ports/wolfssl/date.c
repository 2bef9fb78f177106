/* SPDX-License-Identifier: MIT */
/*
 * The clock that wolfSSL checks certificates against (STREAM-7).
 *
 *                  wall time known       not known
 *   notBefore      <= now                not checked
 *   notAfter       >= now                >= floor
 *
 * "Not checked" is done by asking at the end of time, so that the date is
 * still parsed and no check but this comparison is relaxed. The alternative,
 * a verify callback that forgives ASN_BEFORE_DATE_E, forgives more: wolfSSL
 * reports that error instead of an unknown critical extension.
 */
#include "hooks.h"

#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/settings.h>

/* 9999-12-31T23:59:59Z, the last date that X.509 can write (RFC 5280). */
#define END_OF_TIME 253402300799

_Static_assert(sizeof(time_t) >= sizeof(int64_t),
               "a 32-bit time_t ends in 2038");

/* Threads of one process may verify at once, with different clocks. Firmware
 * has no thread storage; its tasks share one clock. */
#if defined(__unix__)
#define PER_THREAD _Thread_local
#else
#define PER_THREAD
#endif

static PER_THREAD struct {
    time_t not_before; /* no certificate may begin after this */
    time_t not_after;  /* none may have ended before this */
    time_t asked;      /* what wolfSSL is told */
} dates;

static time_t to_time(uint64_t seconds)
{
    return seconds < END_OF_TIME ? (time_t)seconds : (time_t)END_OF_TIME;
}

void signet_wolfssl_set_date(signet_time now, uint64_t floor_s)
{
    bool known = now.wall_s != 0;
    uint64_t end = now.wall_s > floor_s ? now.wall_s : floor_s;
    dates.not_before = known ? to_time(now.wall_s) : (time_t)END_OF_TIME;
    dates.not_after = to_time(end);
    dates.asked = dates.not_after;
}

int signet_wolfssl_validate_date(const unsigned char *date,
                                 unsigned char format, int which)
{
    dates.asked = which == BEFORE ? dates.not_before : dates.not_after;
    return wc_ValidateDate(date, format, which);
}

time_t signet_wolfssl_time(time_t *t)
{
    if (t != NULL) {
        *t = dates.asked;
    }
    return dates.asked;
}

unsigned int LowResTimer(void)
{
    return 0;
}
