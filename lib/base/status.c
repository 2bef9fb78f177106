/* SPDX-License-Identifier: MIT */
#include "signet/status.h"

const char *signet_status_name(signet_status status)
{
    switch (status) {
#define NAME_CASE(name, value, meaning)                                        \
    case SIGNET_##name:                                                        \
        return #name;
        SIGNET_STATUS_LIST(NAME_CASE)
#undef NAME_CASE
    }
    return "UNKNOWN";
}

const char *signet_status_text(signet_status status)
{
    switch (status) {
#define TEXT_CASE(name, value, meaning)                                        \
    case SIGNET_##name:                                                        \
        return meaning;
        SIGNET_STATUS_LIST(TEXT_CASE)
#undef TEXT_CASE
    }
    return "a status that is not in the list";
}
