/* SPDX-License-Identifier: MIT */
/* A Signet TLS stream over TCP, with a key in the test's own memory. */
#ifndef SIGNET_TEST_TLS_CLIENT_H
#define SIGNET_TEST_TLS_CLIENT_H

#include "authority.h"

#include "signet/port/posix/stream.h"
#include "signet/port/tls.h"

#define SERVER_NAME "broker.test"

/** A private key; counts what it signs. */
typedef struct test_key {
    const credential *owner; /**< signs by OpenSSL, not by the tested port */
    signet_status refusal;   /**< OK, or what sign answers instead */
    unsigned signatures;
} test_key;

typedef struct client {
    signet_posix_stream tcp;
    signet_stream tcp_stream;
    bool drip;      /**< one byte at a time, every other call PENDING */
    unsigned calls; /**< of the dripping stream */
    signet_tls tls;
    signet_stream stream;
    test_key private_key;
    signet_key key;
    signet_bytes anchors[2];
    signet_bytes chain[2];
    signet_peer peer;
} client;

/** Initialise wolfSSL for this process: group setup. */
int client_start(void **state);

/** A closed stream to port that trusts anchor. me NULL: no certificate. */
void client_make(client *c, uint16_t port, const credential *anchor,
                 const credential *me);

/** As the stream's calls, repeated while PENDING, for 10 s at most. */
signet_status client_open(client *c);
signet_status client_write(client *c, const void *data, size_t len);
signet_status client_read(client *c, void *out, size_t len);
/** One read, until it answers something but PENDING. */
signet_status client_read_some(client *c, uint8_t *out, size_t cap,
                               size_t *len);
void client_close(client *c);

/** Rest until the socket may have news. */
void client_rest(client *c);

#endif
