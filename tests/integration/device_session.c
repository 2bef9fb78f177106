/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "device_session.h"

#include <time.h>

#define CONNECT_TIMEOUT_MS 2000u
#define LONGEST_SLEEP_MS 20u

uint64_t device_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static signet_time now(void)
{
    const signet_time time = {.uptime_ms = device_now_ms()};

    return time;
}

void device_session_init(device_session *d, const broker *b,
                         const char *client_id, const char *const *filters)
{
    const signet_mqtt_memory memory = {d->tx,        sizeof d->tx, d->rx,
                                       sizeof d->rx, d->inflight,  8};

    memset(d, 0, sizeof *d);
    seen_init(&d->seen);
    signet_posix_stream_init(&d->tcp, CONNECT_TIMEOUT_MS, &d->stream);
    signet_mqtt_messenger_init(&d->messenger, &d->stream, &memory);
    d->view = signet_mqtt_messenger_view(&d->messenger);
    d->session.peer.host = "127.0.0.1";
    d->session.peer.port = b->port;
    d->session.client_id = client_id;
    d->session.clean = true;
    d->session.keep_alive_s = 10;
    d->session.filters = filters;
    while (filters[d->session.filter_count] != NULL) {
        d->session.filter_count++;
    }
    d->session.events = seen_callbacks(&d->seen);
}

void device_session_free(device_session *d)
{
    d->view.ops->close(d->view.ctx);
    seen_free(&d->seen);
}

void device_session_open(device_session *d)
{
    if (d->view.ops->open(d->view.ctx, &d->session, now()) != SIGNET_OK) {
        abort();
    }
}

void device_session_step(device_session *d)
{
    signet_time time = now();
    uint64_t next = 0;

    if (d->view.ops->step(d->view.ctx, time, &next) != SIGNET_OK) {
        abort();
    }
    if (next > time.uptime_ms) {
        signet_posix_stream_wait(&d->tcp, false, LONGEST_SLEEP_MS);
    }
}
