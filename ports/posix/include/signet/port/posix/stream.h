/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_POSIX_STREAM_H
#define SIGNET_PORT_POSIX_STREAM_H

#include "signet/port/stream.h"

#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Addresses of a name that open tries, in the resolver's order. */
#define SIGNET_POSIX_STREAM_ADDRESSES 4u

/** A TCP connection. Fields are private. */
typedef struct signet_posix_stream {
    int fd;
    int state;
    uint32_t connect_timeout_ms;
    uint64_t deadline_ms;
    signet_status last_error;
    size_t address_count;
    size_t address_next;
    struct sockaddr_storage addresses[SIGNET_POSIX_STREAM_ADDRESSES];
    socklen_t address_len[SIGNET_POSIX_STREAM_ADDRESSES];
} signet_posix_stream;

/**
 * Make a closed stream over TCP (STREAM-1..5). Reads host and port of the
 * peer only, during the first open.
 *
 * A numeric address is never looked up. A name blocks in getaddrinfo, for as
 * long as resolv.conf(5) allows: by default 5 s, twice, for each name server.
 * Nothing else blocks. TCP_NODELAY is set: Signet writes whole messages.
 * open on a stream that is up, read and write on one that is not, and
 * anything but close after an error are SIGNET_ERR_STATE.
 *
 * @param ctx                 stays valid and unmoved while out is in use.
 * @param connect_timeout_ms  for each address, 1..; then SIGNET_ERR_TIMEOUT.
 */
void signet_posix_stream_init(signet_posix_stream *ctx,
                              uint32_t connect_timeout_ms, signet_stream *out);

/**
 * Sleep until the connection may have progressed: for a main loop that has
 * nothing else to do.
 *
 * @param for_write   wake when bytes can be written too.
 * @param timeout_ms  longest sleep; a closed stream sleeps all of it.
 */
void signet_posix_stream_wait(const signet_posix_stream *ctx, bool for_write,
                              uint32_t timeout_ms);

/** The socket, for poll(2); -1 while there is none. */
int signet_posix_stream_fd(const signet_posix_stream *ctx);

#ifdef __cplusplus
}
#endif
#endif
