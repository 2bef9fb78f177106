/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: signet-launcher VERB DIR [OPTION...]\n"
    "\n"
    "First stage and power supply of a simulated device that lives in DIR.\n"
    "\n"
    "  init DIR        make a blank device: a secret, counters, erased flash\n"
    "  device-key DIR  print the device key's certificate request (PEM)\n"
    "  load DIR --root-key FILE --device-cert FILE --manufacturer-cert FILE\n"
    "           --trust-list FILE --manifest FILE --image FILE\n"
    "                  verify and write the factory state; FILE of --image is\n"
    "                  the payload or its update stream\n"
    "  run DIR [--boots N] [--watchdog MS] [-- ARGUMENT...]\n"
    "                  switch on: verify the image, start exactly the "
    "verified\n"
    "                  bytes, start again after a reset, a fault or the\n"
    "                  watchdog. SIGTERM, SIGINT and exit status 0 of the\n"
    "                  device switch off; SIGKILL is a power cut.\n"
    "\n"
    "  --boots N       end after N boots\n"
    "  --watchdog MS   the first stage starts the watchdog\n"
    "  -h, --help      this text\n"
    "\n"
    "Exit status: 0 done or switched off, 1 refused or failed, 2 usage,\n"
    "4 no image that may be started, 5 the N boots are used up.\n";

/* An option that takes a value: where it goes, and the verb it belongs to. */
typedef struct option {
    const char *name;
    const char *verb;
    size_t offset;
    bool number;
} option;

#define FILE_OPTION(name, field)                                               \
    {                                                                          \
        name, "load", offsetof(launcher_options, field), false                 \
    }
#define NUMBER_OPTION(name, field)                                             \
    {                                                                          \
        name, "run", offsetof(launcher_options, field), true                   \
    }

static const option known[] = {
    FILE_OPTION("--root-key", root_key),
    FILE_OPTION("--device-cert", device_cert),
    FILE_OPTION("--manufacturer-cert", manufacturer_cert),
    FILE_OPTION("--trust-list", trust_list),
    FILE_OPTION("--manifest", manifest),
    FILE_OPTION("--image", image),
    NUMBER_OPTION("--boots", boots),
    NUMBER_OPTION("--watchdog", watchdog_ms),
};
#define KNOWN (sizeof known / sizeof known[0])

static int usage_error(const char *what, const char *which)
{
    (void)launcher_complain("%s%s; try --help", what, which);
    return LAUNCHER_USAGE;
}

static bool read_number(const char *text, unsigned *out)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        value == 0 || value > INT_MAX) {
        return false;
    }
    *out = (unsigned)value;
    return true;
}

static int store(const option *o, const char *value, launcher_options *options)
{
    char *field = (char *)options + o->offset;
    if (value == NULL) {
        return usage_error(o->name, " needs a value");
    }
    if (!o->number) {
        memcpy(field, &value, sizeof value);
        return -1;
    }
    unsigned number;
    if (!read_number(value, &number)) {
        return usage_error(o->name, " needs a whole number above 0");
    }
    memcpy(field, &number, sizeof number);
    return -1;
}

static const option *find_option(const char *name)
{
    for (size_t i = 0; i < KNOWN; i++) {
        if (strcmp(name, known[i].name) == 0) {
            return &known[i];
        }
    }
    return NULL;
}

static int read_word(const char *word, launcher_options *options)
{
    if (word[0] == '-') {
        return usage_error("unknown option ", word);
    }
    if (options->verb == NULL) {
        options->verb = word;
    } else if (options->dir == NULL) {
        options->dir = word;
    } else {
        return usage_error("one argument too many: ", word);
    }
    return -1;
}

static int check_option(const option *o, const launcher_options *options)
{
    const char *value;
    if (strcmp(options->verb, o->verb) != 0 || o->number) {
        return -1;
    }
    memcpy(&value, (const char *)options + o->offset, sizeof value);
    return value != NULL ? -1 : usage_error("load needs ", o->name);
}

/* Everything is known before the first byte is written. */
static int check_complete(const launcher_options *options)
{
    if (options->verb == NULL) {
        return usage_error("no verb", "");
    }
    if (options->dir == NULL) {
        return usage_error(options->verb, " needs a directory");
    }
    for (size_t i = 0; i < KNOWN; i++) {
        int status = check_option(&known[i], options);
        if (status >= 0) {
            return status;
        }
    }
    return -1;
}

static int show_help(void)
{
    return fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int launcher_arguments(int argc, char **argv, launcher_options *options)
{
    memset(options, 0, sizeof *options);
    options->arguments = argv + argc;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return show_help();
        }
        if (strcmp(argv[i], "--") == 0) {
            options->arguments = argv + i + 1;
            break;
        }
        const option *o = find_option(argv[i]);
        int status = o != NULL ? store(o, argv[++i], options)
                               : read_word(argv[i], options);
        if (status >= 0) {
            return status;
        }
    }
    return check_complete(options);
}
