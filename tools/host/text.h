/* SPDX-License-Identifier: MIT */
/** Bytes and times for people. */
#ifndef HOST_TEXT_H
#define HOST_TEXT_H

#include "signet/bytes.h"

#include <stdio.h>

#define TEXT_TIME_SIZE 32u

/** Lower-case hex digits. */
void text_hex(FILE *out, signet_bytes bytes);

/** Printable ASCII as it is, everything else as '?'. */
void text_printable(FILE *out, signet_bytes text);

/** "2026-01-31T12:00:00Z", or the number where no date fits. */
void text_time(uint64_t unix_s, char out[TEXT_TIME_SIZE]);

/** 8-4-4-4-12 hex digits of 16 bytes. */
void text_uuid(const uint8_t uuid[16], char out[37]);

#endif
