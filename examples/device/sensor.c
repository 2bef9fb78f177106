/* SPDX-License-Identifier: MIT */
#include "device.h"

/* The crash is the point: a build with UBSan shall not end it before. */
__attribute__((no_sanitize("undefined"))) int
device_read_missing_sensor(const int *sensor)
{
    /* volatile, so that the compiler may not reason the fault away. */
    return *(const volatile int *)sensor;
}
