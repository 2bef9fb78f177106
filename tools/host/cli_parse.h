/* SPDX-License-Identifier: MIT */
#ifndef HOST_CLI_PARSE_H
#define HOST_CLI_PARSE_H

#include "cli.h"

/** Parse the words after a verb against its table. */
bool cli_parse(const cli_option *options, int argc, char **argv, cli_args *args,
               failure *f);

bool cli_parse_uuid(const char *text, uint8_t out[16]);
/** The number behind a CLI_DURATION or CLI_TIME. */
bool cli_parse_duration(const char *text, uint64_t *seconds);
bool cli_parse_time(const char *text, uint64_t *unix_s);
bool cli_parse_number(const char *text, uint64_t max, uint64_t *out);

#endif
