/* SPDX-License-Identifier: MIT */
/** signet-launcher: first stage and power supply of a simulated device. */
#ifndef SIGNET_LAUNCHER_H
#define SIGNET_LAUNCHER_H

#include "signet/status.h"

/** Exit statuses, besides EXIT_SUCCESS and EXIT_FAILURE. */
enum {
    LAUNCHER_USAGE = 2,
    LAUNCHER_NO_IMAGE = 4,   /**< nothing that may be started */
    LAUNCHER_BOOTS_USED = 5, /**< --boots reached, the device still running */
};

/** What the command line asks for. Strings are those of argv. */
typedef struct launcher_options {
    const char *verb;
    const char *dir;
    const char *root_key;
    const char *device_cert;
    const char *manufacturer_cert;
    const char *trust_list;
    const char *manifest;
    const char *image;
    unsigned boots;       /**< 0: no limit */
    unsigned watchdog_ms; /**< 0: the first stage does not start it */
    char **arguments;     /**< for the device; ends with NULL */
} launcher_options;

/** Print one line on standard error; returns EXIT_FAILURE. */
int launcher_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/** The same for a status: "what: text (ERR_NAME)". */
int launcher_complain_status(const char *what, signet_status status);

/** The verbs; each returns the program's exit status. */
int launcher_init(const launcher_options *options);
int launcher_device_key(const launcher_options *options);
int launcher_load(const launcher_options *options);
int launcher_run(const launcher_options *options);

#endif
