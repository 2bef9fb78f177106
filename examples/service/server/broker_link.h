/* SPDX-License-Identifier: MIT */
/** The service's session at the broker, by libmosquitto. */
#ifndef BROKER_LINK_H
#define BROKER_LINK_H

#include "service.h"

#include <mosquitto.h>
#include <openssl/ssl.h>

#define HEARTBEAT_TOPIC "signet/service/heartbeat"

typedef struct link_config {
    const char *host;
    int port;
    const char *server_name; /**< name or IPv4 address of its certificate */
    const char *broker_ca;   /**< PEM */
    const char *certificate; /**< PEM; its CN is the client id */
    const char *key;         /**< PEM */
    const char *client_id;
} link_config;

typedef struct broker_link {
    service *service;
    struct mosquitto *client;
    SSL_CTX *tls;
    bool connected;
    bool told; /* that the broker is away, once */
    unsigned retry_s;
    int64_t retry_at_s;
} broker_link;

bool link_open(broker_link *l, service *s, const link_config *config,
               failure *f);

/**
 * Let the session work for at most wait_ms; connects again after a loss, at
 * first at once, then ever more slowly.
 */
void link_step(broker_link *l, int64_t now_s, int wait_ms);

/** Publish at QoS 1. */
void link_send(void *ctx, const reply *r);

/** Publish the heartbeat, which makes the broker's plugin sweep. */
void link_heartbeat(broker_link *l, int64_t now_s);

void link_close(broker_link *l);

#endif
