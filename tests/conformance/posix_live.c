/* SPDX-License-Identifier: MIT */
/** The conformance suites over ports/posix: stream, entropy, clock, lock. */
#define _GNU_SOURCE
#include "signet/port/posix/clock.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/lock.h"
#include "signet/port/posix/stream.h"

#include "suites.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void sleep_ms(void *arg, uint32_t ms)
{
    struct timespec left = {(time_t)(ms / 1000u),
                            (long)(ms % 1000u) * 1000000L};
    (void)arg;
    while (nanosleep(&left, &left) != 0) {
    }
}

/* ---- stream ---- */

typedef struct far_end {
    int listener;
    int connection;
} far_end;

/* Listen on a free port of the loopback; returns it. */
static uint16_t listen_somewhere(int *fd)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(*fd, (struct sockaddr *)&address, len) != 0 ||
        listen(*fd, 4) != 0 ||
        getsockname(*fd, (struct sockaddr *)&address, &len) != 0) {
        return 0;
    }
    return ntohs(address.sin_port);
}

static bool far_accept(void *arg)
{
    far_end *far = arg;
    struct pollfd entry = {far->listener, POLLIN, 0};
    if (poll(&entry, 1, 5000) != 1) {
        return false;
    }
    far->connection = accept(far->listener, NULL, NULL);
    return far->connection >= 0;
}

static bool far_write(void *arg, const uint8_t *data, size_t len)
{
    far_end *far = arg;
    return send(far->connection, data, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool far_read(void *arg, uint8_t *out, size_t len)
{
    far_end *far = arg;
    return recv(far->connection, out, len, MSG_WAITALL) == (ssize_t)len;
}

static void far_close(void *arg)
{
    far_end *far = arg;
    if (far->connection >= 0) {
        (void)close(far->connection);
    }
    far->connection = -1;
}

static void rest(void *arg)
{
    sleep_ms(arg, 1);
}

static int run_stream(const char *host)
{
    far_end far = {-1, -1};
    int unused = -1;
    signet_posix_stream stream;
    conformance_stream fixture;
    memset(&fixture, 0, sizeof fixture);
    fixture.arg = &far;
    fixture.far_accept = far_accept;
    fixture.far_write = far_write;
    fixture.far_read = far_read;
    fixture.far_close = far_close;
    fixture.rest = rest;
    fixture.peer.host = host;
    fixture.peer.port = listen_somewhere(&far.listener);
    fixture.refusing.host = "127.0.0.1";
    fixture.refusing.port = listen_somewhere(&unused);
    (void)close(unused);
    fixture.unnamed.host = "no such name.invalid";
    fixture.unnamed.port = 1;
    signet_posix_stream_init(&stream, 5000, &fixture.stream);
    int failed = conformance_stream_run(&fixture);
    (void)close(far.listener);
    return failed;
}

/* ---- clock ---- */

static int run_clock(void)
{
    signet_posix_clock clock;
    conformance_clock fixture = {NULL, {NULL, NULL}, false, sleep_ms};
    signet_posix_clock_init(&clock, false, &fixture.clock);
    return conformance_clock_run(&fixture);
}

/* ---- lock ---- */

typedef struct second_task {
    pthread_t thread;
    void (*fn)(void *);
    void *arg;
} second_task;

static void (*interrupt_fn)(void *);
static void *interrupt_arg;

static void on_signal(int number)
{
    (void)number;
    interrupt_fn(interrupt_arg);
}

static void interrupt(void *arg, void (*fn)(void *), void *fn_arg)
{
    (void)arg;
    interrupt_fn = fn;
    interrupt_arg = fn_arg;
    (void)raise(SIGUSR1);
}

static void *thread_main(void *arg)
{
    second_task *task = arg;
    task->fn(task->arg);
    return NULL;
}

static void contend(void *arg, void (*fn)(void *), void *fn_arg)
{
    second_task *task = arg;
    task->fn = fn;
    task->arg = fn_arg;
    (void)pthread_create(&task->thread, NULL, thread_main, task);
}

static void join(void *arg)
{
    second_task *task = arg;
    (void)pthread_join(task->thread, NULL);
}

static int run_lock(void)
{
    signet_posix_lock lock;
    second_task task;
    conformance_lock fixture = {&task, {NULL, NULL}, interrupt, contend, join};
    (void)signal(SIGUSR1, on_signal);
    if (signet_posix_lock_init(&lock, &fixture.lock) != SIGNET_OK) {
        return 1;
    }
    int failed = conformance_lock_run(&fixture);
    signet_posix_lock_destroy(&lock);
    return failed;
}

int main(void)
{
    signet_entropy rng = signet_posix_entropy();
    int failed = run_stream("127.0.0.1") + run_stream("localhost") +
                 conformance_entropy_run(&rng) + run_clock() + run_lock();
    return failed == 0 ? 0 : 1;
}
