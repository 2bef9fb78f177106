/* SPDX-License-Identifier: MIT */
/*
 * The session's life: start, what goes out, keep-alive and deadlines.
 *
 * tx holds whole packets, oldest first:
 *
 *   0       tx_head             tx_head+tx_offered      tx_len     tx_cap
 *   | sent  | offered, may not move | queued behind it  | free     |
 */
#include "mqtt_session.h"

#include <string.h>

/* A SUBSCRIBE carries at most so many filters: a limit of AWS IoT Core. */
#define MAX_FILTERS_ASKED 8u

/* Of 65,535 packet identifiers one is always free. */
#define MAX_INFLIGHT 65534u

void signet_mqtt_init(signet_mqtt *mqtt, const signet_mqtt_memory *memory)
{
    memset(mqtt, 0, sizeof *mqtt);
    mqtt->memory = *memory;
    mqtt->next_packet_id = 1;
}

static bool arguments_valid(const signet_mqtt_memory *memory,
                            const signet_messenger_session *session)
{
    const signet_messenger_events *events = &session->events;

    if (memory->tx_cap < SIGNET_MQTT_BUFFER_MIN ||
        memory->rx_cap < SIGNET_MQTT_BUFFER_MIN ||
        memory->inflight_count == 0 || memory->inflight_count > MAX_INFLIGHT ||
        session->client_id == NULL) {
        return false;
    }
    return events->opened != NULL && events->acknowledged != NULL &&
           events->received != NULL;
}

static signet_status queue_connect(signet_mqtt *mqtt,
                                   const signet_messenger_session *session)
{
    const signet_mqtt_connect connect = {.client_id = session->client_id,
                                         .keep_alive_s = session->keep_alive_s,
                                         .clean = session->clean};

    return signet_mqtt_put_connect(&connect, mqtt->memory.tx,
                                   mqtt->memory.tx_cap, &mqtt->tx_len);
}

signet_status signet_mqtt_start(signet_mqtt *mqtt,
                                const signet_messenger_session *session,
                                uint64_t now_ms)
{
    const signet_mqtt_memory memory = mqtt->memory;
    const uint16_t next_packet_id = mqtt->next_packet_id;
    signet_status status;

    if (!arguments_valid(&memory, session)) {
        return SIGNET_ERR_ARGUMENT;
    }
    signet_mqtt_init(mqtt, &memory);
    mqtt->next_packet_id = next_packet_id;
    mqtt->events = session->events;
    mqtt->filters = session->filters;
    mqtt->filter_count = session->filter_count;
    mqtt->keep_alive_s = session->keep_alive_s;
    mqtt->clean = session->clean;
    mqtt->last_sent_ms = (uint32_t)now_ms;
    mqtt->last_received_ms = (uint32_t)now_ms;
    mqtt->wait_since_ms = (uint32_t)now_ms;
    mqtt->state_since_ms = (uint32_t)now_ms;
    for (size_t i = 0; i < memory.inflight_count; i++) {
        memory.inflight[i].packet_id = 0;
    }
    status = queue_connect(mqtt, session);
    if (status == SIGNET_OK) {
        mqtt->state = SIGNET_MQTT_CONNECTING;
    }
    return status;
}

signet_bytes signet_mqtt_output(signet_mqtt *mqtt)
{
    if (!signet_mqtt_is_up(mqtt) && mqtt->state != SIGNET_MQTT_STOPPING) {
        return signet_view(NULL, 0);
    }
    if (mqtt->tx_offered == 0) {
        mqtt->tx_offered = mqtt->tx_len - mqtt->tx_head;
    }
    return signet_view(mqtt->memory.tx + mqtt->tx_head, mqtt->tx_offered);
}

void signet_mqtt_sent(signet_mqtt *mqtt, size_t len, uint64_t now_ms)
{
    if (len == 0) {
        return;
    }
    mqtt->tx_head += len;
    mqtt->tx_offered = 0;
    mqtt->last_sent_ms = (uint32_t)now_ms;
    if (mqtt->tx_head >= mqtt->tx_len) {
        mqtt->tx_head = 0;
        mqtt->tx_len = 0;
    }
}

bool signet_mqtt_tx_room(signet_mqtt *mqtt, size_t len, size_t reserve)
{
    size_t cap = mqtt->memory.tx_cap - reserve;

    if (mqtt->tx_len <= cap && len <= cap - mqtt->tx_len) {
        return true;
    }
    /* What was offered to a TLS library has to stay where it is. */
    if (mqtt->tx_head == 0 || mqtt->tx_offered != 0) {
        return false;
    }
    mqtt->tx_len -= mqtt->tx_head;
    memmove(mqtt->memory.tx, mqtt->memory.tx + mqtt->tx_head, mqtt->tx_len);
    mqtt->tx_head = 0;
    return mqtt->tx_len <= cap && len <= cap - mqtt->tx_len;
}

