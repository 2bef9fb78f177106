/* SPDX-License-Identifier: MIT */
#include "arguments.h"
#include "launcher.h"

#include <stdlib.h>
#include <string.h>

typedef struct verb {
    const char *name;
    int (*run)(const launcher_options *options);
} verb;

static const verb verbs[] = {
    {"init", launcher_init},
    {"device-key", launcher_device_key},
    {"load", launcher_load},
    {"run", launcher_run},
};

int main(int argc, char **argv)
{
    launcher_options options;
    int status = launcher_arguments(argc, argv, &options);
    if (status >= 0) {
        return status;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(options.verb, verbs[i].name) == 0) {
            return verbs[i].run(&options);
        }
    }
    (void)launcher_complain("unknown verb '%s'; try --help", options.verb);
    return LAUNCHER_USAGE;
}
