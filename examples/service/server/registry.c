/* SPDX-License-Identifier: MIT */
#include "registry.h"

#include <string.h>

bool registry_standing_of(db *d, const char *device, registry_standing *out)
{
    sqlite3_stmt *rows =
        db_select(d, "SELECT status FROM devices WHERE id = ?1", "s", device);
    *out = REGISTRY_UNKNOWN;
    if (db_next(rows)) {
        *out = strcmp(db_text(rows, 0), "active") == 0 ? REGISTRY_ACTIVE
                                                       : REGISTRY_REVOKED;
    }
    return db_end(rows);
}

bool registry_add(db *d, int64_t now_s, const char *device)
{
    return db_do(d,
                 "INSERT INTO devices(id, status, registered_s)"
                 " VALUES(?1, 'active', ?2) ON CONFLICT(id) DO NOTHING",
                 "si", device, now_s);
}

bool registry_seen(db *d, int64_t now_s, const char *device)
{
    return db_do(d, "UPDATE devices SET seen_s = ?2 WHERE id = ?1", "si",
                 device, now_s);
}

static bool looks_cloned(db *d, const char *device, const registry_boot *boot,
                         bool *out)
{
    sqlite3_stmt *rows =
        db_select(d, "SELECT boot_count, boot_seed FROM devices WHERE id = ?1",
                  "s", device);
    *out = false;
    if (db_next(rows) && db_blob(rows, 1).len > 0) {
        int64_t count = db_int(rows, 0);
        *out = boot->boot_count < count ||
               (boot->boot_count == count &&
                !signet_equal(boot->boot_seed, db_blob(rows, 1)));
    }
    return db_end(rows);
}

bool registry_note_boot(db *d, const char *device, const registry_boot *boot,
                        bool *clone_sign)
{
    return looks_cloned(d, device, boot, clone_sign) &&
           db_do(d,
                 "UPDATE devices SET certificate = ?2, boot_seed = ?3,"
                 " boot_count = ?4, assurance = ?5,"
                 " clone_signs = clone_signs + ?6 WHERE id = ?1",
                 "sbbiii", device, boot->certificate, boot->boot_seed,
                 boot->boot_count, boot->assurance, (int64_t)*clone_sign);
}

bool registry_note_image(db *d, int64_t now_s, const char *device,
                         const registry_image *image)
{
    return db_do(d,
                 "UPDATE devices SET component = ?2, sequence = ?3,"
                 " security_counter = ?4, trust_counter = ?5, version = ?6,"
                 " image_state = ?7, queried_s = ?8 WHERE id = ?1",
                 "siiiisii", device, image->component, image->sequence,
                 image->security_counter, image->trust_counter, image->version,
                 image->state, now_s);
}
