/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_LAUNCHER_DIRECTORY_H
#define SIGNET_LAUNCHER_DIRECTORY_H

/** A device's directory, held by this process alone. */
typedef struct launcher_directory {
    int fd;
    int lock_fd;
} launcher_directory;

/**
 * Open and lock. Waits a moment for a device that is just dying.
 *
 * @return 0, or an exit status after a complaint; nothing is open then.
 */
int launcher_directory_open(const char *path, launcher_directory *out);

void launcher_directory_close(launcher_directory *directory);

#endif
