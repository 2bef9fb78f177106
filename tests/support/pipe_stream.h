/* SPDX-License-Identifier: MIT */
/**
 * A signet_stream in memory: what the device wrote can be looked at, what it
 * shall read is put in, and each call can be made to wait, to take little or
 * to fail. It keeps the caller to STREAM-2 and STREAM-4: a changed repetition
 * after PENDING and a call after an error are counted as breaches.
 */
#ifndef SIGNET_TESTS_PIPE_STREAM_H
#define SIGNET_TESTS_PIPE_STREAM_H

#include "signet/port/stream.h"

#include <string.h>

#define PIPE_SIZE 8192u

typedef struct pipe_stream {
    signet_stream stream;
    uint8_t sent[PIPE_SIZE]; /**< by the device */
    size_t sent_len;
    uint8_t coming[PIPE_SIZE]; /**< for the device */
    size_t coming_at;
    size_t coming_len;
    signet_status open_status;
    signet_status write_status;  /**< OK: as much as write_most */
    size_t write_most;           /**< bytes a call; 0: OK with nothing taken */
    unsigned write_pending_each; /**< every n-th write is PENDING; 0: none */
    size_t read_most;
    signet_status end_status; /**< of reads when coming is empty */
    unsigned opens;
    unsigned closes;
    unsigned writes;
    unsigned breaches;
    const uint8_t *repeat; /**< what has to be offered again */
    size_t repeat_len;
    bool dead;      /**< only close may follow */
    bool read_only; /**< only read and close may */
} pipe_stream;

static inline signet_status pipe_note(pipe_stream *pipe, signet_status status)
{
    if (status != SIGNET_OK && status != SIGNET_PENDING) {
        pipe->dead = true;
    }
    return status;
}

/* After an error of write, what had arrived can still be read. */
static inline signet_status pipe_note_write(pipe_stream *pipe,
                                            signet_status status)
{
    if (status != SIGNET_OK && status != SIGNET_PENDING) {
        pipe->read_only = true;
    }
    return status;
}

static inline signet_status pipe_open(void *ctx, const signet_peer *peer)
{
    pipe_stream *pipe = (pipe_stream *)ctx;

    (void)peer;
    pipe->opens++;
    pipe->breaches += pipe->dead ? 1u : 0u;
    return pipe_note(pipe, pipe->open_status);
}

static inline signet_status pipe_write(void *ctx, const uint8_t *data,
                                       size_t len, size_t *written)
{
    pipe_stream *pipe = (pipe_stream *)ctx;
    size_t n = len < pipe->write_most ? len : pipe->write_most;

    *written = 0;
    pipe->writes++;
    if (pipe->dead || pipe->read_only ||
        (pipe->repeat != NULL &&
         (pipe->repeat != data || pipe->repeat_len != len))) {
        pipe->breaches++;
    }
    pipe->repeat = NULL;
    if (pipe->write_status != SIGNET_OK ||
        (pipe->write_pending_each != 0 &&
         pipe->writes % pipe->write_pending_each == 0)) {
        pipe->repeat = data;
        pipe->repeat_len = len;
        return pipe_note_write(pipe, pipe->write_status != SIGNET_OK
                                         ? pipe->write_status
                                         : SIGNET_PENDING);
    }
    if (n > PIPE_SIZE - pipe->sent_len) {
        n = PIPE_SIZE - pipe->sent_len;
    }
    memcpy(pipe->sent + pipe->sent_len, data, n);
    pipe->sent_len += n;
    *written = n;
    return SIGNET_OK;
}

static inline signet_status pipe_read(void *ctx, uint8_t *out, size_t cap,
                                      size_t *len)
{
    pipe_stream *pipe = (pipe_stream *)ctx;
    size_t n = pipe->coming_len - pipe->coming_at;

    *len = 0;
    pipe->breaches += pipe->dead || cap == 0 ? 1u : 0u;
    if (n == 0) {
        return pipe_note(pipe, pipe->end_status);
    }
    n = n < cap ? n : cap;
    n = n < pipe->read_most ? n : pipe->read_most;
    memcpy(out, pipe->coming + pipe->coming_at, n);
    pipe->coming_at += n;
    *len = n;
    return SIGNET_OK;
}

static inline void pipe_close(void *ctx)
{
    pipe_stream *pipe = (pipe_stream *)ctx;

    pipe->closes++;
    pipe->dead = false;
    pipe->read_only = false;
    pipe->repeat = NULL;
}

static inline void pipe_init(pipe_stream *pipe)
{
    static const signet_stream_ops ops = {pipe_open, pipe_write, pipe_read,
                                          pipe_close};

    memset(pipe, 0, sizeof *pipe);
    pipe->stream.ops = &ops;
    pipe->stream.ctx = pipe;
    pipe->write_most = PIPE_SIZE;
    pipe->read_most = PIPE_SIZE;
    pipe->end_status = SIGNET_PENDING;
}

/** Bytes for the device to read. */
static inline void pipe_put(pipe_stream *pipe, const uint8_t *bytes, size_t len)
{
    if (pipe->coming_at == pipe->coming_len) {
        pipe->coming_at = 0;
        pipe->coming_len = 0;
    }
    if (len <= PIPE_SIZE - pipe->coming_len) {
        memcpy(pipe->coming + pipe->coming_len, bytes, len);
        pipe->coming_len += len;
    }
}

#endif
