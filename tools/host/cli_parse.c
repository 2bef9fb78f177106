/* SPDX-License-Identifier: MIT */
#include "cli_parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool cli_hex(const char *text, uint8_t *out, size_t n)
{
    if (strlen(text) != 2u * n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(text[2u * i]);
        int low = hex_digit(text[2u * i + 1u]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

bool cli_parse_uuid(const char *text, uint8_t out[16])
{
    static const size_t dashes[] = {8, 13, 18, 23};
    char digits[33];
    size_t n = 0;
    if (strlen(text) != 36u) {
        return false;
    }
    for (size_t i = 0, d = 0; i < 36u; i++) {
        if (d < 4u && i == dashes[d]) {
            if (text[i] != '-') {
                return false;
            }
            d++;
        } else {
            digits[n++] = text[i];
        }
    }
    digits[32] = '\0';
    return cli_hex(digits, out, 16);
}

/* Decimal digits only: strtoull alone would take signs and blanks. */
bool cli_parse_number(const char *text, uint64_t max, uint64_t *out)
{
    size_t len = strlen(text);
    if (len == 0 || strspn(text, "0123456789") != len) {
        return false;
    }
    errno = 0;
    unsigned long long value = strtoull(text, NULL, 10);
    *out = value;
    return errno == 0 && value <= max;
}

/* A century is longer than anything that may expire. */
#define MAX_DURATION_S (36500ull * 86400u)

bool cli_parse_duration(const char *text, uint64_t *seconds)
{
    static const char units[] = "smhd";
    static const uint64_t factors[] = {1u, 60u, 3600u, 86400u};
    char digits[12];
    size_t len = strspn(text, "0123456789");
    uint64_t factor = 1;
    if (len == 0 || len >= sizeof digits) {
        return false;
    }
    if (text[len] != '\0') {
        const char *unit = strchr(units, text[len]);
        if (unit == NULL || text[len + 1u] != '\0') {
            return false;
        }
        factor = factors[unit - units];
    }
    memcpy(digits, text, len);
    digits[len] = '\0';
    if (!cli_parse_number(digits, MAX_DURATION_S / factor, seconds)) {
        return false;
    }
    *seconds *= factor;
    return *seconds > 0;
}

bool cli_parse_time(const char *text, uint64_t *unix_s)
{
    struct tm date;
    memset(&date, 0, sizeof date);
    if (cli_parse_number(text, 253402300799u, unix_s)) {
        return true;
    }
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &date);
    if (end == NULL || *end != '\0') {
        return false;
    }
    time_t when = timegm(&date);
    *unix_s = (uint64_t)when;
    return when >= 0;
}

static bool is_device_id(const char *text)
{
    return strlen(text) == 32u && strspn(text, "0123456789abcdef") == 32u;
}

static const char *kind_error(cli_kind kind, const char *text)
{
    uint64_t number;
    uint8_t uuid[16];
    switch (kind) {
    case CLI_TEXT:
        return text[0] != '\0' ? NULL : "must not be empty";
    case CLI_U32:
        return cli_parse_number(text, UINT32_MAX, &number)
                   ? NULL
                   : "is not a whole number of 0..4294967295";
    case CLI_U64:
        return cli_parse_number(text, UINT64_MAX, &number)
                   ? NULL
                   : "is not a whole number of 0..2^64-1";
    case CLI_PORT:
        return cli_parse_number(text, 65535u, &number) && number > 0
                   ? NULL
                   : "is not a port of 1..65535";
    case CLI_UUID:
        return cli_parse_uuid(text, uuid)
                   ? NULL
                   : "is not a UUID (8-4-4-4-12 hex digits)";
    case CLI_DURATION:
        return cli_parse_duration(text, &number)
                   ? NULL
                   : "is not a duration (30s, 15m, 12h or 365d)";
    case CLI_TIME:
        return cli_parse_time(text, &number)
                   ? NULL
                   : "is not a time (Unix, or 2026-01-31T12:00:00Z)";
    case CLI_ID:
        return is_device_id(text)
                   ? NULL
                   : "is not a device id (32 lower-case hex digits)";
    case CLI_FLAG:
        return NULL;
    }
    return NULL;
}

static const char *dashes(const cli_option *option)
{
    return option->positional ? "" : "--";
}

static bool take(cli_args *args, size_t index, const char *text, failure *f)
{
    const cli_option *option = &args->options[index];
    size_t *count = &args->given[index].count;
    if (*count > 0 && !option->repeated) {
        return fail(f, "%s%s is given twice", dashes(option), option->name);
    }
    if (*count == CLI_MAX_VALUES) {
        return fail(f, "%s%s: at most %u values", dashes(option), option->name,
                    CLI_MAX_VALUES);
    }
    const char *error = kind_error(option->kind, text);
    if (error != NULL) {
        return fail(f, "%s%s: '%s' %s", dashes(option), option->name, text,
                    error);
    }
    args->given[index].values[*count] = text;
    (*count)++;
    return true;
}

static const cli_option *find(const cli_option *options, const char *name,
                              size_t len, size_t *index)
{
    for (size_t i = 0; options[i].name != NULL; i++) {
        if (!options[i].positional && strlen(options[i].name) == len &&
            memcmp(options[i].name, name, len) == 0) {
            *index = i;
            return &options[i];
        }
    }
    return NULL;
}

/* A repeated option takes all values up to the next option. */
static bool take_values(cli_args *args, size_t index, int argc, char **argv,
                        int *at, failure *f)
{
    const cli_option *option = &args->options[index];
    if (*at == argc || strncmp(argv[*at], "--", 2) == 0) {
        return fail(f, "--%s needs a value (%s)", option->name, option->value);
    }
    do {
        if (!take(args, index, argv[(*at)++], f)) {
            return false;
        }
    } while (option->repeated && *at < argc &&
             strncmp(argv[*at], "--", 2) != 0);
    return true;
}

static bool parse_option(cli_args *args, int argc, char **argv, int *at,
                         failure *f)
{
    const char *word = argv[(*at)++] + 2;
    const char *equals = strchr(word, '=');
    size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    size_t index = 0;
    const cli_option *option = find(args->options, word, len, &index);
    if (option == NULL) {
        return fail(f, "unknown option '--%.*s'; see --help", (int)len, word);
    }
    if (option->kind == CLI_FLAG) {
        return equals == NULL ? take(args, index, "", f)
                              : fail(f, "--%s takes no value", option->name);
    }
    if (equals != NULL) {
        return take(args, index, equals + 1, f);
    }
    return take_values(args, index, argc, argv, at, f);
}

static bool parse_positional(cli_args *args, const char *word, failure *f)
{
    for (size_t i = 0; args->options[i].name != NULL; i++) {
        const cli_option *option = &args->options[i];
        if (option->positional &&
            (args->given[i].count == 0 || option->repeated)) {
            return take(args, i, word, f);
        }
    }
    return fail(f, "unexpected argument '%s'; see --help", word);
}

static bool all_required(const cli_args *args, failure *f)
{
    for (size_t i = 0; args->options[i].name != NULL; i++) {
        const cli_option *option = &args->options[i];
        if (option->required && args->given[i].count == 0) {
            return fail(f, "%s%s is missing; see --help", dashes(option),
                        option->name);
        }
    }
    return true;
}

bool cli_parse(const cli_option *options, int argc, char **argv, cli_args *args,
               failure *f)
{
    memset(args, 0, sizeof *args);
    args->options = options;
    for (int at = 0; at < argc;) {
        bool option = strncmp(argv[at], "--", 2) == 0;
        if (!(option ? parse_option(args, argc, argv, &at, f)
                     : parse_positional(args, argv[at++], f))) {
            return false;
        }
    }
    return all_required(args, f);
}
