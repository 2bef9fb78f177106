/* SPDX-License-Identifier: MIT */
#include "der.h"

#include <string.h>

#include "der_constants.h"

static size_t left(const struct signet_der_reader *r)
{
    return (size_t)(r->end - r->ptr);
}

static signet_bytes refuse(struct signet_der_reader *r)
{
    r->bad = true;
    return signet_view(NULL, 0);
}

void signet_der_reader_init(struct signet_der_reader *r, signet_bytes input)
{
    r->ptr = input.ptr;
    /* NULL + 0 is undefined in C. */
    r->end = input.len > 0 ? input.ptr + input.len : input.ptr;
    r->bad = false;
}

bool signet_der_more(const struct signet_der_reader *r)
{
    return !r->bad && r->ptr != r->end;
}

bool signet_der_is(const struct signet_der_reader *r, uint8_t tag)
{
    return signet_der_more(r) && *r->ptr == tag;
}

/* The length at r->ptr + 1, in its shortest form (X.690 s10.1); head is the
 * bytes of tag and length. Over 65535 there is nothing for us. */
static bool take_length(const struct signet_der_reader *r, size_t *head,
                        size_t *len)
{
    size_t rest = left(r);

    if (rest < 2) {
        return false;
    }
    *head = 2;
    *len = r->ptr[1];
    if (*len < 0x80) {
        return true;
    }
    *head = *len - 0x80 + 2;
    if (*head < 3 || *head > DER_HEAD_MAX || rest < *head) {
        return false;
    }
    *len = r->ptr[2];
    if (*head == 3) {
        return *len >= 0x80;
    }
    *len = *len << 8 | r->ptr[3];
    return *len > UINT8_MAX;
}

static signet_bytes element(struct signet_der_reader *r, size_t *head)
{
    size_t len = 0;
    signet_bytes whole;

    if (r->bad || !take_length(r, head, &len) || len > left(r) - *head) {
        *head = 0;
        return refuse(r);
    }
    whole = signet_view(r->ptr, *head + len);
    r->ptr += whole.len;
    return whole;
}

signet_bytes signet_der_element(struct signet_der_reader *r)
{
    size_t head = 0;

    return element(r, &head);
}

signet_bytes signet_der_take(struct signet_der_reader *r, uint8_t tag)
{
    size_t head = 0;
    signet_bytes whole;

    if (!signet_der_is(r, tag)) {
        return refuse(r);
    }
    whole = element(r, &head);
    if (r->bad) {
        return whole;
    }
    return signet_view(whole.ptr + head, whole.len - head);
}

const uint8_t *signet_der_enter(struct signet_der_reader *r, uint8_t tag)
{
    const uint8_t *end = r->end;
    signet_bytes body = signet_der_take(r, tag);

    if (!r->bad) {
        r->end = r->ptr;
        r->ptr = body.ptr;
    }
    return end;
}

void signet_der_leave(struct signet_der_reader *r, const uint8_t *end)
{
    r->bad = r->bad || r->ptr != r->end;
    r->end = end;
}

void signet_der_expect(struct signet_der_reader *r, const uint8_t *data,
                       size_t len)
{
    if (r->bad || len > left(r) || memcmp(r->ptr, data, len) != 0) {
        r->bad = true;
        return;
    }
    r->ptr += len;
}
