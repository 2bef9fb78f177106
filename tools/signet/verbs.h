/* SPDX-License-Identifier: MIT */
/** The verbs of the program `signet`; each is a file of its own. */
#ifndef VERBS_H
#define VERBS_H

#include "cli.h"

extern const cli_verb verb_ca_new;
extern const cli_verb verb_key_new;
extern const cli_verb verb_cert_server;
extern const cli_verb verb_cert_client;
extern const cli_verb verb_endorse;
extern const cli_verb verb_trust_list;
extern const cli_verb verb_sign;
extern const cli_verb verb_inspect;
extern const cli_verb verb_provision;
extern const cli_verb verb_report_decode;

#endif
