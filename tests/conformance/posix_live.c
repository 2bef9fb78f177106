/* SPDX-License-Identifier: MIT */
/** The conformance suites over ports/posix: stream, entropy, clock, lock. */
#define _GNU_SOURCE
#include "signet/port/posix/clock.h"
#include "signet/port/posix/entropy.h"
#include "signet/port/posix/lock.h"
#include "signet/port/posix/stream.h"

#include "posix_far.h"
#include "suites.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

static void sleep_ms(void *arg, uint32_t ms)
{
    struct timespec left = {(time_t)(ms / 1000u),
                            (long)(ms % 1000u) * 1000000L};
    (void)arg;
    while (nanosleep(&left, &left) != 0) {
    }
}

static int run_stream(const char *host)
{
    far_end far;
    signet_posix_stream stream;
    conformance_stream fixture;
    far_end_open(&far, host, &fixture);
    signet_posix_stream_init(&stream, 5000, &fixture.stream);
    int failed = conformance_stream_run(&fixture);
    far_end_close(&far);
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
