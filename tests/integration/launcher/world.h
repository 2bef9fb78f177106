/* SPDX-License-Identifier: MIT */
/** A manufacturer's desk in a temporary directory: keys, certificates, signed
 * releases of the payload, and the launcher. */
#ifndef SIGNET_TEST_LAUNCHER_WORLD_H
#define SIGNET_TEST_LAUNCHER_WORLD_H

#include "process.h"
#include "release.h"

#define WORLD_PATH 160

/** Files of a world, by what load calls them. */
typedef struct world {
    char base[64];
    char device[WORLD_PATH]; /**< the device's directory */
    char root_key[WORLD_PATH];
    char device_cert[WORLD_PATH];
    char manufacturer_cert[WORLD_PATH];
    char trust_list[WORLD_PATH];
    char manifest[2][WORLD_PATH]; /**< of 1.0.0 and 1.1.0 */
    char stream[2][WORLD_PATH];
    char image[2][WORLD_PATH];
    uint8_t digest[2][32]; /**< of the images */
} world;

/** Make everything but the device itself. */
void world_open(world *w);
void world_close(world *w);

/** The public key in a PEM certificate request, its signature checked. */
void world_request_key(const char *pem, uint8_t key[64]);

/** init, and the certificate for its device key. */
void world_make_device(world *w);

/** world_make_device and load of 1.0.0. */
void world_load_device(world *w);

/** load with one file replaced; which is an option's name, or NULL. */
int world_load(world *w, process *p, const char *which, const char *file);

/** Start `run`; options and arguments may be NULL-terminated lists. */
void world_run(const world *w, process *p, const char *const *options);

/** Write a file of the world; path[WORLD_PATH] gets its name. */
void world_file(const world *w, const char *name, signet_bytes data,
                char *path);

/** SHA-256 over a file of the device. */
void world_hash(const world *w, const char *name, uint8_t digest[32]);

#endif
