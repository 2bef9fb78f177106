/* SPDX-License-Identifier: MIT */
/** What the admin verbs share. */
#ifndef ADMIN_H
#define ADMIN_H

#include "cli.h"
#include "db.h"
#include "show.h"
#include "signet/update.h"

/** Open the database, run inside a transaction, commit. */
typedef bool (*admin_job)(db *d, const cli_args *args, failure *f);
bool admin_change(const cli_args *args, admin_job job, failure *f);

/** The same without a transaction. */
bool admin_look(const cli_args *args, admin_job job, failure *f);

/** Rows as an array: one row of text each, or JSON. */
show admin_list_start(const cli_args *args);
void admin_list_finish(show *s);

int64_t admin_now(void);

/** The newest trust list, opened; views point into encoded. */
bool admin_trust(db *d, uint8_t encoded[SIGNET_TRUST_MAX_SIZE],
                 signet_trust *trust, failure *f);

/** A manifest file, authenticated by the newest trust list; its views point
 * into encoded. */
typedef struct admin_manifest {
    uint8_t encoded[SIGNET_MANIFEST_MAX_SIZE];
    size_t len;
    signet_manifest fields;
} admin_manifest;
bool admin_manifest_read(db *d, const char *path, admin_manifest *out,
                         failure *f);

/** A sequence number as the database holds it: at most 2^63 - 1. */
bool admin_sequence(uint64_t sequence, int64_t *out, failure *f);

#endif
