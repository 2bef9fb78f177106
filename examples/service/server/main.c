/* SPDX-License-Identifier: MIT */
#include "verbs.h"

int main(int argc, char **argv)
{
    const cli_verb verbs[] = {
        verb_init,
        verb_run,
        verb_broker_config,
        verb_trust_list_add,
        verb_trust_list_floor,
        verb_measurement_add,
        verb_measurement_list,
        verb_measurement_retire,
        verb_release_add,
        verb_release_list,
        verb_release_withdraw,
        verb_device_add,
        verb_device_list,
        verb_device_show,
        verb_device_revoke,
        verb_records_list,
        verb_audit_list,
    };
    const cli_program program = {
        "signet-service",
        "Registers devices, verifies what they run, issues their certificates, "
        "serves\nupdates and keeps their messages and reports.",
        verbs,
        sizeof verbs / sizeof verbs[0],
    };
    return cli_main(&program, argc, argv);
}
