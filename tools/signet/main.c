/* SPDX-License-Identifier: MIT */
#include "verbs.h"

int main(int argc, char **argv)
{
    const cli_verb verbs[] = {
        verb_ca_new,    verb_key_new,       verb_cert_server, verb_cert_client,
        verb_endorse,   verb_trust_list,    verb_sign,        verb_inspect,
        verb_provision, verb_report_decode,
    };
    const cli_program program = {
        "signet",
        "Keys, certificates, signed updates, provisioning and reports of "
        "Signet devices.",
        verbs,
        sizeof verbs / sizeof verbs[0],
    };
    return cli_main(&program, argc, argv);
}
