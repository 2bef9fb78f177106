/* SPDX-License-Identifier: MIT */
#ifndef MOSQUITTO_MESSENGER_H
#define MOSQUITTO_MESSENGER_H

#include <mosquitto.h>

#include "openssl_context.h"
#include "signet/messenger.h"

/** libmosquitto as the agent's messenger: the client that a firmware has
 * already, with its own TLS. Private. */
struct mosquitto_messenger {
    struct mosquitto *client;
    struct openssl_context tls;
    signet_messenger_session session;
    size_t subscribed; /**< filters answered so far */
    signet_status failure;
    bool up;
};

/** Call mosquitto_lib_init() before. */
signet_messenger
mosquitto_messenger_view(struct mosquitto_messenger *messenger);

/** The socket, for poll(2); -1 while there is none. */
int mosquitto_messenger_fd(const struct mosquitto_messenger *messenger);

#endif
