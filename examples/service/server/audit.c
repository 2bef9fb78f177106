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
                 "issis", now_s, device, event, (int64_t)status, detail);
}
