/* SPDX-License-Identifier: MIT */
/**
 * Command lines of host programs: verbs with options, one table each. Help
 * texts come from the tables; every value is checked before a verb runs.
 */
#ifndef HOST_CLI_H
#define HOST_CLI_H

#include "failure.h"

#include <stddef.h>
#include <stdint.h>

/** Exit codes of every host program. */
#define CLI_OK 0
#define CLI_REFUSED 1 /**< it could not be done; the reason was told */
#define CLI_USAGE 2   /**< the command line is wrong */

#define CLI_MAX_OPTIONS 24u
#define CLI_MAX_VALUES 16u

typedef enum cli_kind {
    CLI_TEXT = 0, /**< not empty */
    CLI_FLAG,     /**< takes no value */
    CLI_U32,
    CLI_U64,
    CLI_PORT,     /**< 1..65535 */
    CLI_UUID,     /**< 8-4-4-4-12 hex digits */
    CLI_DURATION, /**< seconds, or with a unit: 30s, 15m, 12h, 365d */
    CLI_TIME,     /**< Unix time or 2026-01-31T12:00:00Z */
    CLI_ID        /**< a device id: 32 lower-case hex digits */
} cli_kind;

/** One option. A table ends with an entry whose name is NULL. */
typedef struct cli_option {
    const char *name;  /**< without the dashes; "FILE": a positional value */
    const char *value; /**< what help calls the value */
    const char *help;
    cli_kind kind;
    bool required;
    bool repeated; /**< may be given several times, and take several values */
    bool positional;
} cli_option;

/** The values as given; options not given have count 0. */
typedef struct cli_args {
    const cli_option *options;
    struct {
        size_t count;
        const char *values[CLI_MAX_VALUES];
    } given[CLI_MAX_OPTIONS];
} cli_args;

/** A verb of one or two words ("key new"). */
typedef struct cli_verb {
    const char *name;
    const char *summary;
    const char *details; /**< printed by its --help; or NULL */
    const cli_option *options;
    bool (*run)(const cli_args *args, failure *f);
} cli_verb;

typedef struct cli_program {
    const char *name;
    const char *summary;
    const cli_verb *verbs;
    size_t verb_count;
} cli_program;

/** Parse, check and run; the exit code. Errors are one line on stderr. */
int cli_main(const cli_program *program, int argc, char **argv);

/** Number of values; the values (NULL when not given). */
size_t cli_count(const cli_args *args, const char *name);
const char *cli_text(const cli_args *args, const char *name);
const char *cli_nth(const cli_args *args, const char *name, size_t index);
bool cli_flag(const cli_args *args, const char *name);

/** A number, duration or time, or what stands for it when not given. */
uint64_t cli_number(const cli_args *args, const char *name, uint64_t otherwise);

/** The 16 bytes of a UUID option that was given. */
void cli_uuid(const cli_args *args, const char *name, uint8_t out[16]);

/** n bytes from 2 n hex digits; false when text is anything else. */
bool cli_hex(const char *text, uint8_t *out, size_t n);

#endif