static bool packet_id_in_use(const signet_mqtt *mqtt, uint16_t id)
{
    for (size_t i = 0; i < mqtt->memory.inflight_count; i++) {
        if (mqtt->memory.inflight[i].packet_id == id) {
            return true;
        }
    }
    return false;
}

/* A packet identifier that nothing under way bears (2.3.1); 0 is none. While
 * subscribing nothing else is under way, and a message has a free inflight
 * slot before it takes an identifier: one is found. */
static uint16_t take_packet_id(signet_mqtt *mqtt)
{
    uint16_t id;

    do {
        id = mqtt->next_packet_id++;
    } while (id == 0 || packet_id_in_use(mqtt, id));
    return id;
}

static signet_mqtt_inflight *find_free(const signet_mqtt *mqtt)
{
    for (size_t i = 0; i < mqtt->memory.inflight_count; i++) {
        if (mqtt->memory.inflight[i].packet_id == 0) {
            return &mqtt->memory.inflight[i];
        }
    }
    return NULL;
}

/* Append a PUBLISH to tx, which has the room. */
static signet_status queue_publish(signet_mqtt *mqtt,
                                   const signet_mqtt_publish *publish)
{
    size_t len = 0;
    signet_status status =
        signet_mqtt_put_publish(publish, mqtt->memory.tx + mqtt->tx_len,
                                mqtt->memory.tx_cap - mqtt->tx_len, &len);

    mqtt->tx_len += len;
    return status;
}

signet_status signet_mqtt_send(signet_mqtt *mqtt, const char *topic,
                               signet_bytes payload, uint8_t qos,
                               uint16_t *token)
{
    signet_mqtt_publish publish = {
        .topic = signet_view((const uint8_t *)topic, strlen(topic)),
        .payload = payload,
        .qos = qos};
    size_t cap = mqtt->memory.tx_cap - SIGNET_MQTT_TX_RESERVE;
    size_t head = SIGNET_MQTT_PUBLISH_EXTRA + publish.topic.len;
    signet_mqtt_inflight *slot = NULL;
    signet_status status;

    if (mqtt->state != SIGNET_MQTT_OPEN) {
        return SIGNET_ERR_STATE;
    }
    if (head > cap || payload.len > cap - head) {
        return SIGNET_ERR_TOO_LARGE;
    }
    if (qos != 0) {
        slot = find_free(mqtt);
        if (slot == NULL) {
            return SIGNET_ERR_FULL;
        }
    }
    if (!signet_mqtt_tx_room(mqtt, head + payload.len,
                             SIGNET_MQTT_TX_RESERVE)) {
        return SIGNET_ERR_FULL;
    }
    publish.packet_id = slot != NULL ? take_packet_id(mqtt) : 0;
    status = queue_publish(mqtt, &publish);
    if (status == SIGNET_OK && slot != NULL) {
        slot->packet_id = publish.packet_id;
    }
    if (status == SIGNET_OK && token != NULL) {
        *token = publish.packet_id;
    }
    return status;
}

void signet_mqtt_queue_puback(signet_mqtt *mqtt, uint16_t packet_id)
{
    size_t len = 0;

    (void)signet_mqtt_put_puback(packet_id, mqtt->memory.tx + mqtt->tx_len,
                                 mqtt->memory.tx_cap - mqtt->tx_len, &len);
    mqtt->tx_len += len;
}

/* How many of the next filters fit into one SUBSCRIBE and an empty tx, and
 * the bytes of that packet. */
static uint8_t choose_filters(const signet_mqtt *mqtt, size_t *size)
{
    const char *const *next = mqtt->filters + mqtt->filters_granted;
    size_t left = mqtt->filter_count - mqtt->filters_granted;
    size_t cap = mqtt->memory.tx_cap - SIGNET_MQTT_TX_RESERVE;
    uint8_t count = 0;

    /* [fixed header, at most 5][packet identifier 2] */
    *size = 7;
    while (count < left && count < MAX_FILTERS_ASKED) {
        size_t more = 2 + strlen(next[count]) + 1;

        if (*size + more > cap) {
            break;
        }
        *size += more;
        count++;
    }
    return count;
}

signet_status signet_mqtt_subscribe(signet_mqtt *mqtt, uint64_t now_ms)
{
    size_t len = 0;
    size_t size;
    uint8_t count = choose_filters(mqtt, &size);
    signet_status status;

    if (count == 0) {
        return SIGNET_ERR_TOO_SMALL;
    }
    if (!signet_mqtt_tx_room(mqtt, size, SIGNET_MQTT_TX_RESERVE)) {
        return SIGNET_PENDING;
    }
    mqtt->subscribe_id = take_packet_id(mqtt);
    status = signet_mqtt_put_subscribe(
        mqtt->subscribe_id, mqtt->filters + mqtt->filters_granted, count, 1,
        mqtt->memory.tx + mqtt->tx_len, mqtt->memory.tx_cap - mqtt->tx_len,
        &len);
    mqtt->tx_len += len;
    mqtt->filters_asked = count;
    mqtt->wait_since_ms = (uint32_t)now_ms;
    return status;
}

