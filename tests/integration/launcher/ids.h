/* SPDX-License-Identifier: MIT */
/** Vendor and class of the payload, those of tests/support/update, and the
 * chunk size of its releases. */
#ifndef SIGNET_TEST_LAUNCHER_IDS_H
#define SIGNET_TEST_LAUNCHER_IDS_H

#define PAYLOAD_VENDOR 0xA0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define PAYLOAD_CLASS 0xC0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define PAYLOAD_CHUNK 4096u

#endif
