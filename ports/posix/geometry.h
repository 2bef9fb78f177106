/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_POSIX_GEOMETRY_H
#define SIGNET_POSIX_GEOMETRY_H

#include "signet/port/posix/flash.h"

/** Of a device's flash.img, from layout.h. */
extern const signet_posix_flash_geometry signet_posix_device_geometry;

#endif
