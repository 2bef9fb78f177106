/* SPDX-License-Identifier: MIT */
/*
 * A byte stream over the network stack, STREAM-1..5. TLS runs on top of it.
 */
#include "signet/port/stream.h"

static signet_status stream_open(void *ctx, const signet_peer *peer)
{
#error "start or continue connecting; PENDING until up; STREAM-1"
}

static signet_status stream_write(void *ctx, const uint8_t *data, size_t len,
                                  size_t *written)
{
#error "queue what fits and say how much; PENDING for none; STREAM-2"
}

static signet_status stream_read(void *ctx, uint8_t *out, size_t cap,
                                 size_t *len)
{
#error "give what has arrived; PENDING for none, CLOSED for the end; STREAM-3"
}

static void stream_close(void *ctx)
{
#error "drop the connection; harmless when there is none; STREAM-4"
}

const signet_stream_ops template_stream_ops = {stream_open, stream_write,
                                               stream_read, stream_close};
