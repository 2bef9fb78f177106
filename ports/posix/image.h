/* SPDX-License-Identifier: MIT */
/** Where the main program's code lies in memory. */
#ifndef SIGNET_POSIX_IMAGE_H
#define SIGNET_POSIX_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

/** Addresses of the running program: base is what addr2line subtracts. */
typedef struct signet_posix_image {
    uint64_t base;
    uint64_t code_start;
    uint64_t code_end;
} signet_posix_image;

/** Look the main program up; false when the system does not tell. */
bool signet_posix_image_find(signet_posix_image *image);

/** An address relative to base; 0 when it is not in the program's code. */
uint64_t signet_posix_image_offset(const signet_posix_image *image,
                                   uint64_t address);

#endif
