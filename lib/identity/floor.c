/* SPDX-License-Identifier: MIT */
/* The time floor: the latest moment that is known to have passed. */
#include "internal.h"

#define FLOOR_SIZE 8u

signet_status signet_floor_load(signet_identity *identity)
{
    uint8_t item[FLOOR_SIZE];
    uint64_t stored = 0;
    size_t len = 0;
    signet_status status = signet_items_get(identity->config.items,
                                            SIGNET_IDENTITY_ITEM_TIME_FLOOR,
                                            item, sizeof(item), &len);

    identity->time_floor_s = identity->config.build_time_s;
    if (status == SIGNET_ERR_IO) {
        return status;
    }
    /* One that another firmware wrote otherwise must not keep the device from
     * starting: the build's time still holds. */
    if (status != SIGNET_OK || len != sizeof(item)) {
        return SIGNET_OK;
    }
    stored = signet_get_be64(item);
    if (stored > identity->time_floor_s) {
        identity->time_floor_s = stored;
    }
    return SIGNET_OK;
}

uint64_t signet_floor_time(const signet_identity *identity, signet_time now)
{
    return now.wall_s > identity->time_floor_s ? now.wall_s
                                               : identity->time_floor_s;
}

signet_status signet_identity_raise_floor(signet_identity *identity,
                                          uint64_t service_time_s)
{
    uint64_t raised = identity->time_floor_s + SIGNET_TIME_FLOOR_STEP_S;
    uint8_t item[FLOOR_SIZE];
    signet_status status = SIGNET_OK;

    if (service_time_s < raised) {
        raised = service_time_s;
    }
    if (identity->operational_slot != NO_SLOT &&
        identity->not_after_s < raised) {
        raised = identity->not_after_s;
    }
    if (raised <= identity->time_floor_s) {
        return SIGNET_OK;
    }
    signet_put_be64(item, raised);
    status = signet_items_put(identity->config.items,
                              SIGNET_IDENTITY_ITEM_TIME_FLOOR,
                              signet_view(item, sizeof(item)));
    if (status == SIGNET_OK) {
        identity->time_floor_s = raised;
    }
    return status;
}
