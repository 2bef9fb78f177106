/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_LAUNCHER_ARGUMENTS_H
#define SIGNET_LAUNCHER_ARGUMENTS_H

#include "launcher.h"

/**
 * Read the command line. Complains about what it does not understand.
 *
 * @return -1 to go on, else the program's exit status (help and mistakes).
 */
int launcher_arguments(int argc, char **argv, launcher_options *options);

#endif
