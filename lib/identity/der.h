/* SPDX-License-Identifier: MIT */
/*
 * Private to lib/identity: DER (X.690 s10) as certificates need it.
 *
 * The writer fills its buffer from the end towards the start, because in DER a
 * length stands before what it measures: contents first, then their header.
 * The reader takes what DER allows and nothing that only BER does. Both keep a
 * sticky flag: make all calls, then look once.
 */
#ifndef SIGNET_IDENTITY_DER_H
#define SIGNET_IDENTITY_DER_H

#include "signet/bytes.h"

#define DER_BOOLEAN 0x01u
#define DER_INTEGER 0x02u
#define DER_BIT_STRING 0x03u
#define DER_OCTET_STRING 0x04u
#define DER_OID 0x06u
#define DER_UTF8_STRING 0x0Cu
#define DER_PRINTABLE_STRING 0x13u
#define DER_UTC_TIME 0x17u
#define DER_GENERALIZED_TIME 0x18u
#define DER_SEQUENCE 0x30u
#define DER_SET 0x31u
/** Context-specific [n], primitive and constructed. */
#define DER_CONTEXT(n) (0x80u + (n))
#define DER_CONTEXT_SET(n) (0xA0u + (n))

/** Tag and length of at most 65535 bytes. */
#define DER_HEAD_MAX 4u
/** UTCTime or GeneralizedTime, tag and length included. */
#define DER_TIME_MAX 17u
/** ECDSA-Sig-Value of P-256. */
#define DER_SIGNATURE_MAX 72u

struct signet_der_writer {
    uint8_t *start;
    uint8_t *ptr; /**< first byte written so far */
    bool full;
};

void signet_der_writer_init(struct signet_der_writer *w, uint8_t *out,
                            size_t cap);

/** Put bytes before what stands already. */
void signet_der_put(struct signet_der_writer *w, const uint8_t *data,
                    size_t len);

/** Put tag and length before all that was written since ptr was at end. */
void signet_der_close(struct signet_der_writer *w, uint8_t tag,
                      const uint8_t *end);

void signet_der_put_tlv(struct signet_der_writer *w, uint8_t tag,
                        const uint8_t *data, size_t len);

/** INTEGER from unsigned big-endian bytes, in its shortest form. */
void signet_der_put_uint(struct signet_der_writer *w, const uint8_t *data,
                         size_t len);

/** A Name of one CN, UTF8String; NULL: the empty Name. */
void signet_der_put_name(struct signet_der_writer *w, const char *cn);

/** SubjectPublicKeyInfo of a P-256 key. */
void signet_der_put_spki(struct signet_der_writer *w, const uint8_t key[64]);

/** AlgorithmIdentifier ecdsa-with-SHA256. */
void signet_der_put_algorithm(struct signet_der_writer *w);

/**
 * A date as RFC 5280 s4.1.2.5 wants it: UTCTime through 2049, then
 * GeneralizedTime.
 *
 * @param time_s  at most SIGNET_X509_NO_END.
 */
void signet_der_put_time(struct signet_der_writer *w, uint64_t time_s);

struct signet_der_reader {
    const uint8_t *ptr;
    const uint8_t *end;
    bool bad;
};

void signet_der_reader_init(struct signet_der_reader *r, signet_bytes input);

/** True when there is a next element and it has this tag. */
bool signet_der_is(const struct signet_der_reader *r, uint8_t tag);

/** True while elements are left and nothing was bad. */
bool signet_der_more(const struct signet_der_reader *r);

/** The contents of the next element; empty, and bad, for another tag. */
signet_bytes signet_der_take(struct signet_der_reader *r, uint8_t tag);

/** The next element of any tag, tag and length included. */
signet_bytes signet_der_element(struct signet_der_reader *r);

/**
 * Narrow the reader to the contents of the next element.
 *
 * @return where it ended before: for leave.
 */
const uint8_t *signet_der_enter(struct signet_der_reader *r, uint8_t tag);

/** Widen it again; what was entered must have been read to its end. */
void signet_der_leave(struct signet_der_reader *r, const uint8_t *end);

/** Exactly these bytes come next. */
void signet_der_expect(struct signet_der_reader *r, const uint8_t *data,
                       size_t len);

/** A positive INTEGER of at most cap bytes, right-aligned in out. */
void signet_der_take_uint(struct signet_der_reader *r, uint8_t *out,
                          size_t cap);

void signet_der_take_spki(struct signet_der_reader *r, uint8_t key[64]);
void signet_der_take_algorithm(struct signet_der_reader *r);

/** BIT STRING of ECDSA-Sig-Value, as r || s. */
void signet_der_take_signature(struct signet_der_reader *r,
                               uint8_t signature[64]);

uint64_t signet_der_take_time(struct signet_der_reader *r);

/**
 * A Name, encoded.
 *
 * @param[out] cn  its only CN, empty when it has none; two are bad.
 */
signet_bytes signet_der_take_name(struct signet_der_reader *r,
                                  signet_bytes *cn);

#endif
