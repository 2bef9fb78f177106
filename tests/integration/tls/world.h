/* SPDX-License-Identifier: MIT */
/* The certificates that the TLS tests share. */
#ifndef SIGNET_TEST_TLS_WORLD_H
#define SIGNET_TEST_TLS_WORLD_H

#include "client.h"
#include "heap.h"
#include "server.h"

typedef struct world {
    credential root;    /**< signs servers */
    credential foreign; /**< nobody trusts it */
    credential makers;  /**< signs clients */
    credential own;     /**< an ordinary server */
    credential alice;   /**< clients */
    credential bob;
} world;

extern world earth;

/** Group set-up and tear-down: wolfSSL, the watched heap, the certificates. */
int world_make(void **state);
int world_end(void **state);

/** A server certificate like the ordinary one. */
certificate_spec world_server(void);
certificate_spec world_client(const char *name);

#endif
