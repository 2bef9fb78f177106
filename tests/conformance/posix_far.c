/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "posix_far.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Listen on a free port of the loopback; returns it. */
static uint16_t listen_somewhere(int *fd)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(*fd, (struct sockaddr *)&address, len) != 0 ||
        listen(*fd, 4) != 0 ||
        getsockname(*fd, (struct sockaddr *)&address, &len) != 0) {
        return 0;
    }
    return ntohs(address.sin_port);
}

static bool far_accept(void *arg)
{
    far_end *far = arg;
    struct pollfd entry = {far->listener, POLLIN, 0};
    if (poll(&entry, 1, 5000) != 1) {
        return false;
    }
    far->connection = accept(far->listener, NULL, NULL);
    /* A byte that never comes is a failure, not a wait. */
    const struct timeval limit = {2, 0};
    return far->connection >= 0 &&
           setsockopt(far->connection, SOL_SOCKET, SO_RCVTIMEO, &limit,
                      sizeof limit) == 0;
}

static bool far_write(void *arg, const uint8_t *data, size_t len)
{
    far_end *far = arg;
    return send(far->connection, data, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool far_read(void *arg, uint8_t *out, size_t len)
{
    far_end *far = arg;
    return recv(far->connection, out, len, MSG_WAITALL) == (ssize_t)len;
}

static void far_close(void *arg)
{
    far_end *far = arg;
    if (far->connection >= 0) {
        (void)close(far->connection);
    }
    far->connection = -1;
}

static void rest(void *arg)
{
    const struct timespec time = {0, 1000000L};
    (void)arg;
    (void)nanosleep(&time, NULL);
}

void far_end_open(far_end *far, const char *host, conformance_stream *fixture)
{
    int unused = -1;
    memset(fixture, 0, sizeof *fixture);
    far->connection = -1;
    fixture->arg = far;
    fixture->far_accept = far_accept;
    fixture->far_write = far_write;
    fixture->far_read = far_read;
    fixture->far_close = far_close;
    fixture->rest = rest;
    fixture->keeps_arrived = true;
    fixture->peer.host = host;
    fixture->peer.port = listen_somewhere(&far->listener);
    fixture->refusing.host = "127.0.0.1";
    fixture->refusing.port = listen_somewhere(&unused);
    (void)close(unused);
    fixture->unnamed.host = "no such name.invalid";
    fixture->unnamed.port = 1;
}

void far_end_close(far_end *far)
{
    far_close(far);
    (void)close(far->listener);
}
