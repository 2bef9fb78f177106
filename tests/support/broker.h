/* SPDX-License-Identifier: MIT */
/** A real mosquitto on a free loopback port, and its clients, as children
 * that end with the test. */
#ifndef SIGNET_TESTS_BROKER_H
#define SIGNET_TESTS_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "temporary.h"

typedef struct broker {
    char folder[TEMPORARY_SIZE];
    int folder_fd;
    uint16_t port;
    pid_t pid; /**< 0: not running */
} broker;

/** Make the folder and configuration (extra: further lines of it), find a
 * port and start. Ends the program when there is no mosquitto. */
void broker_open(broker *b, const char *extra);
/** Start again on the same port; returns when it accepts connections. */
void broker_start(broker *b);
/** End it: SIGKILL, as a power cut would, or SIGTERM. */
void broker_kill(broker *b, int signal);
/** End it and remove its folder. */
void broker_close(broker *b);

/** A mosquitto_sub or mosquitto_pub with its standard output in a pipe. */
typedef struct broker_client {
    pid_t pid;
    int out;
} broker_client;

/** arguments: after the port, NULL-terminated. */
void broker_client_start(broker_client *client, const broker *b,
                         const char *program, const char *const *arguments);
/** One byte of its output; false: nothing within timeout_ms, or the end. */
bool broker_client_byte(broker_client *client, int timeout_ms, uint8_t *byte);
/** Wait for its end; returns its exit status. */
int broker_client_wait(broker_client *client);
void broker_client_stop(broker_client *client);

#endif
