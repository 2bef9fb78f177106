/* SPDX-License-Identifier: MIT */
/*
 * cmocka needs these headers before it, in no alphabetical order, which is
 * how clang-format would sort them. Tests include this file instead.
 */
#ifndef SIGNET_TESTS_CMOCKA_ALL_H
#define SIGNET_TESTS_CMOCKA_ALL_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#endif
