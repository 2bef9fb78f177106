/* SPDX-License-Identifier: MIT */
#include "device.h"

int device_read_missing_sensor(const int *sensor)
{
    /* volatile, so that the compiler may not reason the fault away. */
    return *(const volatile int *)sensor;
}
