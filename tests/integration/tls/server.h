/* SPDX-License-Identifier: MIT */
/* A TLS server on OpenSSL, in a thread, on a free port of 127.0.0.1. */
#ifndef SIGNET_TEST_TLS_SERVER_H
#define SIGNET_TEST_TLS_SERVER_H

#include "authority.h"

#include <openssl/ssl.h>

typedef enum server_mode {
    SERVER_ECHO,    /**< what it reads it writes, until the client ends it */
    SERVER_CLOSES,  /**< reads once, then ends in order (close_notify) */
    SERVER_DROPS,   /**< reads once, then ends without close_notify */
    SERVER_GARBAGE, /**< speaks no TLS at all */
    SERVER_HANDED   /**< server_accepted() gives the session to the test */
} server_mode;

typedef struct server_config {
    server_mode mode;
    const credential *own;
    const credential *intermediate; /**< sent after own, or NULL */
    const credential *client_ca;    /**< ask for a certificate by it, or NULL */
    bool old_version;               /**< TLS 1.2 only */
} server_config;

typedef struct server server;

/** Listen. Fails the test when that does not work. */
server *server_start(server_config config);
uint16_t server_port(const server *s);
/** Stop, end the thread and free everything. */
void server_stop(server *s);

/** SERVER_HANDED: wait for the next connection's handshake; NULL: it failed
 * or did not come within 10 s. The test may use the session until
 * server_release, which ends it in order. */
SSL *server_accepted(server *s);
void server_release(server *s);

/** The name that the last client asked for (SNI), or "". */
const char *server_sni(server *s);

#endif
