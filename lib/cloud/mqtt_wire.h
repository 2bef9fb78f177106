/* SPDX-License-Identifier: MIT */
/* What codec and session share. Section numbers are those of MQTT 3.1.1. */
#ifndef SIGNET_MQTT_WIRE_H
#define SIGNET_MQTT_WIRE_H

#include "signet/cloud.h"

/* Remaining length takes at most 4 bytes of 7 bits (2.2.3). */
#define SIGNET_MQTT_MAX_REMAINING 268435455u

#define SIGNET_MQTT_FLAG_RETAIN 0x01u
#define SIGNET_MQTT_FLAG_DUPLICATE 0x08u
#define SIGNET_MQTT_PUBACK_SIZE 4u
#define SIGNET_MQTT_PINGREQ_SIZE 2u
/* Most that a PUBLISH adds to topic and payload: fixed header 5, topic length
 * 2, packet identifier 2. */
#define SIGNET_MQTT_PUBLISH_EXTRA 9u

/* The fixed header: byte 1, remaining length, and how many bytes they took. */
typedef struct signet_mqtt_header {
    uint32_t remaining;
    uint8_t first;
    uint8_t len;
} signet_mqtt_header;

/* Read and check a fixed header. PENDING: it is not complete yet. */
signet_status signet_mqtt_get_header(signet_bytes input,
                                     signet_mqtt_header *out);

/*
 * Read a PUBLISH up to its payload.
 *
 *   [topic length 2][topic][packet identifier 2, QoS 1 only][payload]
 *
 * body may end early, header tells the whole length. out->payload is what
 * body has of the payload. PENDING: topic or identifier not yet complete.
 */
signet_status signet_mqtt_get_publish(const signet_mqtt_header *header,
                                      signet_bytes body,
                                      signet_mqtt_publish *out);

/* UTF-8 without NUL, as MQTT wants every string (1.5.3). */
bool signet_mqtt_text_valid(signet_bytes text);

/* The same, not empty and without wildcards (4.7.1, 4.7.3). */
bool signet_mqtt_topic_valid(signet_bytes topic);

#endif
