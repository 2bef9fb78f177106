/* SPDX-License-Identifier: MIT */
/* The stream suite, STREAM-1 to STREAM-5, on TLS over TCP. */
#include "suites.h"
#include "world.h"

#include "cmocka_all.h"

typedef struct far_end {
    client client;
    server *server;
    SSL *session;
} far_end;

static bool far_accept(void *arg)
{
    far_end *far = arg;
    far->session = server_accepted(far->server);
    return far->session != NULL;
}

static bool far_write(void *arg, const uint8_t *data, size_t len)
{
    far_end *far = arg;
    return SSL_write(far->session, data, (int)len) == (int)len;
}

static bool far_read(void *arg, uint8_t *out, size_t len)
{
    far_end *far = arg;
    while (len > 0) {
        int some = SSL_read(far->session, out, (int)len);
        if (some <= 0) {
            return false;
        }
        out += some;
        len -= (size_t)some;
    }
    return true;
}

static void far_close(void *arg)
{
    far_end *far = arg;
    far->session = NULL;
    server_release(far->server);
}

static void rest(void *arg)
{
    far_end *far = arg;
    client_rest(&far->client);
}

/* A port that nobody listens on, for the duration of the suite. */
static uint16_t free_port(void)
{
    server *s = server_start((server_config){.mode = SERVER_GARBAGE});
    uint16_t port = server_port(s);
    server_stop(s);
    return port;
}

int main(void)
{
    far_end far = {.session = NULL};
    if (world_make(NULL) != 0) {
        return 1;
    }
    far.server = server_start((server_config){
        .mode = SERVER_HANDED, .own = &earth.own, .client_ca = &earth.makers});
    client_make(&far.client, server_port(far.server), &earth.root,
                &earth.alice);
    conformance_stream fixture = {.arg = &far,
                                  .stream = far.client.stream,
                                  .peer = far.client.peer,
                                  .refusing = far.client.peer,
                                  .unnamed = far.client.peer,
                                  .far_accept = far_accept,
                                  .far_write = far_write,
                                  .far_read = far_read,
                                  .far_close = far_close,
                                  .rest = rest};
    fixture.refusing.port = free_port();
    fixture.unnamed.host = "no-such-host.invalid";
    int failed = conformance_stream_run(&fixture);
    server_stop(far.server);
    world_end(NULL);
    return failed;
}
