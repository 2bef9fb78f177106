/* SPDX-License-Identifier: MIT */
#include "signet/store.h"

#include "use.h"

RAM(log, sizeof(signet_log));
RAM(items, sizeof(signet_items));

const use_function signet_use[] = {
    USE(signet_log_format),      USE(signet_log_mount),
    USE(signet_log_append),      USE(signet_log_begin),
    USE(signet_log_add),         USE(signet_log_finish),
    USE(signet_log_abort),       USE(signet_log_prepare),
    USE(signet_log_next),        USE(signet_log_read),
    USE(signet_log_acknowledge), USE(signet_items_format),
    USE(signet_items_mount),     USE(signet_items_get),
    USE(signet_items_put),       USE(signet_items_delete),
};
