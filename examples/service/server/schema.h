/* SPDX-License-Identifier: MIT */
#ifndef SCHEMA_H
#define SCHEMA_H

/** PRAGMA user_version and application_id ("Sgnt") of our databases. */
#define SCHEMA_VERSION 1
#define SCHEMA_APPLICATION 0x53676E74

/** The tables; times are Unix times, device ids text, digests blobs. */
extern const char schema_sql[];

#endif
