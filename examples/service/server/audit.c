/* SPDX-License-Identifier: MIT */
#include "audit.h"

static bool repeated(db *d, int64_t now_s, const char *device,
                     const char *event, signet_status status,
                     const char *detail)
{
    return db_do(d,
                 "UPDATE audit SET count = count + 1, last_s = ?1 WHERE id ="
                 " (SELECT max(id) FROM audit WHERE device = ?2)"
                 " AND event = ?3 AND status = ?4 AND detail = ?5",
                 "issis", now_s, device, event, (int64_t)status, detail);
}

/* One device must not fill the disk, nor push out what the log says of it
 * otherwise: of each kind of event its newest rows are kept. */
#define ROWS_KEPT 200

static bool forget_old(db *d, const char *device, const char *event)
{
    return db_do(d,
                 "DELETE FROM audit WHERE device = ?1 AND event = ?2 AND id <="
                 " (SELECT id FROM audit WHERE device = ?1 AND event = ?2"
                 " ORDER BY id DESC LIMIT 1 OFFSET ?3)",
                 "ssi", device, event, (int64_t)ROWS_KEPT);
}

bool audit_note(db *d, int64_t now_s, const char *device, const char *event,
                signet_status status, const char *detail)
{
    if (!repeated(d, now_s, device, event, status, detail)) {
        return false;
    }
    if (db_changes(d) > 0) {
        return true;
    }
    return db_do(d,
                 "INSERT INTO audit(first_s, last_s, device, event, status,"
                 " detail) VALUES(?1, ?1, ?2, ?3, ?4, ?5)",
                 "issis", now_s, device, event, (int64_t)status, detail) &&
           forget_old(d, device, event);
}
