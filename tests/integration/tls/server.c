/* SPDX-License-Identifier: MIT */
#include "server.h"

#include "cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 10

struct server {
    server_config config;
    SSL_CTX *ctx;
    int listener;
    uint16_t port;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    SSL *handed; /* guarded by mutex, as are the next ones */
    bool stopping;
    char sni[256];
};

/* ---- The listening socket -------------------------------------------------
 */

static void listen_somewhere(server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(s->listener >= 0);
    assert_int_equal(
        bind(s->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(s->listener, 128), 0);
    assert_int_equal(
        getsockname(s->listener, (struct sockaddr *)&address, &len), 0);
    s->port = ntohs(address.sin_port);
}

/* No call on the socket may wait for ever; small answers leave at once. */
static void prepare(int fd)
{
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    struct timeval patience = {.tv_sec = PATIENCE_S};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

/* ---- One connection -------------------------------------------------------
 */

static void echo(SSL *ssl)
{
    char buffer[4096];
    int len;
    while ((len = SSL_read(ssl, buffer, sizeof(buffer))) > 0) {
        if (SSL_write(ssl, buffer, len) <= 0) {
            return;
        }
    }
    if (SSL_get_error(ssl, len) == SSL_ERROR_ZERO_RETURN) {
        (void)SSL_shutdown(ssl);
    }
}

static void hand_over(server *s, SSL *ssl)
{
    pthread_mutex_lock(&s->mutex);
    s->handed = ssl;
    pthread_cond_broadcast(&s->changed);
    while (s->handed != NULL && !s->stopping) {
        pthread_cond_wait(&s->changed, &s->mutex);
    }
    s->handed = NULL;
    pthread_mutex_unlock(&s->mutex);
}

static void remember_sni(server *s, const SSL *ssl)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    pthread_mutex_lock(&s->mutex);
    (void)snprintf(s->sni, sizeof(s->sni), "%s", name != NULL ? name : "");
    pthread_mutex_unlock(&s->mutex);
}

static void converse(server *s, SSL *ssl)
{
    char buffer[64];
    switch (s->config.mode) {
    case SERVER_ECHO:
        echo(ssl);
        break;
    case SERVER_CLOSES:
        (void)SSL_read(ssl, buffer, sizeof(buffer));
        (void)SSL_shutdown(ssl);
        break;
    case SERVER_HANDED:
        hand_over(s, ssl);
        break;
    case SERVER_DROPS:
    default:
        (void)SSL_read(ssl, buffer, sizeof(buffer));
        break;
    }
}

static void serve_tls(server *s, int fd)
{
    SSL *ssl = SSL_new(s->ctx);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) {
        remember_sni(s, ssl);
        converse(s, ssl);
    }
    SSL_free(ssl);
    ERR_clear_error();
}

static void serve_garbage(int fd)
{
    static const char text[] = "HTTP/1.0 400 Bad Request\r\n\r\n";
    char buffer[1024];
    (void)recv(fd, buffer, sizeof(buffer), 0);
    (void)send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
}

static void *run(void *arg)
{
    server *s = arg;
    int fd;
    while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
        prepare(fd);
        if (s->config.mode == SERVER_GARBAGE) {
            serve_garbage(fd);
        } else {
            serve_tls(s, fd);
        }
        close(fd);
    }
    return NULL;
}

/* ---- Settings -------------------------------------------------------------
 */

static void configure(SSL_CTX *ctx, const server_config *config)
{
    int version = config->old_version ? TLS1_2_VERSION : TLS1_3_VERSION;
    assert_true(SSL_CTX_set_min_proto_version(ctx, version));
    assert_true(SSL_CTX_set_max_proto_version(ctx, version));
    assert_int_equal(SSL_CTX_use_certificate(ctx, config->own->cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(ctx, config->own->key), 1);
    if (config->intermediate != NULL) {
        assert_true(SSL_CTX_add1_chain_cert(ctx, config->intermediate->cert));
    }
    if (config->client_ca != NULL) {
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(ctx), TEST_NOW);
        assert_true(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx),
                                        config->client_ca->cert));
        SSL_CTX_set_verify(
            ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
}

server *server_start(server_config config)
{
    server *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    (void)signal(SIGPIPE, SIG_IGN);
    s->config = config;
    s->ctx = SSL_CTX_new(TLS_server_method());
    assert_non_null(s->ctx);
    if (config.own != NULL) {
        configure(s->ctx, &config);
    }
    listen_somewhere(s);
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->changed, NULL);
    assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
    return s;
}

uint16_t server_port(const server *s)
{
    return s->port;
}

void server_stop(server *s)
{
    pthread_mutex_lock(&s->mutex);
    s->stopping = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->mutex);
    /* Wakes accept(). */
    (void)shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    SSL_CTX_free(s->ctx);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->mutex);
    free(s);
}

/* ---- Handing over ---------------------------------------------------------
 */

SSL *server_accepted(server *s)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&s->mutex);
    int err = 0;
    while (s->handed == NULL && err == 0) {
        err = pthread_cond_timedwait(&s->changed, &s->mutex, &until);
    }
    SSL *ssl = s->handed;
    pthread_mutex_unlock(&s->mutex);
    return ssl;
}

void server_release(server *s)
{
    pthread_mutex_lock(&s->mutex);
    if (s->handed != NULL) {
        (void)SSL_shutdown(s->handed);
        s->handed = NULL;
        pthread_cond_broadcast(&s->changed);
    }
    pthread_mutex_unlock(&s->mutex);
}

const char *server_sni(server *s)
{
    return s->sni;
}
