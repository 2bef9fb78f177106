/* SPDX-License-Identifier: MIT */
/** A messenger over the posix port's TCP stream, as a device would run it:
 * reconnects by itself, but without TLS, which has tests of its own. */
#ifndef SIGNET_TESTS_DEVICE_SESSION_H
#define SIGNET_TESTS_DEVICE_SESSION_H

#include "broker.h"
#include "session_events.h"
#include "signet/cloud.h"
#include "signet/port/posix/stream.h"

typedef struct device_session {
    signet_posix_stream tcp;
    signet_stream stream;
    signet_mqtt_messenger messenger;
    signet_messenger view;
    signet_messenger_session session;
    signet_mqtt_inflight inflight[8];
    seen_events seen;
    uint8_t tx[1024];
    uint8_t rx[1024];
} device_session;

/** filters: NULL-terminated; stays valid. */
void device_session_init(device_session *d, const broker *b,
                         const char *client_id, const char *const *filters);
void device_session_free(device_session *d);

/** Open once; opened or closed follows from step. */
void device_session_open(device_session *d);

/** Step once and sleep until something happens, at most some ms. */
void device_session_step(device_session *d);

uint64_t device_now_ms(void);

/** Step until condition holds or ten seconds passed; evaluates to it. */
#define DEVICE_UNTIL(d, condition)                                             \
    for (uint64_t end_ = device_now_ms() + 10000;                              \
         !(condition) && device_now_ms() < end_; device_session_step(d)) {     \
    }                                                                          \
    assert_true(condition)

#endif
