/* SPDX-License-Identifier: MIT */
/** The verbs of the program `signet-service`. */
#ifndef VERBS_H
#define VERBS_H

#include "cli.h"

extern const cli_verb verb_init;
extern const cli_verb verb_run;
extern const cli_verb verb_broker_config;
extern const cli_verb verb_trust_list_add;
extern const cli_verb verb_trust_list_floor;
extern const cli_verb verb_measurement_add;
extern const cli_verb verb_measurement_list;
extern const cli_verb verb_measurement_retire;
extern const cli_verb verb_release_add;
extern const cli_verb verb_release_list;
extern const cli_verb verb_release_withdraw;
extern const cli_verb verb_device_add;
extern const cli_verb verb_device_list;
extern const cli_verb verb_device_show;
extern const cli_verb verb_device_revoke;
extern const cli_verb verb_records_list;
extern const cli_verb verb_audit_list;

/** Options that several verbs have. */
#define OPTION_DB                                                              \
    {                                                                          \
        .name = "db", .value = "FILE", .help = "the service's database",       \
        .required = true                                                       \
    }
#define OPTION_JSON                                                            \
    {                                                                          \
        .name = "json", .help = "for programs", .kind = CLI_FLAG               \
    }

#endif
