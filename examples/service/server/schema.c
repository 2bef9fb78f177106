/* SPDX-License-Identifier: MIT */
#include "schema.h"

const char schema_sql[] =
    /* root_key: hex; registration: automatic or listed; trust_floor */
    "CREATE TABLE settings("
    " name TEXT PRIMARY KEY,"
    " value ANY NOT NULL) STRICT;"

    "CREATE TABLE manufacturers("
    " certificate BLOB PRIMARY KEY) STRICT;"

    "CREATE TABLE trust_lists("
    " counter INTEGER PRIMARY KEY,"
    " encoded BLOB NOT NULL,"
    " added_s INTEGER NOT NULL) STRICT;"

    /* What a device said of itself last: boot_* in evidence, the others in an
     * update query (queried_s is 0 before the first). */
    "CREATE TABLE devices("
    " id TEXT PRIMARY KEY,"
    " status TEXT NOT NULL CHECK(status IN('active','revoked')),"
    " registered_s INTEGER NOT NULL,"
    " seen_s INTEGER NOT NULL DEFAULT 0,"
    " certificate BLOB,"
    " boot_seed BLOB,"
    " boot_count INTEGER NOT NULL DEFAULT 0,"
    " assurance INTEGER NOT NULL DEFAULT 0,"
    " clone_signs INTEGER NOT NULL DEFAULT 0,"
    " component INTEGER NOT NULL DEFAULT 0,"
    " sequence INTEGER NOT NULL DEFAULT 0,"
    " security_counter INTEGER NOT NULL DEFAULT 0,"
    " trust_counter INTEGER NOT NULL DEFAULT 0,"
    " version TEXT NOT NULL DEFAULT '',"
    " image_state INTEGER NOT NULL DEFAULT 0,"
    " queried_s INTEGER NOT NULL DEFAULT 0) STRICT;"

    /* One outstanding nonce a device. */
    "CREATE TABLE nonces("
    " device TEXT PRIMARY KEY,"
    " transaction_id BLOB NOT NULL,"
    " request_digest BLOB NOT NULL,"
    " nonce BLOB NOT NULL,"
    " issued_s INTEGER NOT NULL) STRICT;"

    /* How often a device asked for a nonce in the present window. */
    "CREATE TABLE nonce_rates("
    " device TEXT PRIMARY KEY,"
    " window_s INTEGER NOT NULL,"
    " count INTEGER NOT NULL) STRICT;"

    "CREATE TABLE certificates("
    " serial BLOB PRIMARY KEY,"
    " device TEXT NOT NULL,"
    " transaction_id BLOB NOT NULL,"
    " request_digest BLOB NOT NULL,"
    " certificate BLOB NOT NULL,"
    " not_before_s INTEGER NOT NULL,"
    " not_after_s INTEGER NOT NULL,"
    " UNIQUE(device, transaction_id)) STRICT;"

    /* Reference values: what a device may run. */
    "CREATE TABLE measurements("
    " digest BLOB PRIMARY KEY,"
    " version TEXT NOT NULL,"
    " signer BLOB NOT NULL,"
    " implementation BLOB NOT NULL,"
    " minimum INTEGER NOT NULL," /* lowest security counter */
    " added_s INTEGER NOT NULL) STRICT;"

    /* AUTOINCREMENT: a release that is new has a higher id for ever. */
    "CREATE TABLE releases("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " manifest BLOB NOT NULL,"
    " manifest_digest BLOB NOT NULL,"
    " stream TEXT NOT NULL," /* absolute path */
    " device TEXT NOT NULL," /* '' is every device */
    " forced INTEGER NOT NULL,"
    " component INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL,"
    " security_counter INTEGER NOT NULL,"
    " version TEXT NOT NULL,"
    " size INTEGER NOT NULL,"
    " chunk_size INTEGER NOT NULL,"
    " added_s INTEGER NOT NULL,"
    " UNIQUE(manifest_digest, device)) STRICT;"

    "CREATE TABLE records("
    " device TEXT NOT NULL,"
    " log INTEGER NOT NULL,"
    " epoch INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL,"
    " boot INTEGER NOT NULL,"
    " received_s INTEGER NOT NULL,"
    " body BLOB NOT NULL,"
    " UNIQUE(device, log, epoch, sequence)) STRICT;"

    /* Up to which record each log was acknowledged. */
    "CREATE TABLE heads("
    " device TEXT NOT NULL,"
    " log INTEGER NOT NULL,"
    " epoch INTEGER NOT NULL,"
    " acknowledged INTEGER NOT NULL,"
    " PRIMARY KEY(device, log, epoch)) STRICT;"

    /* What happens again and again is one row with a count. */
    "CREATE TABLE audit("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " first_s INTEGER NOT NULL,"
    " last_s INTEGER NOT NULL,"
    " count INTEGER NOT NULL DEFAULT 1,"
    " device TEXT NOT NULL,"
    " event TEXT NOT NULL,"
    " status INTEGER NOT NULL,"
    " detail TEXT NOT NULL) STRICT;"
    "CREATE INDEX audit_by_device ON audit(device, id);";
