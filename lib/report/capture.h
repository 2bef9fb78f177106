/* SPDX-License-Identifier: MIT */
/*
 * A captured fault in RAM that survives the reset. Big-endian and laid out by
 * hand, because the image that reads it may be another than the one that
 * crashed.
 *
 *   0  magic         4   written last
 *   4  CRC-32        4   of length bytes from BODY
 *   8  repeats       4   faults since, not captured
 *  12  ~repeats      4
 *  16  length        2   of the body: BODY..end
 *  18  format        1   1
 *  19  flags         1   bit 0: memory class present
 *  20  boot count    4
 *  24  kind          4
 *  28  status        4
 *  32  address       8
 *  40  pc            8
 *  48  lr            8
 *  56  version len   1
 *  57  build id len  1
 *  58  stack len     2
 *  60  version      32
 *  92  build id     20
 * 112  (memory class) stack pointer 8, r0-r12 8 each, stack
 *
 * repeats stands outside the CRC: a reset in the middle of counting must not
 * cost the capture.
 */
#ifndef SIGNET_REPORT_CAPTURE_H
#define SIGNET_REPORT_CAPTURE_H

#include "signet/report.h"

#define CAPTURE_MAGIC 0x53474E46u
#define CAPTURE_FORMAT 1u
#define CAPTURE_FLAG_MEMORY 0x01u

enum capture_offset {
    CAPTURE_CRC = 4,
    CAPTURE_REPEATS = 8,
    CAPTURE_NOT_REPEATS = 12,
    CAPTURE_BODY = 16,
    CAPTURE_LENGTH = 16,
    CAPTURE_FORMAT_AT = 18,
    CAPTURE_FLAGS = 19,
    CAPTURE_BOOT = 20,
    CAPTURE_KIND = 24,
    CAPTURE_STATUS = 28,
    CAPTURE_ADDRESS = 32,
    CAPTURE_PC = 40,
    CAPTURE_LR = 48,
    CAPTURE_VERSION_LEN = 56,
    CAPTURE_BUILD_ID_LEN = 57,
    CAPTURE_STACK_LEN = 58,
    CAPTURE_VERSION = 60,
    CAPTURE_BUILD_ID = 92,
    CAPTURE_SP = 112,
    CAPTURE_REGISTERS = 120,
    CAPTURE_STACK = 224
};

#define CAPTURE_REGISTER_COUNT 13u
#define CAPTURE_STACK_MAX 256u
#define CAPTURE_MAX (CAPTURE_STACK + CAPTURE_STACK_MAX)

/* The magic stands there: noise has it once in four billion. */
bool signet_report_capture_present(const uint8_t *noinit);

/* Length, format and CRC hold too. noinit: SIGNET_REPORT_NOINIT_SIZE. */
bool signet_report_capture_valid(const uint8_t *noinit);

#endif
