/* SPDX-License-Identifier: MIT */
#include "credentials.h"

#include "material.h"

#include <string.h>

bool credentials_load(service *s, const char *reply_key, const char *issuer,
                      failure *f)
{
    material_ca ca;
    if (!material_private_key(reply_key, &s->reply_key, f) ||
        !material_ca_read(issuer, &ca, f)) {
        return false;
    }
    s->issuer_key = ca.key;
    memcpy(s->issuer_public, ca.public_key, sizeof s->issuer_public);
    memcpy(s->issuer_name, ca.name, sizeof s->issuer_name);
    material_ca_wipe(&ca);
    return true;
}

static bool add_root(X509_STORE *roots, signet_bytes der)
{
    const unsigned char *at = der.ptr;
    X509 *root = d2i_X509(NULL, &at, (long)der.len);
    bool ok = root != NULL && X509_STORE_add_cert(roots, root) == 1;
    X509_free(root);
    return ok;
}

bool credentials_load_roots(service *s, failure *f)
{
    sqlite3_stmt *rows =
        db_select(&s->database, "SELECT certificate FROM manufacturers", "");
    s->manufacturers = X509_STORE_new();
    bool ok = s->manufacturers != NULL;
    while (ok && db_next(rows)) {
        ok = add_root(s->manufacturers, db_blob(rows, 0));
    }
    if (!db_end(rows)) {
        return db_fail(&s->database, f);
    }
    return ok || fail(f, "database: a manufacturer's certificate is damaged");
}

void credentials_free(service *s)
{
    signing_host_key_wipe(&s->reply_key);
    signing_host_key_wipe(&s->issuer_key);
    X509_STORE_free(s->manufacturers);
    s->manufacturers = NULL;
}
