/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/stream.h"

#include "monotonic.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* STREAM-4: from FAILED only close leads on; READ_ONLY can still be read. */
enum {
    STATE_CLOSED,
    STATE_CONNECTING,
    STATE_UP,
    STATE_READ_ONLY,
    STATE_FAILED
};

static void drop_socket(signet_posix_stream *stream)
{
    if (stream->fd >= 0) {
        (void)close(stream->fd);
    }
    stream->fd = -1;
}

static signet_status fail(signet_posix_stream *stream, signet_status status)
{
    drop_socket(stream);
    stream->state = STATE_FAILED;
    return status;
}

static void keep_addresses(signet_posix_stream *stream,
                           const struct addrinfo *list)
{
    stream->address_count = 0;
    stream->address_next = 0;
    for (; list != NULL; list = list->ai_next) {
        size_t i = stream->address_count;
        if (i == SIGNET_POSIX_STREAM_ADDRESSES) {
            return;
        }
        if (list->ai_addrlen <= sizeof stream->addresses[i]) {
            memcpy(&stream->addresses[i], list->ai_addr, list->ai_addrlen);
            stream->address_len[i] = list->ai_addrlen;
            stream->address_count++;
        }
    }
}

static signet_status resolve(signet_posix_stream *stream,
                             const signet_peer *peer)
{
    struct addrinfo hints;
    struct addrinfo *list = NULL;
    char service[8];
    (void)snprintf(service, sizeof service, "%u", (unsigned)peer->port);
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    int error = getaddrinfo(peer->host, service, &hints, &list);
    if (error == EAI_NONAME) {
        hints.ai_flags = AI_NUMERICSERV;
        error = getaddrinfo(peer->host, service, &hints, &list);
    }
    if (error != 0) {
        return SIGNET_ERR_RESOLVE;
    }
    keep_addresses(stream, list);
    freeaddrinfo(list);
    return stream->address_count > 0 ? SIGNET_OK : SIGNET_ERR_RESOLVE;
}

/* Ask the kernel to connect; SIGNET_OK: up or on its way. */
static signet_status start_connect(signet_posix_stream *stream, size_t i)
{
    const struct sockaddr *address = (const void *)&stream->addresses[i];
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int on = 1;
    stream->fd = socket(address->sa_family, type, 0);
    if (stream->fd < 0) {
        return SIGNET_ERR_IO;
    }
    (void)setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    stream->deadline_ms =
        signet_posix_clock_ms(CLOCK_MONOTONIC) + stream->connect_timeout_ms;
    if (connect(stream->fd, address, stream->address_len[i]) == 0 ||
        errno == EINPROGRESS || errno == EINTR) {
        return SIGNET_OK;
    }
    drop_socket(stream);
    return SIGNET_ERR_CONNECT;
}

static signet_status next_address(signet_posix_stream *stream)
{
    while (stream->address_next < stream->address_count) {
        stream->last_error = start_connect(stream, stream->address_next++);
        if (stream->last_error == SIGNET_OK) {
            return SIGNET_PENDING;
        }
    }
    return fail(stream, stream->last_error);
}

static bool ready_to(int fd, short events, int timeout_ms)
{
    struct pollfd entry = {fd, events, 0};
    return poll(&entry, 1, timeout_ms) > 0;
}

/* What became of the attempt under way. */
static signet_status connect_result(const signet_posix_stream *stream)
{
    int error = 0;
    socklen_t len = sizeof error;
    if (!ready_to(stream->fd, POLLOUT, 0)) {
        uint64_t now = signet_posix_clock_ms(CLOCK_MONOTONIC);
        return now < stream->deadline_ms ? SIGNET_PENDING : SIGNET_ERR_TIMEOUT;
    }
    if (getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0) {
        return SIGNET_ERR_IO;
    }
    if (error == ETIMEDOUT) {
        return SIGNET_ERR_TIMEOUT;
    }
    return error == 0 ? SIGNET_OK : SIGNET_ERR_CONNECT;
}

static signet_status continue_open(signet_posix_stream *stream)
{
    signet_status status = connect_result(stream);
    if (status == SIGNET_PENDING) {
        return status;
    }
    if (status == SIGNET_OK) {
        stream->state = STATE_UP;
        return status;
    }
    drop_socket(stream);
    stream->last_error = status;
    return next_address(stream);
}

static signet_status stream_open(void *ctx, const signet_peer *peer)
{
    signet_posix_stream *stream = ctx;
    if (stream->state == STATE_CONNECTING) {
        return continue_open(stream);
    }
    if (stream->state != STATE_CLOSED) {
        return SIGNET_ERR_STATE;
    }
    signet_status status = resolve(stream, peer);
    if (status != SIGNET_OK) {
        return fail(stream, status);
    }
    stream->state = STATE_CONNECTING;
    return next_address(stream);
}

static signet_status transfer_error(void)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        return SIGNET_PENDING;
    }
    return errno == ETIMEDOUT ? SIGNET_ERR_TIMEOUT : SIGNET_ERR_IO;
}

static signet_status stream_write(void *ctx, const uint8_t *data, size_t len,
                                  size_t *written)
{
    signet_posix_stream *stream = ctx;
    *written = 0;
    if (stream->state != STATE_UP) {
        return SIGNET_ERR_STATE;
    }
    if (len == 0) {
        return SIGNET_OK;
    }
    ssize_t n = send(stream->fd, data, len, MSG_NOSIGNAL);
    if (n < 0) {
        signet_status status = transfer_error();
        if (status != SIGNET_PENDING) {
            stream->state = STATE_READ_ONLY;
        }
        return status;
    }
    *written = (size_t)n;
    return SIGNET_OK;
}

/* A recv of 0 bytes would look like the peer's end of the stream. */
static signet_status stream_read(void *ctx, uint8_t *out, size_t cap,
                                 size_t *len)
{
    signet_posix_stream *stream = ctx;
    *len = 0;
    if (stream->state != STATE_UP && stream->state != STATE_READ_ONLY) {
        return SIGNET_ERR_STATE;
    }
    if (cap == 0) {
        return SIGNET_ERR_ARGUMENT;
    }
    ssize_t n = recv(stream->fd, out, cap, 0);
    if (n < 0) {
        signet_status status = transfer_error();
        return status == SIGNET_PENDING ? status : fail(stream, status);
    }
    if (n == 0) {
        return fail(stream, SIGNET_CLOSED);
    }
    *len = (size_t)n;
    return SIGNET_OK;
}

static void stream_close(void *ctx)
{
    signet_posix_stream *stream = ctx;
    drop_socket(stream);
    stream->state = STATE_CLOSED;
}

static const signet_stream_ops ops = {stream_open, stream_write, stream_read,
                                      stream_close};

void signet_posix_stream_init(signet_posix_stream *ctx,
                              uint32_t connect_timeout_ms, signet_stream *out)
{
    memset(ctx, 0, sizeof *ctx);
    ctx->fd = -1;
    ctx->connect_timeout_ms = connect_timeout_ms;
    out->ops = &ops;
    out->ctx = ctx;
}

void signet_posix_stream_wait(const signet_posix_stream *ctx, bool for_write,
                              uint32_t timeout_ms)
{
    bool writing = for_write || ctx->state == STATE_CONNECTING;
    short events = (short)(POLLIN | (writing ? POLLOUT : 0));
    int limit = timeout_ms < 0x7FFFFFFFu ? (int)timeout_ms : 0x7FFFFFFF;
    (void)ready_to(ctx->fd, events, limit);
}

int signet_posix_stream_fd(const signet_posix_stream *ctx)
{
    return ctx->fd;
}