/* Turn the time since a stamp into what is left of a limit; 0: over. */
static uint32_t left_of(uint32_t limit_ms, uint64_t now_ms, uint32_t since_ms)
{
    uint32_t gone = signet_mqtt_elapsed(now_ms, since_ms);

    return gone < limit_ms ? limit_ms - gone : 0;
}

static void want_within(uint64_t *next_ms, uint64_t now_ms, uint32_t left_ms)
{
    if (*next_ms > now_ms && left_ms < *next_ms - now_ms) {
        *next_ms = now_ms + left_ms;
    }
}

/* CONNACK and SUBACK. */
static signet_status check_answer(const signet_mqtt *mqtt, uint64_t now_ms,
                                  uint64_t *next_ms)
{
    uint32_t left =
        left_of(SIGNET_MQTT_RESPONSE_MS, now_ms, mqtt->wait_since_ms);
    uint32_t in_all =
        left_of(SIGNET_MQTT_SUBSCRIBE_MS, now_ms, mqtt->state_since_ms);

    if (left == 0 || in_all == 0) {
        return SIGNET_ERR_TIMEOUT;
    }
    want_within(next_ms, now_ms, left < in_all ? left : in_all);
    return SIGNET_OK;
}

/* Queue PINGREQ or DISCONNECT: both have two bytes, which are always kept
 * free, because one PINGREQ at most is outstanding. */
static void queue_empty(signet_mqtt *mqtt,
                        signet_status (*put)(uint8_t *out, size_t cap,
                                             size_t *len))
{
    size_t len = 0;

    if (signet_mqtt_tx_room(mqtt, SIGNET_MQTT_PINGREQ_SIZE, 0)) {
        (void)put(mqtt->memory.tx + mqtt->tx_len,
                  mqtt->memory.tx_cap - mqtt->tx_len, &len);
        mqtt->tx_len += len;
    }
}

/* The longer of the two silences: nothing sent, nothing received. */
static uint32_t idle_ms(const signet_mqtt *mqtt, uint64_t now_ms)
{
    uint32_t sent = signet_mqtt_elapsed(now_ms, mqtt->last_sent_ms);
    uint32_t received = signet_mqtt_elapsed(now_ms, mqtt->last_received_ms);

    return sent > received ? sent : received;
}

/*
 * The broker must hear from us within the keep-alive (3.1.2.10), and a dead
 * connection must show although we send: so PINGREQ is due when either
 * direction was idle. An eighth of the interval is left for being late.
 */
static signet_status keep_alive(signet_mqtt *mqtt, uint64_t now_ms,
                                uint64_t *next_ms)
{
    uint32_t interval = (uint32_t)mqtt->keep_alive_s * 875u;
    uint32_t idle;
    uint32_t left;

    if (!mqtt->ping_outstanding) {
        idle = idle_ms(mqtt, now_ms);
        if (idle < interval) {
            want_within(next_ms, now_ms, interval - idle);
            return SIGNET_OK;
        }
        queue_empty(mqtt, signet_mqtt_put_pingreq);
        mqtt->ping_outstanding = true;
        mqtt->ping_since_ms = (uint32_t)now_ms;
        *next_ms = now_ms;
    }
    left = left_of(SIGNET_MQTT_RESPONSE_MS, now_ms, mqtt->ping_since_ms);
    if (left == 0) {
        return SIGNET_ERR_MQTT_KEEP_ALIVE;
    }
    want_within(next_ms, now_ms, left);
    return SIGNET_OK;
}

signet_status signet_mqtt_tick(signet_mqtt *mqtt, uint64_t now_ms,
                               uint64_t *next_ms)
{
    signet_status status = SIGNET_OK;

    *next_ms = UINT64_MAX;
    if (!signet_mqtt_is_up(mqtt)) {
        return mqtt->failure;
    }
    if (mqtt->state != SIGNET_MQTT_OPEN) {
        status = check_answer(mqtt, now_ms, next_ms);
    }
    if (status == SIGNET_OK && mqtt->keep_alive_s != 0 &&
        mqtt->state != SIGNET_MQTT_CONNECTING) {
        status = keep_alive(mqtt, now_ms, next_ms);
    }
    if (status != SIGNET_OK) {
        mqtt->state = SIGNET_MQTT_FAILED;
        mqtt->failure = status;
    }
    return status;
}

void signet_mqtt_stop(signet_mqtt *mqtt)
{
    if (mqtt->state != SIGNET_MQTT_SUBSCRIBING &&
        mqtt->state != SIGNET_MQTT_OPEN) {
        mqtt->state = SIGNET_MQTT_IDLE;
        mqtt->tx_len = 0;
        return;
    }
    queue_empty(mqtt, signet_mqtt_put_disconnect);
    mqtt->state = SIGNET_MQTT_STOPPING;
}
