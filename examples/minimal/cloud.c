/* SPDX-License-Identifier: MIT */
/* A message to a broker and back, over TLS 1.3 that checks the broker's name:
 *     minimal_cloud HOST PORT TOPIC <ca.der
 * A product also sets peer.chain and peer.key, opens again after closed() when
 * signet_backoff_next says, and keeps what it may not lose in an outbox. */
#include "network_posix.h"
#include "signet/port/posix/clock.h"
#include "signet/port/posix/entropy.h"
#include <stdio.h>
#include <stdlib.h>
static signet_messenger mqtt;
static bool done;

static void must(void *what, signet_status status) /* is closed(), too */
{
    if (status != SIGNET_OK) {
        fprintf(stderr, "%s: %s\n", (char *)what, signet_status_text(status));
        exit(1);
    }
}
static void opened(void *topic, bool present)
{
    const signet_bytes hello = {(const uint8_t *)"hello", 5};
    (void)present; /* true: the broker kept a former session */
    must(topic, mqtt.ops->publish(mqtt.ctx, topic, hello, 1, NULL));
}
static void acknowledged(void *topic, uint16_t token)
{
    printf("%s: the broker has message %u\n", (char *)topic, token);
}
static void received(void *topic, const signet_message_part *part)
{
    printf("%s: %zu bytes came back\n", (char *)topic, part->payload.len);
    done = part->offset + part->payload.len == part->total;
}
int main(int argc, char **argv)
{
    must("arguments", argc == 4 ? SIGNET_OK : SIGNET_ERR_ARGUMENT);
    static uint8_t ca[2048];
    const signet_bytes anchor = {ca, fread(ca, 1, sizeof ca, stdin)};
    const signet_entropy rng = signet_posix_entropy();
    static struct network network; /* MQTT on TLS on TCP */
    must("network", network_open(&network, &rng, &mqtt));
    signet_posix_clock host;
    signet_clock clock;
    signet_posix_clock_init(&host, true, &clock);
    const signet_messenger_session session = {
        .peer = {argv[1], (uint16_t)atoi(argv[2]), argv[1], &anchor, 1,
                 .now = signet_now(&clock)},
        .client_id = "minimal",
        .filters = (const char *const *)&argv[3],
        .filter_count = 1,
        .events = {argv[3], opened, must, acknowledged, received}};
    must("open", mqtt.ops->open(mqtt.ctx, &session, signet_now(&clock)));
    for (uint64_t next; !done; network_wait(&network, 20)) {
        must("step", mqtt.ops->step(mqtt.ctx, signet_now(&clock), &next));
    }
    mqtt.ops->close(mqtt.ctx);
}
