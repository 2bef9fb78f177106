/* SPDX-License-Identifier: MIT */
#include "broker_link.h"

#include "broker_tls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define KEEP_ALIVE_S 10
#define MAX_RETRY_S 8u

static void on_connect(struct mosquitto *client, void *ctx, int code)
{
    char enrol[] = "signet/enrol/+/req";
    char up[] = "signet/dev/+/up/#";
    char *const filters[] = {enrol, up};
    broker_link *l = ctx;
    if (code != 0) {
        fprintf(stderr, "signet-service: broker: %s\n",
                mosquitto_connack_string(code));
        return;
    }
    mosquitto_subscribe_multiple(client, NULL, 2, filters, 1, 0, NULL);
    l->connected = true;
    l->told = false;
    l->retry_s = 0;
}

static void on_subscribe(struct mosquitto *client, void *ctx, int id, int count,
                         const int *granted)
{
    (void)client;
    (void)ctx;
    (void)id;
    for (int i = 0; i < count; i++) {
        if (granted[i] >= 128) {
            fprintf(stderr, "signet-service: broker: subscription refused\n");
            return;
        }
    }
    printf("connected: serving devices\n");
    fflush(stdout);
}

static void on_disconnect(struct mosquitto *client, void *ctx, int code)
{
    broker_link *l = ctx;
    (void)client;
    (void)code;
    l->connected = false;
}

static void on_message(struct mosquitto *client, void *ctx,
                       const struct mosquitto_message *m)
{
    broker_link *l = ctx;
    reply r;
    (void)client;
    l->service->now_s = (int64_t)time(NULL);
    dispatch(l->service, m->topic,
             signet_view(m->payload, (size_t)m->payloadlen), &r);
    if (r.len > 0) {
        link_send(l, &r);
    }
    reply_free(&r);
}

static bool set_up(broker_link *l, const link_config *c, failure *f)
{
    /* The session is kept: what devices sent while we were away waits. */
    l->client = mosquitto_new(c->client_id, false, l);
    if (l->client == NULL) {
        return fail(f, "libmosquitto: out of memory");
    }
    mosquitto_connect_callback_set(l->client, on_connect);
    mosquitto_disconnect_callback_set(l->client, on_disconnect);
    mosquitto_message_callback_set(l->client, on_message);
    mosquitto_subscribe_callback_set(l->client, on_subscribe);
    l->tls = broker_tls_new(c, f);
    if (l->tls == NULL) {
        return false;
    }
    /* Without defaults: the context is complete, and libmosquitto would ask
     * for a CA file of its own. */
    int code =
        mosquitto_int_option(l->client, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0);
    if (code == MOSQ_ERR_SUCCESS) {
        code = mosquitto_void_option(l->client, MOSQ_OPT_SSL_CTX, l->tls);
    }
    return code == MOSQ_ERR_SUCCESS ||
           fail(f, "TLS: %s", mosquitto_strerror(code));
}

static const char *reason(int code)
{
    return code == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(code);
}

static void lost(broker_link *l, int code, int64_t now_s)
{
    if (!l->told) {
        fprintf(stderr, "signet-service: broker: %s; trying again\n",
                reason(code));
        l->told = true;
    }
    l->connected = false;
    l->retry_at_s = now_s + (int64_t)l->retry_s;
    l->retry_s = l->retry_s == 0 ? 1u : l->retry_s * 2u;
    if (l->retry_s > MAX_RETRY_S) {
        l->retry_s = MAX_RETRY_S;
    }
}

bool link_open(broker_link *l, service *s, const link_config *c, failure *f)
{
    memset(l, 0, sizeof *l);
    l->service = s;
    mosquitto_lib_init();
    if (!set_up(l, c, f)) {
        return false;
    }
    int code = mosquitto_connect(l->client, c->host, c->port, KEEP_ALIVE_S);
    if (code == MOSQ_ERR_INVAL) {
        return fail(f, "broker: %s", mosquitto_strerror(code));
    }
    if (code != MOSQ_ERR_SUCCESS) {
        lost(l, code, (int64_t)time(NULL)); /* it may still come */
    }
    return true;
}

static void sleep_ms(int ms)
{
    const struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
    nanosleep(&t, NULL);
}

void link_step(broker_link *l, int64_t now_s, int wait_ms)
{
    int code = MOSQ_ERR_SUCCESS;
    if (mosquitto_socket(l->client) >= 0) {
        code = mosquitto_loop(l->client, wait_ms, 1);
    } else if (now_s >= l->retry_at_s) {
        code = mosquitto_reconnect(l->client);
    } else {
        sleep_ms(wait_ms);
    }
    if (code != MOSQ_ERR_SUCCESS) {
        lost(l, code, now_s);
    }
}

void link_send(void *ctx, const reply *r)
{
    broker_link *l = ctx;
    /* Not connected: the device asks again. */
    int code = mosquitto_publish(l->client, NULL, r->topic, (int)r->len, r->ptr,
                                 1, false);
    if (code != MOSQ_ERR_SUCCESS && code != MOSQ_ERR_NO_CONN) {
        fprintf(stderr, "signet-service: %s: %s\n", r->topic,
                mosquitto_strerror(code));
    }
}

void link_heartbeat(broker_link *l, int64_t now_s)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)now_s);
    if (l->connected) {
        mosquitto_publish(l->client, NULL, HEARTBEAT_TOPIC, len, text, 0,
                          false);
    }
}

void link_close(broker_link *l)
{
    if (l->client != NULL) {
        mosquitto_disconnect(l->client);
        mosquitto_destroy(l->client);
        l->client = NULL;
    }
    SSL_CTX_free(l->tls);
    l->tls = NULL;
    mosquitto_lib_cleanup();
}
