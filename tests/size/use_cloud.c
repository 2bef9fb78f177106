/* SPDX-License-Identifier: MIT */
#include "signet/cloud.h"

#include "use.h"

RAM(cloud, sizeof(signet_mqtt_messenger) + sizeof(signet_outbox));

const use_function signet_use[] = {
    USE(signet_mqtt_put_connect),    USE(signet_mqtt_put_publish),
    USE(signet_mqtt_put_puback),     USE(signet_mqtt_put_subscribe),
    USE(signet_mqtt_put_pingreq),    USE(signet_mqtt_put_disconnect),
    USE(signet_mqtt_parse),          USE(signet_mqtt_init),
    USE(signet_mqtt_start),          USE(signet_mqtt_output),
    USE(signet_mqtt_sent),           USE(signet_mqtt_input),
    USE(signet_mqtt_tick),           USE(signet_mqtt_send),
    USE(signet_mqtt_stop),           USE(signet_mqtt_messenger_init),
    USE(signet_mqtt_messenger_view), USE(signet_backoff_init),
    USE(signet_backoff_next),        USE(signet_backoff_reset),
    USE(signet_outbox_init),         USE(signet_outbox_add),
    USE(signet_outbox_next),         USE(signet_outbox_sent),
    USE(signet_outbox_restart),      USE(signet_outbox_acknowledge),
};
