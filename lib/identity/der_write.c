/* SPDX-License-Identifier: MIT */
#include "der.h"

#include <string.h>

#include "der_constants.h"

void signet_der_writer_init(struct signet_der_writer *w, uint8_t *out,
                            size_t cap)
{
    w->start = out;
    w->ptr = out + cap;
    w->full = false;
}

void signet_der_put(struct signet_der_writer *w, const uint8_t *data,
                    size_t len)
{
    if (w->full || len > (size_t)(w->ptr - w->start)) {
        w->full = true;
        return;
    }
    w->ptr -= len;
    if (len > 0) {
        memcpy(w->ptr, data, len);
    }
}

void signet_der_close(struct signet_der_writer *w, uint8_t tag,
                      const uint8_t *end)
{
    size_t len = (size_t)(end - w->ptr);
    uint8_t head[DER_HEAD_MAX] = {tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len};

    if (len > UINT16_MAX) {
        w->full = true;
    } else if (len > UINT8_MAX) {
        signet_der_put(w, head, 4);
    } else if (len > INT8_MAX) {
        head[1] = 0x81;
        head[2] = (uint8_t)len;
        signet_der_put(w, head, 3);
    } else {
        head[1] = (uint8_t)len;
        signet_der_put(w, head, 2);
    }
}

void signet_der_put_tlv(struct signet_der_writer *w, uint8_t tag,
                        const uint8_t *data, size_t len)
{
    const uint8_t *end = w->ptr;

    signet_der_put(w, data, len);
    signet_der_close(w, tag, end);
}

void signet_der_put_uint(struct signet_der_writer *w, const uint8_t *data,
                         size_t len)
{
    static const uint8_t zero = 0;
    const uint8_t *end = w->ptr;

    while (len > 1 && data[0] == 0) {
        data++;
        len--;
    }
    signet_der_put(w, data, len);
    if (data[0] > INT8_MAX) {
        signet_der_put(w, &zero, 1); /* else it would read as negative */
    }
    signet_der_close(w, DER_INTEGER, end);
}

/* Name: SEQUENCE { SET { SEQUENCE { commonName, UTF8String } } } */
void signet_der_put_name(struct signet_der_writer *w, const char *cn)
{
    const uint8_t *end = w->ptr;

    if (cn != NULL) {
        signet_der_put_tlv(w, DER_UTF8_STRING, (const uint8_t *)cn, strlen(cn));
        signet_der_put(w, signet_der_common_name, DER_COMMON_NAME_SIZE);
        signet_der_close(w, DER_SEQUENCE, end);
        signet_der_close(w, DER_SET, end);
    }
    signet_der_close(w, DER_SEQUENCE, end);
}

void signet_der_put_spki(struct signet_der_writer *w, const uint8_t key[64])
{
    signet_der_put(w, key, 64);
    signet_der_put(w, signet_der_spki_prefix, DER_SPKI_PREFIX_SIZE);
}

void signet_der_put_algorithm(struct signet_der_writer *w)
{
    signet_der_put(w, signet_der_algorithm, DER_ALGORITHM_SIZE);
}
