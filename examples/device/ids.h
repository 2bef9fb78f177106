/* SPDX-License-Identifier: MIT */
/* Vendor and class of the example device (RFC 9124 s3.3, s3.4): UUIDs made at
 * random once; a product makes its own. */
#ifndef DEVICE_IDS_H
#define DEVICE_IDS_H

/* 6f1d0b6e-32f7-4c0e-9b5a-5b1f3f0c7a11 */
#define DEVICE_VENDOR_ID                                                       \
    0x6f, 0x1d, 0x0b, 0x6e, 0x32, 0xf7, 0x4c, 0x0e, 0x9b, 0x5a, 0x5b, 0x1f,    \
        0x3f, 0x0c, 0x7a, 0x11
/* c2a9e4d0-7d3b-4f52-8a66-0e9d51b7f204 */
#define DEVICE_CLASS_ID                                                        \
    0xc2, 0xa9, 0xe4, 0xd0, 0x7d, 0x3b, 0x4f, 0x52, 0x8a, 0x66, 0x0e, 0x9d,    \
        0x51, 0xb7, 0xf2, 0x04

#endif
