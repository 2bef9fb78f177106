/* SPDX-License-Identifier: MIT */
/* Signet in a superloop: no RTOS, no threads, no sleeping inside a task. Each
 * task runs to its end and says when it wants to run next; the agent is one
 * of them. This is the loop that a small bare-metal firmware has already. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>

#include "machine_posix.h"
#include "network_posix.h"

#define SAMPLE_MS 20u
#define SAMPLES_PER_MESSAGE 50u

struct superloop {
    struct machine machine;
    struct network network;
    uint32_t level; /* of the simulated sensor */
    uint32_t sum;
    uint32_t samples;
};

/* A task: does a little, returns milliseconds until it wants to run again. */
typedef uint32_t (*task_fn)(struct superloop *loop);

/* Sample, and hand the mean to the agent: it is on flash when this returns,
 * and sent when there is a network. */
static uint32_t sample(struct superloop *loop)
{
    char text[32];
    int len;
    loop->level = (loop->level * 5u + 3u) % 101u;
    loop->sum += loop->level;
    if (++loop->samples < SAMPLES_PER_MESSAGE) {
        return SAMPLE_MS;
    }
    len = snprintf(text, sizeof text, "mean level %u",
                   (unsigned)(loop->sum / loop->samples));
    if (signet_agent_send(&loop->machine.device.agent,
                          signet_view((const uint8_t *)text, (size_t)len),
                          NULL) == SIGNET_OK) {
        loop->sum = 0;
        loop->samples = 0;
    } /* else the log is full: this mean goes on growing */
    return SAMPLE_MS;
}

static uint32_t run_signet(struct superloop *loop)
{
    return machine_turn(&loop->machine);
}

static void run_forever(struct superloop *loop)
{
    static const task_fn tasks[] = {sample, run_signet};
    const signet_clock *clock = &loop->machine.posix.clock;
    uint64_t due[sizeof tasks / sizeof tasks[0]] = {0};
    size_t i;
    for (;;) {
        for (i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
            uint64_t now = clock->ops->uptime_ms(clock->ctx);
            if (now >= due[i]) {
                due[i] = now + tasks[i](loop);
            }
        }
        /* A microcontroller sleeps here until the next interrupt (WFI). */
        network_wait(&loop->network, 1);
    }
}

int main(void)
{
    static struct superloop loop;
    if (!machine_open(&loop.machine) ||
        network_open(&loop.network, &loop.machine.board.rng,
                     &loop.machine.board.messenger) != SIGNET_OK ||
        !machine_start(&loop.machine)) {
        return EXIT_FAILURE;
    }
    run_forever(&loop);
}
