/* SPDX-License-Identifier: MIT */
#include "signet/update.h"

#include "use.h"

RAM(update, sizeof(signet_update) + sizeof(signet_update_config));
RAM(memory, sizeof(signet_update_memory));

const use_function signet_use[] = {
    USE(signet_trust_open),      USE(signet_trust_find),
    USE(signet_trust_key),       USE(signet_manifest_open),
    USE(signet_update_start),    USE(signet_update_offer),
    USE(signet_update_wanted),   USE(signet_update_block),
    USE(signet_update_progress), USE(signet_update_confirm),
    USE(signet_update_trust),    USE(signet_boot_decide),
    USE(signet_boot_describe),   USE(signet_update_factory),
};
