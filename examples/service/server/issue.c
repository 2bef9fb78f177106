/* SPDX-License-Identifier: MIT */
#include "issue.h"

#include <string.h>

/* Clocks of broker and service may differ by this much; taken from the
 * certificate's life, which the device holds to SIGNET_CERT_MAX_LIFE_S. */
#define MAX_SKEW_S 60u

bool issue_find(service *s, const nonce_request *request, issued *out,
                bool *found)
{
    sqlite3_stmt *rows =
        db_select(&s->database,
                  "SELECT certificate FROM certificates WHERE device = ?1"
                  " AND transaction_id = ?2 AND request_digest = ?3"
                  " AND not_after_s > ?4",
                  "sbbi", request->device, request->transaction,
                  request->digest, s->now_s);
    *found = db_next(rows) && db_blob(rows, 0).len <= sizeof out->der;
    if (*found) {
        out->len = db_blob(rows, 0).len;
        memcpy(out->der, db_blob(rows, 0).ptr, out->len);
    }
    return db_end(rows);
}

static signet_status make(service *s, const char *device, const uint8_t key[64],
                          signet_x509_template *t, issued *out)
{
    signet_entropy rng = signing_host_entropy();
    signet_key issuer = signing_host_key_handle(&s->issuer_key);
    uint32_t skew = s->certificate_life_s / 20u;
    memset(t, 0, sizeof *t);
    t->issuer_cn = s->issuer_name;
    t->issuer_key = s->issuer_public;
    t->subject_cn = device;
    t->subject_alt_dns = device;
    t->subject_key = key;
    t->not_before_s =
        (uint64_t)s->now_s - (skew < MAX_SKEW_S ? skew : MAX_SKEW_S);
    t->not_after_s = t->not_before_s + s->certificate_life_s;
    t->path_len = -1;
    t->key_usage = SIGNET_KEY_USAGE_SIGN;
    t->extended_usage = SIGNET_EKU_CLIENT;
    signet_status status = rng.fill(rng.ctx, t->serial, sizeof t->serial);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_x509_write(t, &issuer, out->der, sizeof out->der, &out->len);
}

bool issue_make(service *s, const nonce_request *request, const uint8_t key[64],
                issued *out, signet_status *status)
{
    signet_x509_template t;
    *status = make(s, request->device, key, &t, out);
    if (*status != SIGNET_OK) {
        return true;
    }
    return db_do(&s->database,
                 "INSERT OR REPLACE INTO certificates(serial, device,"
                 " transaction_id, request_digest, certificate, not_before_s,"
                 " not_after_s) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                 "bsbbbii", signet_view(t.serial, sizeof t.serial),
                 request->device, request->transaction, request->digest,
                 signet_view(out->der, out->len), (int64_t)t.not_before_s,
                 (int64_t)t.not_after_s);
}
